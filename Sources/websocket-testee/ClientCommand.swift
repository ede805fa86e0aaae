import ArgumentParser
import NIOCore
import NIOPosix
import Transport
import WebSocket

/// Autobahn's contract for clients: ask for the number of cases, run each, ask for the report.
struct ClientCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client", abstract: "Run every case of an Autobahn fuzzing server.")

  @Argument(help: "The fuzzing server's address, such as ws://127.0.0.1:9001.")
  var url: String

  @Option(help: "The longest message to take, in bytes.")
  var limit = 64 << 20

  func run() async throws {
    let count = try await caseCount()
    for number in 0..<count {
      // How a case ends is for the suite to judge: many break the connection on purpose.
      _ = await converse(try address("/runCase?case=\(number + 1)&agent=chatai")) { handle, event in
        switch event {
        case .text(let text): handle.send(text: text)
        case .binary(let bytes): handle.send(binary: bytes)
        default: break
        }
      }
    }
    _ = await converse(try address("/updateReports?agent=chatai")) { _, _ in }
  }

  private func caseCount() async throws -> Int {
    let (texts, texting) = AsyncStream.makeStream(of: String.self)
    let ending = await converse(try address("/getCaseCount")) { _, event in
      if case .text(let text) = event { texting.yield(text) }
    }
    texting.finish()
    guard let text = await texts.first(where: { _ in true }), let count = Int(text) else {
      throw ValidationError("no number of cases from \(url): \(ending)")
    }
    return count
  }

  private func address(_ target: String) throws -> WebSocketURL {
    let base = url.hasSuffix("/") ? String(url.dropLast()) : url
    do { return try WebSocketURL(base + target) } catch { throw ValidationError(error.description) }
  }

  /// One connection to its end; `answer` is called on the event loop, so that echoes leave before a failure's Close.
  ///
  /// - Returns: how it ended.
  private func converse(
    _ url: WebSocketURL,
    answer: @escaping @Sendable (WebSocketClient.Handle, WebSocketClient.Event) -> Void
  ) async -> String {
    var request = WebSocketClient.Request(url: url)
    request.configuration.connection.maximumMessageSize = limit
    request.configuration.maximumPendingOutput = limit
    return await withCheckedContinuation { continuation in
      let attach: (WebSocketClient.Handle) -> WebSocketClient.Listener = { handle in
        { event in
          switch event {
          case .closed(let ending): continuation.resume(returning: "closed, code \(ending.code)")
          case .refused(let refusal): continuation.resume(returning: "refused, status \(refusal.status)")
          case .failed(let error): continuation.resume(returning: error.description)
          case .opened, .text, .binary, .pong: answer(handle, event)
          }
        }
      }
      WebSocketClient.connect(request, attaching: attach, on: MultiThreadedEventLoopGroup.singleton)
    }
  }
}
