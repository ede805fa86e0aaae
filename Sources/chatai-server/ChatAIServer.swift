import ArgumentParser

/// The server's command line.
@main
struct ChatAIServer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chatai-server",
    abstract: "A chat backend where an AI answers visitors and hands over to operators.",
    subcommands: [
      ServeCommand.self, ConfigCommand.self, UserCommand.self, AssistantCommand.self, SiteTokenCommand.self,
      AuditCommand.self, StatsCommand.self, BackupCommand.self, RestoreCommand.self, KeyCommand.self,
      ExportCommand.self, PurgeCommand.self, DemoCommand.self,
    ])
}
