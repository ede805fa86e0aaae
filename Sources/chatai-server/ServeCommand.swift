import ArgumentParser
import ChatServer
import Foundation

/// `chatai-server serve`: runs the server until SIGTERM or SIGINT.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Run the server.",
    discussion: """
      Prints one line with its URL on the standard output when it accepts connections; logs go to the standard error. \
      SIGTERM and SIGINT end it: sockets are closed with 1012, what was begun is finished.
      """)

  @OptionGroup var settings: SettingOptions
  @OptionGroup var storage: StoreOptions

  func run() async throws {
    ProcessMemory.keepFreed()
    let configuration = try ServerConfiguration.load(
      file: storage.config, environment: ProcessInfo.processInfo.environment,
      flags: try settings.flags(storage))
    let logger = ServerRun.logger(configuration)
    let directory = try DataDirectory(path: configuration.data)
    let store = try await ChatStore.open(in: directory, keys: configuration.storage.loadKeys())
    let resources = try ResourceDirectory.locate()
    let secret = try TokenSecret.load(from: directory)
    let application = ChatApplication(
      configuration: configuration, store: store, tokens: await TokenService(secret: secret),
      metricsToken: MetricsToken(secret: secret),
      answers: try KnowledgeBaseResponder(directory: resources.appending(path: "knowledge")),
      widget: try WidgetFiles(resources: resources), logger: logger
    ) { address in
      print("chatai-server listening on \(address)")
      // Whoever reads this through a pipe waits for it.
      fflush(nil)
    }
    let days = configuration.storage.retentionDays
    let retention = days > 0 ? [Retention(store: store, days: days, now: { .now() }, logger: logger)] : []
    try await ServerRun.serve(application, beside: retention, configuration: configuration, logger: logger)
    try store.close()
  }
}
