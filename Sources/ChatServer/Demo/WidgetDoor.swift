import AsyncHTTPClient
import ChatProtocol
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Transport

/// A server's door for widget visitors (part 1, Visitors), as a visitor's side uses it: over the network, like everybody.
struct WidgetDoor: Sendable {
  /// What a server answered instead of doing it.
  struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  let server: ChatApplication.Address
  let assistantID: Int

  private static let timeout = TimeAmount.seconds(10)
  private static let longestAnswer = 1 << 20

  /// Opens a visitor's dialog, or finds the one it has.
  func openDialog(_ visitor: VisitorIdentity) async throws -> DialogID {
    struct Profile: Encodable { let name: String? }
    struct Opened: Decodable { let id: DialogID }
    let body = try await post(path: "dialogs", visitor, Profile(name: visitor.name))
    return try JSONDecoder().decode(Opened.self, from: body).id
  }

  /// Posts a visitor's message. The AI's answer comes by the socket and is not waited for.
  func post(_ text: String, in dialogID: DialogID, _ visitor: VisitorIdentity) async throws {
    struct NewMessage: Encodable {
      let sender = Sender.user
      let text: String
    }
    _ = try await post(path: "dialogs/\(dialogID)/messages", visitor, NewMessage(text: text), wait: false)
  }

  /// Connects a visitor's socket.
  ///
  /// - Parameter onEvent: called on an event loop, in order.
  func connect(
    to dialogID: DialogID, _ visitor: VisitorIdentity,
    onEvent: @escaping @Sendable (WebSocketClient.Event) -> Void
  ) throws -> WebSocketClient.Handle {
    let url = try WebSocketURL(url("ws", "/ws/widget/dialogs/\(dialogID)", visitor))
    return WebSocketClient.connect(.init(url: url), on: MultiThreadedEventLoopGroup.singleton, onEvent: onEvent)
  }

  private func post(
    path: String, _ visitor: VisitorIdentity, _ body: some Encodable, wait: Bool = true
  ) async throws -> Data {
    var request = HTTPClientRequest(url: url("http", "/api/widget/\(path)", visitor) + (wait ? "" : "&wait=0"))
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
    let response = try await HTTPClient.shared.execute(request, timeout: Self.timeout)
    let answer = Data(try await response.body.collect(upTo: Self.longestAnswer).readableBytesView)
    guard (200..<300).contains(response.status.code) else {
      throw Refusal(description: ErrorDetail(body: Array(answer), status: Int(response.status.code)).description)
    }
    return answer
  }

  private func url(_ scheme: String, _ path: String, _ visitor: VisitorIdentity) -> String {
    let unreserved = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\u{21}"..."\u{7E}"))
    let guestID = visitor.guestID.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    let authority = server.description.trimmingPrefix("http:")
    return "\(scheme):\(authority)\(path)?assistant_id=\(assistantID)&guest_id=\(guestID)"
  }
}
