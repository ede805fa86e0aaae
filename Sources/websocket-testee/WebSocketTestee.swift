import ArgumentParser

/// The WebSocket module as a conformance suite wants to meet it: an echo, at either end.
@main
struct WebSocketTestee: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "websocket-testee",
    abstract: "Echo for WebSocket conformance suites and benchmarks.",
    subcommands: [ClientCommand.self, EchoClientCommand.self, LoadCommand.self, ServerCommand.self])
}
