public import ChatProtocol
public import Logging
public import ServiceLifecycle

/// Keeps a store from growing for ever: dialogs that have been idle for longer than a time are purged, at start and
/// then once a day.
public struct Retention: Service {
  private let store: ChatStore
  private let days: Int
  private let now: @Sendable () -> Timestamp
  private let logger: Logger

  /// From one purge to the next.
  private static let interval = Duration.seconds(86_400)

  /// - Parameters:
  ///   - days: how many days a dialog is kept behind its last message, at least 1.
  ///   - now: the time.
  public init(store: ChatStore, days: Int, now: @escaping @Sendable () -> Timestamp, logger: Logger) {
    self.store = store
    self.days = days
    self.now = now
    self.logger = logger
  }

  /// Purges until the surrounding service group shuts down.
  public func run() async {
    await cancelWhenGracefulShutdown {
      repeat {
        await purge()
        try? await Task.sleep(for: Self.interval)
      } while !Task.isCancelled
    }
  }

  /// One purge. A failure is logged, and tried again with the next one.
  func purge() async {
    do {
      let report = try await store.purge(idleSince: now().advanced(by: .seconds(-86_400 * days)))
      logger.info(
        "old dialogs purged",
        metadata: ["dialogs": "\(report.dialogs)", "messages": "\(report.messages)", "days": "\(days)"])
    } catch is CancellationError {
      // The server ends; the next one goes on.
    } catch {
      logger.error("old dialogs could not be purged", metadata: ["error": "\(error)"])
    }
  }
}
