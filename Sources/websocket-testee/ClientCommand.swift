import ArgumentParser
import NIOCore
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
      let request = try request("/runCase?case=\(number + 1)&agent=chatai")
      // How a case ends is for the suite to judge: many break the connection on purpose.
      _ = await Conversation.hold(request, answer: Conversation.echo)
    }
    _ = await Conversation.hold(try request("/updateReports?agent=chatai")) { _, _ in }
  }

  private func caseCount() async throws -> Int {
    let (texts, texting) = AsyncStream.makeStream(of: String.self)
    let end = await Conversation.hold(try request("/getCaseCount")) { _, event in
      if case .text(let text) = event { texting.yield(text) }
    }
    texting.finish()
    guard let text = await texts.first(where: { _ in true }), let count = Int(text) else {
      throw ValidationError("no number of cases from \(url): \(end)")
    }
    return count
  }

  private func request(_ target: String) throws -> WebSocketClient.Request {
    let base = url.hasSuffix("/") ? String(url.dropLast()) : url
    do {
      return Conversation.request(try WebSocketURL(base + target), limit: limit)
    } catch {
      throw ValidationError(error.description)
    }
  }
}
