import ChatProtocol
import Headless
import LiveLink
import Synchronization
import Transport
import WebSocket

/// Carries out what a ``Watcher`` asks: the operator's stream, links, calls, timers; and hands on what it tells.
///
/// One loop does all of it, an event after the other, so that whoever takes the events sets the pace. What comes
/// faster waits in a queue; when that is full the connection is given up and taken up again where it was, which
/// loses nothing.
struct WatchShell: Sendable {
  let client: HeadlessClient
  let configuration: Watcher.Configuration
  let sink: WatchSink

  /// How many events may wait for the loop.
  private static let queueLimit = 4096

  /// Watches until the login ends, or the server will not have it.
  func run(since ledger: WatchLedger?) async throws {
    var configuration = configuration
    let capabilities = try await firstContact()
    configuration.hasStream = capabilities.hasStream
    configuration.all = try await client.account().isAdmin
    var ledger = ledger
    while true {
      let inbox = WatchInbox(limit: Self.queueLimit)
      var loop = WatchLoop(
        client: client, watcher: Watcher(configuration, since: ledger), sink: sink, inbox: inbox,
        capabilities: capabilities)
      try await loop.run()
      ledger = loop.watcher.ledger
      Output.say("more comes than is taken: reading on from where it was")
    }
  }

  /// What the server offers; waited for as long as it takes.
  private func firstContact() async throws -> Capabilities {
    let backoff = Backoff()
    var generator = SystemRandomNumberGenerator()
    for attempt in 1... {
      do throws(APIFailure) {
        return try await client.api.capabilities()
      } catch {
        guard error.isTransient else { throw CommandFailure(error, server: client.session.server.authority) }
        if attempt == 1 { Output.say("waiting for the server: \(error.description.escapingControls)") }
        try await client.pause(for: max(.milliseconds(250), backoff.delay(attempt: attempt, using: &generator)))
      }
    }
    return .partOne
  }
}

/// What waits for a watch's loop.
final class WatchInbox: Sendable {
  enum Event: Sendable {
    case watcher(Watcher.Event)
    case stream(OperatorStream.Event)
    case link(DialogID, LiveLink.Event)
    case timer(WatchTimers.Firing)
  }

  let events: AsyncStream<Event>
  private let continuation: AsyncStream<Event>.Continuation
  private let isFull = Atomic(false)

  init(limit: Int) {
    (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(limit))
  }

  /// Whether something had no room: all that comes behind it is worth nothing.
  var hasOverflown: Bool { isFull.load(ordering: .acquiring) }

  func post(_ event: Event) {
    if case .dropped = continuation.yield(event) { isFull.store(true, ordering: .releasing) }
  }
}

extension Capabilities {
  fileprivate var hasStream: Bool { features.contains("operator-stream") }
}
