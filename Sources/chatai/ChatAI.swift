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

  @OptionGroup var target: ProfileOptions
  @OptionGroup var network: NetworkOptions

  // Synchronous on purpose: the console owns the main thread, and no other may start before it has blocked the
  // signals that it reads itself.
  func run() throws {
    let profile = try target.openProfile()
    let session = try SessionFile(profile).read()
    if let server = try target.serverAddress(), server != session.server {
      throw CommandFailure(
        "the profile \"\(profile.name)\" is logged in to \(session.server.url); for \(server.url) log in under another "
          + "name: chatai login --server \(server.url) --email ADDRESS --password-stdin --profile NAME")
    }
    try ConsoleApp.run(
      ConsoleLaunch(
        profile: profile.name, server: session.server.url, tokens: session.tokens, stateDirectory: profile.directory,
        network: try ClientNetwork(network.trust ?? session.trust)))
  }
}
