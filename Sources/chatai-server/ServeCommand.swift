import ArgumentParser
import ChatServer
import Foundation
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// `chatai-server serve`: runs the server until SIGTERM or SIGINT.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Run the server.",
    discussion: """
      Prints one line with its URL on the standard output when it accepts connections; logs go to the standard error. \
      SIGTERM and SIGINT end it: sockets are closed with 1012, what was begun is finished.
      """)

  @Option(help: "The address to listen on (default: 127.0.0.1).")
  var host: String?

  @Option(help: "The port to listen on; 0 takes a free one (default: 8080).")
  var port: String?

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    var flags: [String: String] = [:]
    flags["host"] = host
    flags["port"] = port
    flags["data"] = storage.data
    let configuration = try ServerConfiguration.load(
      file: storage.config, environment: ProcessInfo.processInfo.environment, flags: flags)
    let logger = Self.logger(configuration.logLevel)
    let directory = try DataDirectory(path: configuration.data)
    let store = try await ChatStore.open(in: directory)
    let application = ChatApplication(
      configuration: configuration, store: store,
      tokens: await TokenService(secret: try TokenSecret.load(from: directory)),
      answers: try KnowledgeBaseResponder(directory: ResourceDirectory.locate().appending(path: "knowledge")),
      logger: logger
    ) { address in
      print("chatai-server listening on \(address)")
      // Whoever reads this through a pipe waits for it.
      fflush(nil)
    }
    do {
      try await serve(application, logger: logger)
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw CommandFailure("\(configuration.host) port \(configuration.port) is taken; choose another with --port")
    } catch let error as IOError {
      throw CommandFailure("cannot listen on \(configuration.host) port \(configuration.port): \(error)")
    }
    try store.close()
  }

  private func serve(_ application: ChatApplication, logger: Logger) async throws {
    let services: [any Service] = [application, ShutdownDeadline(logger: logger)]
    let group = ServiceGroup(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    try await group.run()
  }

  private static func logger(_ level: Logger.Level) -> Logger {
    LoggingSystem.bootstrap(StreamLogHandler.standardError)
    var logger = Logger(label: "chatai-server")
    logger.logLevel = level
    return logger
  }
}

/// Ends the process when the shutdown hangs on a client: a request that never ends must not keep a server from being
/// restarted. Nothing is lost by it, for what was answered is on disk.
private struct ShutdownDeadline: Service {
  let logger: Logger

  func run() async throws {
    try await gracefulShutdown()
    // A service group stops its services one after the other, the last first: this one must not wait here.
    Task.detached {
      try? await Task.sleep(for: .milliseconds(1900))
      logger.warning("stopped with requests under way")
      Foundation.exit(0)
    }
  }
}
