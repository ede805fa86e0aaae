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
    for number in 1...max(count, 1) {
      // How a case ends is for the suite to judge: many break the connection on purpose.
      _ = await converse(try address("/runCase?case=\(number)&agent=chatai")) { text in text }
    }
    _ = await converse(try address("/updateReports?agent=chatai")) { _ in nil }
  }

  private func caseCount() async throws -> Int {
    let (texts, ending) = await converse(try address("/getCaseCount")) { _ in nil }
    guard let count = texts.first.flatMap({ Int($0) }) else {
      throw ValidationError("no number of cases from \(url): \(ending)")
    }
    return count
  }

  private func address(_ target: String) throws -> WebSocketURL {
    let base = url.hasSuffix("/") ? String(url.dropLast()) : url
    do { return try WebSocketURL(base + target) } catch { throw ValidationError(error.description) }
  }

  /// One connection to its end: answers each text as `reply` says and each binary message with itself.
  ///
  /// - Returns: the texts that got no reply, and how it ended.
  private func converse(_ url: WebSocketURL, reply: @escaping @Sendable (String) -> String?) async -> (
    [String], String
  ) {
    var request = WebSocketClient.Request(url: url)
    request.configuration.connection.maximumMessageSize = limit
    request.configuration.maximumPendingOutput = limit
    let (events, continuation) = AsyncStream.makeStream(of: WebSocketClient.Event.self)
    let handle = WebSocketClient.connect(request, on: MultiThreadedEventLoopGroup.singleton) {
      continuation.yield($0)
    }
    var texts: [String] = []
    for await event in events {
      switch event {
      case .opened, .pong: break
      case .text(let text):
        if let answer = reply(text) { handle.send(text: answer) } else { texts.append(text) }
      case .binary(let bytes): handle.send(binary: bytes)
      case .closed(let ending): return (texts, "closed, code \(ending.code)")
      case .refused(let refusal): return (texts, "refused, status \(refusal.status)")
      case .failed(let error): return (texts, error.description)
      }
    }
    return (texts, "no ending")
  }
}
