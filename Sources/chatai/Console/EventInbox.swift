import ConsoleModel
import Synchronization
import Terminal

/// The way from all other threads to the terminal's: events in the order they were posted, taken in batches, so that
/// a flood of frames wakes the console now and then and not a thousand times.
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
    if isFirst { schedule() }
  }

  private func schedule() {
    Task { @TerminalActor in
      let (batch, isRest) = events.withLock { events in
        let batch = Array(events.prefix(max(Self.batchSize, events.count / 8)))
        events.removeFirst(batch.count)
        return (batch, !events.isEmpty)
      }
      // The rest comes in the next turn of the loop, after a frame and the keys.
      if isRest { schedule() }
      deliver(batch)
    }
  }

  /// How many events one frame shows: fewer than a screen has lines, so that in a flood no message scrolls by before
  /// it has been shown. Where frames cannot keep up with that, on a slow line, they take more.
  private static let batchSize = 8
}
