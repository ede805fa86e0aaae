import ArgumentParser
import Transport

/// The console for operators of ChatAI.
@main
struct ChatAI: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chatai",
    abstract: "Answer your visitors from the terminal.",
    discussion: "Without a subcommand it opens the console. Log in first: chatai login --help",
    subcommands: [
      LoginCommand.self, LogoutCommand.self, ProfilesCommand.self, DemoCommand.self, ConfigCommand.self,
      KeysCommand.self,
    ],
    groupedSubcommands: [
      CommandGroup(
        name: "From scripts",
        subcommands: [
          WatchCommand.self, ListCommand.self, ShowCommand.self, ReplyCommand.self, TakeoverCommand.self,
          ReleaseCommand.self, RequeueCommand.self, TransferCommand.self, RequestCommand.self, CancelCommand.self,
          ExportCommand.self, SearchCommand.self, TeamCommand.self, StatusCommand.self, OnlineCommand.self,
          AwayCommand.self, CannedCommand.self, MacroCommand.self, DoctorCommand.self, WSCommand.self,
        ])
    ])

  @Flag(help: "Lines of plain text instead of a screen: for screen readers, dumb terminals and pipes.")
  var plain = false

  @OptionGroup var target: ProfileOptions
  @OptionGroup var network: NetworkOptions

  @OptionGroup var looking: LookingOptions

  /// Parsing takes longer than opening the console: where there is nothing to parse, it is left out.
  static func main() {
    endingWithStatus {
      guard CommandLine.arguments.count == 1 else {
        var command = try parseAsRoot()
        return try command.run()
      }
      try open(Profile(name: ProfileOption.usualName), isReadOnly: LookingOptions.isReadOnlyByEnvironment)
    }
  }

  func run() throws {
    let profile = try target.openProfile()
    try Self.open(
      profile, server: target.serverAddress(), trust: network.trust, isPlain: plain,
      isReadOnly: looking.isReadOnlyByCommand)
  }

  // Synchronous on purpose: the console owns the main thread, and no other may start before it has blocked the
  // signals that it reads itself.
  private static func open(
    _ profile: Profile, server: ServerAddress? = nil, trust: TrustFiles? = nil, isPlain: Bool = false,
    isReadOnly: Bool = false
  ) throws {
    let session = try profile.openSession(for: server)
    try ConsoleApp.run(
      ConsoleLaunch(
        profile: profile.name, server: session.server.url, tokens: session.tokens, stateDirectory: profile.directory,
        network: try ClientNetwork(trust ?? session.trust), isReadOnly: isReadOnly, email: session.email,
        secret: session.secret, isPlain: isPlain))
  }
}
