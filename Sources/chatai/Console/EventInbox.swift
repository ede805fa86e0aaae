import ConsoleModel
import Synchronization
import Terminal

/// The way from all other threads to the terminal's: events in the order they were posted, taken in batches, so that
/// a flood of frames wakes the console once and not a thousand times.
final class EventInbox: Sendable {
  private let events = Mutex<[ConsoleEvent]>([])
  private let deliver: @TerminalActor @Sendable ([ConsoleEvent]) -> Void

  /// - Parameter deliver: Takes a batch, on the terminal's thread.
  init(deliver: @escaping @TerminalActor @Sendable ([ConsoleEvent]) -> Void) {
    self.deliver = deliver
  }

  /// Posts an event, from any thread.
  func post(_ event: ConsoleEvent) {
    let isFirst = events.withLock { events in
      events.append(event)
      return events.count == 1
    }
    guard isFirst else { return }
    Task { @TerminalActor in
      deliver(
        events.withLock { events in
          defer { events = [] }
          return events
        })
    }
  }
}
