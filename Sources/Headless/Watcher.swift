import ChatProtocol

/// Tells messages and hand-offs, each once, whatever becomes of the connection.
///
/// A value without I/O. With an operator's stream (part 2) that brings them, and the list is read only where the stream
/// has a gap, or is away for long. Without one the list and the queue are read again and again, and the dialogs that
/// matter most have a link each. What was told stands in the ``WatchLedger``, whichever way it came.
public struct Watcher: Sendable {
  /// What is watched.
  public let configuration: Configuration
  /// What has been told; nil until it is known from where on.
  public internal(set) var ledger: WatchLedger?
  /// The reading of the list that is under way.
  var round: Round?
  /// Whether another one has to follow.
  var needsRound = false
  /// What a stream brought meanwhile: told when the round has told what came before it.
  var held: [(news: StreamNews, position: WatchLedger.StreamPosition?)] = []
  /// More than this is not held: then it is read once more.
  static let mostHeld = 10_000

  /// Where a list that is longer than one look goes on, and the newest moment when the way through it began.
  var nextPage = 2
  var lapStart: Timestamp?
  /// How a dialog looked when its history was read last.
  var seen: [DialogID: Look] = [:]
  var names: [DialogID: String] = [:]
  static let mostNames = 10_000
  var links: Set<DialogID> = []
  var liveLinks: Set<DialogID> = []
  var failures = 0
  /// Whether the list has been read once since the watch began.
  var hasCaughtUp = false
  /// Whether the stream's absence is made up for by reading the list.
  var pollsForStream = false
  /// Dialogs whose hand-off a list told while the stream was away, or was being caught up with: what the stream says of
  /// it late may be older than that.
  var listedMeanwhile: Set<DialogID> = []
  var standing: Standing?
  /// Events that were told late, since the last time that nothing was missing.
  var recovered = 0
  var actions: [Action] = []

  struct Look: Hashable, Sendable {
    var at: Timestamp?
    var text: String?
  }

  /// One reading of the list, and of the histories that it makes necessary.
  struct Round: Hashable, Sendable {
    /// Whether the watch begins with it: then nothing is told.
    var isBeginning: Bool
    /// Whether all pages are read, however many.
    var isWhole: Bool
    /// The page that is asked for, and those that follow.
    var pages: [Int] = []
    /// How many there are.
    var pageCount = 1
    /// The newest moment on the server's clock that was seen in it.
    var newest: Timestamp?
    /// What a beginning has to look at again when the newest moment is known.
    var beginners: [Dialog] = []
    var wanted: [DialogID: Look] = [:]
    var waiting: [DialogID] = []
    var inFlight: Set<DialogID> = []
    /// Dialogs that deserve a link.
    var candidates: [Dialog] = []
    var isListed = false
    /// Whether a history could not be read, so that nothing is settled by it.
    var isIncomplete = false
  }

  /// A watch that goes on behind a cursor, or begins now.
  public init(_ configuration: Configuration, since ledger: WatchLedger? = nil) {
    self.configuration = configuration
    self.ledger = ledger
  }

  /// Takes one event in and says what is to be done, in order.
  public mutating func handle(_ event: Event) -> [Action] {
    switch event {
    case .start: start()
    case .stream(let news, let position): take(news, position)
    case .streamLost(let why, let polls): streamLost(why, polls: polls)
    case .linked(let id, let messages, let isPushed): take(messages, in: id, isPushed: isPushed)
    case .linkEvent(let id, let event): take(event, in: id)
    case .linkIsLive(let id, let isLive):
      if isLive { liveLinks.insert(id) } else { liveLinks.remove(id) }
    case .queueLoaded(let queue): queueLoaded(queue)
    case .dialogsLoaded(let dialogs, let page, let pages): dialogsLoaded(dialogs, page: page, pages: pages)
    case .historyLoaded(let id, let messages): historyLoaded(id, messages)
    case .failed(let request, let failure): failed(request, failure)
    case .alarm: beginRound()
    }
    defer { actions = [] }
    return actions
  }

  private mutating func start() {
    if configuration.hasStream { actions.append(.openStream(ledger?.position)) }
    // A stream that begins needs to know from where on; one that goes on says itself whether something is missing.
    if !configuration.hasStream || ledger == nil { beginRound() }
  }

  // MARK: Telling

  mutating func tell(_ event: WatchEvent) {
    guard let kind = event.kind, configuration.kinds.contains(kind) else { return }
    if let only = configuration.dialogID, event.dialogID != only { return }
    var event = event
    event.visitor = event.visitor ?? event.dialogID.flatMap { names[$0] }
    actions.append(.tell(event, cursor: ledger?.cursor ?? ""))
  }

  mutating func tellMessage(_ message: Message, in dialogID: DialogID) {
    tell(WatchEvent(dialogID: dialogID, content: .message(message)))
  }

  mutating func say(_ new: Standing) {
    guard new != standing else { return }
    // Live is said once, with what had been missed.
    if case .live = new, case .live = standing { return }
    standing = new
    actions.append(.say(new))
  }

  mutating func remember(_ dialog: Dialog) {
    guard let name = dialog.visitorName, names[dialog.id] != name else { return }
    if names.count >= Self.mostNames { names = [:] }
    names[dialog.id] = name
  }

