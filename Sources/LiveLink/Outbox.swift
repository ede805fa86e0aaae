public import ChatProtocol

/// The sends of all dialogs, each exactly once: journal first, then post, then settle.
///
/// A value without I/O, like ``LiveLink``. In each dialog the sends go one at a time and in order. With a server that
/// takes `client_id`, a POST without an answer is simply repeated; with any other it is looked up in the history, and
/// if that cannot tell, the operator is asked. Until the server has said which it is, nothing is posted.
public struct Outbox: Sendable {
  /// A send and all that is known of it.
  struct Item: Hashable, Sendable {
    var entry: Entry
    var stage: Stage
    /// The copy on the disk, once every write of it is done.
    var journaled: Entry?
    /// Writes that have not been answered.
    var writes = 0
    /// A POST left and nobody said what became of it.
    var outcomeIsUnknown = false
    /// POSTs, or looks into the history, that failed in a row.
    var attempts = 0
    /// A message that reads like this one came while the POST was under way, from a server that does not say whose
    /// it is.
    var echo: Message?
  }

  enum Stage: Hashable, Sendable {
    /// Waits for the disk, or for its turn.
    case ready
    case posting
    case waiting(retryAt: Duration?, why: String)
    case checking(Check, why: String)
    case unsure(why: String)
    case failed(why: String)
    case superseded(by: [Message])
  }

  /// Looks into the history are counted from 1. Look 0 comes before a POST: it learns what is there already, so
  /// that an old message of the same words is not taken for this one.
  enum Check: Hashable, Sendable {
    /// The history is being fetched, for the n-th look.
    case looking(Int)
    /// The n-th look comes when the timer runs out.
    case pausing(before: Int)

    var look: Int {
      switch self {
      case .looking(let look), .pausing(let look): look
      }
    }
  }

  /// By dialog, in the order they were written.
  var items: [DialogID: [Item]] = [:]
  /// The newest message known of each dialog.
  var newestID: [DialogID: MessageID] = [:]
  /// Nil until the server has said so.
  var takesClientID: Bool?
  /// Whether the server has notes: a note that any other server took would be shown to the visitor.
  var takesNotes = false
  let backoff: Backoff
  /// A POST that was given up may still be at work in the server: the history is looked at again after this time.
  let secondLookDelay: Duration = .seconds(3)
  let looksBeforeAsking = 2
  var generator: SeededGenerator
  /// The actions of the event in hand.
  var actions: [Action] = []

  /// Makes an empty outbox.
  public init(backoff: Backoff = Backoff(), seed: UInt64) {
    self.backoff = backoff
    generator = SeededGenerator(seed: seed)
  }

  /// Takes one event in and says what is to be done, in order.
  public mutating func handle(_ event: Event, at now: Duration) -> [Action] {
    switch event {
    case .submit(let clientID, let dialogID, let text, let kind, let lastSeenID, let ifLastID, let time):
      submit(
        Entry(
          clientID: clientID, dialogID: dialogID, text: text, kind: kind, createdAt: time, lastSeenID: lastSeenID,
          mayHaveBeenSent: false, failure: nil, ifLastID: ifLastID, newer: nil))
    case .restored(let entries): restore(entries)
    case .serverTakesClientID(let takes): learn(takesClientID: takes)
    case .serverTakesNotes(let takes): takesNotes = takes
    case .journaled(let clientID): journaled(clientID)
    case .journalFailed(let clientID, let reason): journalFailed(clientID, reason: reason)
    case .answered(let clientID, let message): answered(clientID, message)
    case .failed(let clientID, let failure): postFailed(clientID, failure, at: now)
    case .seen(let dialogID, let messages): seen(messages, in: dialogID)
    case .historyLoaded(let dialogID, let messages): historyLoaded(messages, of: dialogID)
    case .historyFailed(let dialogID, let failure): historyFailed(failure, of: dialogID, at: now)
    case .reachable: items.keys.sorted().forEach { resume($0) }
    case .retry(let clientID, let ifLastID): retry(clientID, ifLastID: ifLastID)
    case .discard(let clientID): discard(clientID)
    case .timerFired(let dialogID): resume(dialogID)
    }
    defer { actions = [] }
    return actions
  }

  // MARK: What it shows

  /// The sends of a dialog that have not arrived, oldest first: the rows below the timeline. A send whose echo is
  /// already in the timeline is not among them.
  public func rows(of dialogID: DialogID) -> [Row] {
    (items[dialogID] ?? []).compactMap { item in
      item.echo == nil ? Row(entry: item.entry, state: item.stage.state) : nil
    }
  }

  /// All sends that have not arrived, of every dialog, oldest first.
  public var rows: [Row] {
    items.keys.flatMap(rows(of:)).sorted {
      ($0.entry.createdAt, $0.entry.clientID) < ($1.entry.createdAt, $1.entry.clientID)
    }
  }

  /// Whether a message of the timeline is taken for a send of this console whose answer has not come yet.
  public func isEcho(_ id: MessageID, in dialogID: DialogID) -> Bool {
    items[dialogID]?.contains { $0.echo?.id == id } ?? false
  }

  /// Whether everything that was submitted has arrived or was discarded.
  public var isEmpty: Bool { items.isEmpty }
}

extension Outbox.Stage {
  var state: Outbox.State {
    switch self {
    case .ready: .queued
    case .posting: .sending
    case .waiting(let retryAt, let why): .waiting(retryAt: retryAt, why: why)
    case .checking(let check, let why): check.look == 0 ? .queued : .checking(why: why)
    case .unsure(let why): .unsure(why: why)
    case .failed(let why): .failed(why: why)
    case .superseded(let messages): .superseded(by: messages)
    }
  }
}
