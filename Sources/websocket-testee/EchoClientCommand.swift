import ArgumentParser
import NIOCore
import Transport
import WebSocket

/// One connection that echoes whatever the server sends.
struct EchoClientCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "echo-client", abstract: "Send every message of one connection straight back.",
    discussion: """
      Exits with 0 when the connection opened and ended with Close frames both ways, with 1 when it never opened, \
      and with 2 when it opened and was failed or dropped.
      """)

  @Argument(help: "The server's address, such as ws://127.0.0.1:9001/path.")
  var url: String

  @Option(help: "The longest message to take, in bytes.")
  var limit = 64 << 20

  func run() async throws {
    let address: WebSocketURL
    do { address = try WebSocketURL(url) } catch {
      report(error.description)
      throw ExitCode(1)
    }
    var request = Conversation.request(address, limit: limit)
    request.configuration.connection.closeTimeout = .seconds(5)
    let end = await Conversation.hold(request, openingWithin: .seconds(5), answer: Conversation.echo)
    switch end {
    case .closed(let ending) where ending.isClean: break
    case .closed(let ending):
      report("the connection was lost: \(ending.cause), code \(ending.code)")
      throw ExitCode(2)
    case .refused(let refusal):
      report("refused with status \(refusal.status)")
      throw ExitCode(1)
    case .failed(let error):
      report(error.description)
      throw ExitCode(1)
    case .opened, .text, .binary, .pong: break
    }
  }

  private func report(_ text: String) {
    StandardStream.error.write("websocket-testee: \(text)\n")
  }
}
