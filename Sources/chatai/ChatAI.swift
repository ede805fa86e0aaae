import ArgumentParser
import Transport

/// The console for operators of ChatAI.
@main
struct ChatAI: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chatai",
    abstract: "Answer your visitors from the terminal.",
    discussion: "Without a subcommand it opens the console. Log in first: chatai login --help",
    subcommands: [LoginCommand.self, DemoCommand.self, KeysCommand.self])

  @Flag(help: "Lines of plain text instead of a screen: for screen readers, dumb terminals and pipes.")
  var plain = false

  @OptionGroup var target: ProfileOptions
  @OptionGroup var network: NetworkOptions

  /// Parsing takes longer than opening the console: where there is nothing to parse, it is left out.
  static func main() {
    guard CommandLine.arguments.count == 1 else { return main(nil) }
    do {
      try open(Profile(name: ProfileOptions.defaultName))
    } catch {
      exit(withError: error)
    }
  }

  func run() throws {
    try Self.open(target.openProfile(), server: target.serverAddress(), trust: network.trust, isPlain: plain)
  }

  // Synchronous on purpose: the console owns the main thread, and no other may start before it has blocked the
  // signals that it reads itself.
  private static func open(
    _ profile: Profile, server: ServerAddress? = nil, trust: TrustFiles? = nil, isPlain: Bool = false
  ) throws {
    let session = try SessionFile(profile).read()
    if let server, server != session.server {
      throw CommandFailure(
        "the profile \"\(profile.name)\" is logged in to \(session.server.url); for \(server.url) log in under another "
          + "name: chatai login --server \(server.url) --email ADDRESS --password-stdin --profile NAME")
    }
    try ConsoleApp.run(
      ConsoleLaunch(
        profile: profile.name, server: session.server.url, tokens: session.tokens, stateDirectory: profile.directory,
        network: try ClientNetwork(trust ?? session.trust), isPlain: isPlain))
  }
}
