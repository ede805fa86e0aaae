import Foundation
import FoundationNetworking
import NIOPosix
import Synchronization
import Transport

/// A visitor on a site: writes over the widget's HTTP route and hears over the widget's socket.
final class Visitor: Sendable {
  let dialogID: Int
  private let base: String
  private let query: String
  private let heard = Mutex<[String]>([])
  private let socket = Mutex<WebSocketClient.Handle?>(nil)

  /// Opens the guest's dialog.
  init(guest: String, server: RealServer) async throws {
    base = server.url
    query = "assistant_id=\(server.assistantID)&guest_id=\(guest)"
    let answer = try await Visitor.post("\(server.url)/api/widget/dialogs?\(query)", body: "{}")
    guard let id = (try JSONSerialization.jsonObject(with: answer) as? [String: Any])?["id"] as? Int else {
      throw EndToEndFailure("no dialog for the visitor: \(String(decoding: answer, as: UTF8.self))")
    }
    dialogID = id
  }

  deinit {
    socket.withLock { $0?.abort() }
  }

  /// Listens; what comes is in `frames`.
  func listen() throws {
    let address = base.replacing("http://", with: "ws://") + "/ws/widget/dialogs/\(dialogID)?\(query)"
    let request = WebSocketClient.Request(url: try WebSocketURL(address))
    let handle = WebSocketClient.connect(request, on: MultiThreadedEventLoopGroup.singleton) { [weak self] event in
      if case .text(let text) = event { self?.heard.withLock { $0.append(text) } }
    }
    socket.withLock { $0 = handle }
  }

  /// The text frames that came over the socket so far.
  var frames: [String] { heard.withLock(\.self) }

  /// Writes a message; the AI's answer is not waited for.
  func say(_ text: String) async throws {
    let body = try JSONSerialization.data(withJSONObject: ["sender": "user", "text": text])
    _ = try await Visitor.post(
      "\(base)/api/widget/dialogs/\(dialogID)/messages?\(query)&wait=0", body: String(decoding: body, as: UTF8.self))
  }

  /// Tells the server that a message, as its frame had it, was read.
  func read(_ frame: String) async throws {
    guard let message = try JSONSerialization.jsonObject(with: Data(frame.utf8)) as? [String: Any],
      let id = message["id"] as? Int
    else { throw EndToEndFailure("not a message: \(frame)") }
    _ = try await Visitor.post("\(base)/api/widget/dialogs/\(dialogID)/read?\(query)", body: "{\"message_id\":\(id)}")
  }

  private static func post(_ address: String, body: String) async throws -> Data {
    guard let url = URL(string: address) else { throw EndToEndFailure("not a URL: \(address)") }
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    request.httpBody = Data(body.utf8)
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    let (data, response) = try await URLSession.shared.data(for: request)
    guard let status = (response as? HTTPURLResponse)?.statusCode, (200..<300).contains(status) else {
      throw EndToEndFailure("\(address) answered \(response): \(String(decoding: data, as: UTF8.self))")
    }
    return data
  }
}
