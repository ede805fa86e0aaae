import ChatServer
import Foundation
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// Running a server to its end: what `serve` and `demo` have in common.
enum ServerRun {
  /// The program's logger, on the standard error.
  static func logger(_ configuration: ServerConfiguration) -> Logger {
    switch configuration.logFormat {
    case .text: LoggingSystem.bootstrap(StreamLogHandler.standardError)
    case .json:
      LoggingSystem.bootstrap { _ in
        JSONLogHandler { line in
          // One call, so that the lines of two threads do not mix.
          try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
        }
      }
    }
    var logger = Logger(label: "chatai-server")
    logger.logLevel = configuration.logLevel
    return logger
  }

  /// Serves until SIGTERM, SIGINT, or the end of one of the other services.
  ///
  /// - Parameters:
  ///   - services: what runs beside the server, and ends before it.
  ///   - cleanUp: called in place of everything else if the shutdown hangs on a client.
  /// - Throws: `CommandFailure` if the address cannot be listened on.
  static func serve(
    _ application: ChatApplication, beside services: [any Service] = [], configuration: ServerConfiguration,
    logger: Logger, orElse cleanUp: @escaping @Sendable () -> Void = {}
  ) async throws {
    let all: [any Service] = [application, ShutdownDeadline(logger: logger, cleanUp: cleanUp)] + services
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: all.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    do {
      try await group.run()
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw CommandFailure("\(configuration.host) port \(configuration.port) is taken; choose another with --port")
    } catch let error as IOError {
      throw CommandFailure("cannot listen on \(configuration.host) port \(configuration.port): \(error)")
    }
  }
}

/// Ends the process when the shutdown hangs on a client: a request that never ends must not keep a server from being
/// restarted. Nothing is lost by it, for what was answered is on disk.
private struct ShutdownDeadline: Service {
  let logger: Logger
  let cleanUp: @Sendable () -> Void

  func run() async throws {
    try await gracefulShutdown()
    // A service group stops its services one after the other, the last first: this one must not wait here.
    Task.detached {
      // Longer than the sockets are given, and shorter than those wait who start us (the console's demo: 5 s).
      try? await Task.sleep(for: .seconds(4))
      logger.warning("stopped with requests under way")
      cleanUp()
      Foundation.exit(0)
    }
  }
}
