public import ChatProtocol

/// What a watch has told already: so that nothing is told twice and nothing is left out, over its own reconnects, over
/// outages of the server, and over the end of the program.
///
/// It does not remember every message. Up to a moment on the server's clock everything is settled; of the dialogs that
/// were active since then it knows the last message and the hand-off. Written down, that is the cursor: a word that
/// stays short however many dialogs a server has.
///
/// In a dialog ids rise, but a server may show two that it stored at once in either order: the last few are known one
/// by one.
public struct WatchLedger: Hashable, Sendable {
  /// How far behind the newest moment it stays: what took longer than this to be shown is looked for by id.
  static let margin = Duration.seconds(30)
  /// How many of a dialog's ids are known one by one.
  static let recentIDs = 16

  /// Where an operator's stream stood (part 2).
  public struct StreamPosition: Hashable, Sendable {
    /// The server's name for this life of the stream.
    public var epoch: String
    /// The last event's number.
    public var sequence: Int

    /// Makes a position.
    public init(epoch: String, sequence: Int) {
      self.epoch = epoch
      self.sequence = sequence
    }
  }

  /// A hand-off as it was last told.
  struct HandoffPoint: Hashable, Sendable {
    var state: HandoffState
    var manager: UserID?
    /// When the server says that it happened; nil until it has said so.
    var at: Timestamp?
  }

  struct Entry: Hashable, Sendable {
    /// Everything up to this message has been told, or was there before the watch began.
    var floor: MessageID?
    /// What has been told above it, ascending.
    var recent: [MessageID] = []
    var handoff: HandoffPoint?
    /// When it was last active, on the server's clock.
    var activeAt: Timestamp?

    var lastID: MessageID? { recent.last ?? floor }
  }

  /// Everything up to here is settled, in every dialog without an entry.
  public private(set) var settledThrough: Timestamp
  private(set) var entries: [DialogID: Entry] = [:]
  /// Where the operator's stream stood, if there is one.
  public var position: StreamPosition?

  /// A watch that begins at a moment: what was there before is not told.
  public init(settledThrough: Timestamp) {
    self.settledThrough = settledThrough
  }

  init(settledThrough: Timestamp, entries: [DialogID: Entry], position: StreamPosition?) {
    self.settledThrough = settledThrough
    self.entries = entries
    self.position = position
  }

  // MARK: Messages

  /// Where a dialog's history has to be read from; nil: from its beginning, or from the moment that is settled.
  public func lastID(of dialogID: DialogID) -> MessageID? { entries[dialogID]?.floor }

  /// Whether the dialog was active since the moment that is settled.
  public func isActive(_ dialogID: DialogID) -> Bool { entries[dialogID]?.lastID != nil }

  /// Takes a message that was pushed. Returns whether it is to be told.
  public mutating func takePushed(_ message: Message, in dialogID: DialogID) -> Bool {
    take(message, in: dialogID, isPushed: true)
  }

  /// Takes a message of a history. Returns whether it is to be told.
  public mutating func takeRead(_ message: Message, in dialogID: DialogID) -> Bool {
    take(message, in: dialogID, isPushed: false)
  }

  private mutating func take(_ message: Message, in dialogID: DialogID, isPushed: Bool) -> Bool {
    var entry = entries[dialogID] ?? Entry()
    if let floor = entry.floor, message.id <= floor { return false }
    if entry.recent.contains(message.id) { return false }
    if entry.floor == nil, !isPushed {
      // Nothing is known of the dialog but that it is settled up to that moment.
      guard let time = message.timestamp, time > settledThrough else { return false }
    }
    entry.insert(message.id)
    entry.touch(message.timestamp)
    entries[dialogID] = entry
    return true
  }

  /// The messages that a dialog has when the watch begins: none of them is told.
  public mutating func begin(_ messages: [Message], in dialogID: DialogID) {
    guard let newest = messages.max(by: { $0.id < $1.id }) else { return }
    var entry = entries[dialogID] ?? Entry()
    entry.floor = max(entry.floor ?? newest.id, newest.id)
    entry.recent = entry.recent.filter { $0 > newest.id }
    entry.touch(newest.timestamp)
    entries[dialogID] = entry
  }