  // MARK: The stream

  private mutating func take(_ news: [StreamNews], _ position: WatchLedger.StreamPosition?) {
    // Each of them but the last has its own place: counted from the end, so that one which is uncertain is a repeat,
    // which the ledger knows, and never a gap.
    var behind = news.count { $0.counts }
    for item in news {
      if item.counts { behind -= 1 }
      var place = position
      place?.sequence -= behind
      if item == .broken || round != nil || needsRound || ledger == nil {
        hold(item, place)
      } else {
        take(item, place, isLate: false)
      }
    }
  }

  private mutating func hold(_ news: StreamNews, _ position: WatchLedger.StreamPosition?) {
    // What nobody can miss later goes first.
    if held.count >= Self.mostHeld { held.removeAll { $0.news.isPassing } }
    if news == .broken || held.count >= Self.mostHeld {
      held = []
      needsRound = true
    }
    held.append((news, position))
    // After a failure the alarm begins it.
    if round == nil, failures == 0 { beginRound() }
  }

  /// Tells what came while the list was read.
  ///
  /// - Parameter isBeginning: Whether that was the first reading, which has told nothing.
  mutating func releaseHeld(isBeginning: Bool) {
    let news = held
    held = []
    if isBeginning {
      // Until they are told, the cursor has to lie before all of them.
      for case (.message(let message, _, _), _) in news {
        if let moment = message.timestamp { ledger?.reopen(before: moment) }
      }
    }
    for item in news { take(item.news, item.position, isLate: !isBeginning) }
    if listedMeanwhile.isEmpty == false, !pollsForStream { listedMeanwhile = [] }
  }

  private mutating func take(_ news: StreamNews, _ position: WatchLedger.StreamPosition?, isLate isHeld: Bool) {
    if let position { ledger?.position = position }
    switch news {
    case .message(let message, let id, let isLate):
      let isNews =
        isLate || isHeld ? ledger?.takeRead(message, in: id) : ledger?.takePushed(message, in: id)
      guard isNews == true else { return }
      if let moment = message.timestamp, round == nil, !pollsForStream { ledger?.settle(through: moment) }
      tellMessage(message, in: id)
    case .event(let event, let id, let isLate): take(event, in: id, isLate: isLate || isHeld)
    case .unreadable: break
    case .began, .broken: caughtUp()
    case .resumed(let missed):
      recovered += missed
      caughtUp()
    }
  }

  private mutating func caughtUp() {
    pollsForStream = false
    if round == nil { listedMeanwhile = [] }
    say(.live(recovered: recovered))
    recovered = 0
  }

  mutating func take(_ event: DialogEvent, in dialogID: DialogID?, isLate: Bool = false) {
    switch event {
    case .handoff(let state, let named, let manager, let reason):
      guard let id = named ?? dialogID else { return }
      if isLate, listedMeanwhile.contains(id) {
        // It may be older than what the list told, or newer: the list is asked once more.
        if ledger?.handoffState(of: id) != state { needsRound = true }
        return
      }
      guard ledger?.takePushed(state, manager: state == .active ? manager?.id : nil, in: id) == true else { return }
      tell(WatchEvent(dialogID: id, content: .handoff(state, state == .active ? manager : nil, reason: reason)))
    case .dialogUpdated(let dialog):
      remember(dialog)
      list(dialog)
    case .handoffOverdue(_, let named, _):
      tell(WatchEvent(dialogID: named ?? dialogID, content: .event(event)))
    default:
      tell(WatchEvent(dialogID: dialogID, content: .event(event)))
    }
  }

  private mutating func streamLost(_ why: String, polls: Bool) {
    say(.stale(why))
    guard polls, !pollsForStream else { return }
    pollsForStream = true
    if ledger != nil { beginRound() }
  }

  // MARK: Links

  mutating func take(_ messages: [Message], in dialogID: DialogID, isPushed: Bool) {
    guard var ledger else { return }
    for message in messages {
      let isNews =
        isPushed ? ledger.takePushed(message, in: dialogID) : ledger.takeRead(message, in: dialogID)
      self.ledger = ledger
      if isNews { tellMessage(message, in: dialogID) }
    }
  }
}

extension Watcher.StreamNews {
  /// Whether it has a number of its own in the stream.
  fileprivate var counts: Bool {
    switch self {
    case .message, .event, .unreadable: true
    case .resumed, .began, .broken: false
    }
  }

  /// Whether it says how something is for the moment only.
  fileprivate var isPassing: Bool {
    switch self {
    case .event(.typingStarted, _, _), .event(.typingStopped, _, _), .event(.operatorTyping, _, _),
      .event(.viewing, _, _), .event(.visitorPresence, _, _), .event(.operatorPresence, _, _), .event(.other, _, _),
      .unreadable:
      true
    case .event, .message, .resumed, .began, .broken: false
    }
  }
}

extension Dialog {
  /// The visitor's name, or nil where the server knows none. Raw text.
  var visitorName: String? {
    if let name, !name.isEmpty { return name }
    let parts = [firstName, lastName].compactMap(\.self).filter { !$0.isEmpty }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }
}