  // MARK: Hand-offs

  /// The hand-off that was told last of a dialog; nil if none is known.
  func handoffState(of dialogID: DialogID) -> HandoffState? { entries[dialogID]?.handoff?.state }

  /// Takes a hand-off that was pushed. Returns whether it is to be told.
  public mutating func takePushed(_ state: HandoffState, manager: UserID?, in dialogID: DialogID) -> Bool {
    var entry = entries[dialogID] ?? Entry()
    if let known = entry.handoff, known.state == state, known.manager == manager || manager == nil { return false }
    entry.handoff = HandoffPoint(state: state, manager: manager, at: nil)
    entries[dialogID] = entry
    return true
  }

  /// Takes the hand-off that a list tells of. Returns whether it is to be told.
  ///
  /// - Parameter isBeginning: Whether the watch begins here: what there is is noted and not told.
  public mutating func takeListed(_ dialog: Dialog, isBeginning: Bool = false) -> Bool {
    let at = dialog.handoffChangedAt
    // A list without the fields says "none", and no dialog goes back to that.
    guard dialog.handoffStatus != .none else { return false }
    let point = HandoffPoint(state: dialog.handoffStatus, manager: dialog.managerInCharge, at: at)
    guard var entry = entries[dialog.id], let known = entry.handoff else {
      let isNews = at.map { $0 > settledThrough } ?? dialog.handoffStatus.silencesAssistant
      guard isNews else { return false }
      var entry = entries[dialog.id] ?? Entry()
      entry.handoff = point
      entry.touch(at)
      entries[dialog.id] = entry
      return !isBeginning
    }
    let isSame =
      known.state == point.state && (known.manager == point.manager || known.manager == nil || point.manager == nil)
      && (known.at == nil || at == nil || known.at == at)
    // A list that was asked for before the last event must not be told as news.
    if !isSame, let since = known.at, let at, at < since { return false }
    entry.handoff = HandoffPoint(
      state: point.state, manager: point.manager ?? (isSame ? known.manager : nil), at: at ?? (isSame ? known.at : nil))
    entry.touch(at)
    entries[dialog.id] = entry
    return !isSame && !isBeginning
  }

  /// Takes back that everything up to a moment is settled: something from before it is still to be told.
  mutating func reopen(before moment: Timestamp) {
    settledThrough = min(settledThrough, moment.advanced(by: .milliseconds(-1)))
  }

  // MARK: Settling

  /// Everything up to a moment on the server's clock has been told: what lies well behind it need not be remembered
  /// dialog by dialog.
  public mutating func settle(through moment: Timestamp) {
    let settled = moment.advanced(by: .zero - Self.margin)
    guard settled > settledThrough else { return }
    settledThrough = settled
    entries = entries.filter { !$0.value.isSettled(at: settled) }
  }
}

extension WatchLedger.Entry {
  fileprivate mutating func insert(_ id: MessageID) {
    recent.insert(id, at: recent.firstIndex { $0 > id } ?? recent.endIndex)
    if recent.count > WatchLedger.recentIDs { floor = recent.removeFirst() }
  }

  fileprivate mutating func touch(_ moment: Timestamp?) {
    guard let moment else { return }
    activeAt = max(activeAt ?? moment, moment)
  }

  /// Whether all of it is older than what is settled, so that the moment alone tells of it.
  fileprivate func isSettled(at settled: Timestamp) -> Bool {
    if let handoff {
      // Without a time, only remembering it tells an old request from a new one.
      if handoff.at == nil, handoff.state.silencesAssistant { return false }
      if let at = handoff.at, at > settled { return false }
    }
    guard lastID != nil else { return true }
    guard let activeAt else { return false }
    return activeAt <= settled
  }
}

extension Dialog {
  /// When its hand-off became what it is, if the server says so.
  var handoffChangedAt: Timestamp? {
    switch handoffStatus {
    case .requested: handoffRequestedAt
    case .active: handoffStartedAt
    case .released, .cancelled: handoffResolvedAt
    case .none, .other: nil
    }
  }

  /// The operator who has it, while one has.
  var managerInCharge: UserID? { handoffStatus == .active ? assignedManagerID : nil }
}
