import ChatProtocol
public import LiveLink

/// The replies on their way.
extension ConsoleState {
  /// Gives an event to the outbox and takes over what it reports.
  mutating func feedOutbox(_ event: Outbox.Event) {
    for action in outbox.handle(event, at: clock.monotonic) {
      switch action {
      case .report(.rows(let id)): rowsChanged(id)
      case .report(.settled(let entry, let message)):
        noteOwn(message, in: entry.dialogID)
        feed(.stored(message), toLinkOf: entry.dialogID)
        macroSent(entry.clientID)
      default: emit(.outbox(action))
      }
    }
  }

  /// An id for a send.
  mutating func newClientID() -> String { UUIDText.random(using: &engine.generator) }

  /// Sends a text to a dialog.
  mutating func submit(_ text: String, to id: DialogID, kind: MessageKind = .message, clientID: String? = nil) {
    let clientID = clientID ?? newClientID()
    // A note contradicts nobody: it goes whatever was written since.
    let isConditional = kind == .message && session.capabilities.hasPrecondition
    feedOutbox(
      .submit(
        clientID: clientID, dialogID: id, text: text, kind: kind, lastSeenID: links[id]?.timeline.lastID,
        ifLastID: isConditional ? approvedLastID(in: id) : nil, at: clock.now))
  }

  /// The precondition of a send: the newest message that was seen, or that the operator has just been asked about.
  private mutating func approvedLastID(in id: DialogID) -> MessageID? {
    let seen = newestSeen(in: id)
    let asked = engine.sendApproval?.concerns.compactMap { concern in
      if case .unseen(let last) = concern { last } else { nil }
    }.max()
    return [seen, asked].compactMap(\.self).max()
  }

  private mutating func rowsChanged(_ id: DialogID) {
    let troubled = outbox.rows(of: id).filter(\.isTroubled)
    let before = list.entries[id]?.troubledSends ?? 0
    list.update(id) { $0.troubledSends = troubled.count }
    for row in troubled { macroSendFailed(row) }
    guard troubled.count > before, let row = troubled.last else { return }
    switch row.state {
    case .failed(let why): say(.error, "Not sent to #\(id): \(why). R retry, E edit, D drop")
    case .unsure(let why): say(.warning, "#\(id): \(why). It may have been sent: look, then R again or D drop")
    case .superseded(let newer): superseded(row, by: newer)
    case .queued, .sending, .waiting, .checking: break
    }
  }

  // MARK: What was not sent

  /// The oldest reply of the dialog in hand that needs a decision.
  private var troubledRow: Outbox.Row? {
    target.flatMap { outbox.rows(of: $0).first(where: \.isTroubled) }
  }

  var troubledAvailability: Availability {
    troubledRow == nil ? .no("Everything was sent") : .yes
  }

  var editUnsentAvailability: Availability {
    guard let row = troubledRow else { return .no("Everything was sent") }
    return canTakeBack(row)
  }

  private func canTakeBack(_ row: Outbox.Row) -> Availability {
    let isEmpty = composer(DraftKey(row.entry.dialogID, row.entry.kind))?.buffer.isEmpty ?? true
    return isEmpty ? .yes : .no("There is a draft in the composer: send it or clear it first")
  }

  /// Sends again what failed. For one that may have arrived the operator's key is the word that it should go.
  mutating func retryTroubled() {
    if let row = troubledRow { resend(row.id, in: row.entry.dialogID) }
  }

  /// Takes the text of what failed back into the composer.
  mutating func editTroubled() {
    if let row = troubledRow { takeBack(row) }
  }

  /// Takes the text of a reply that was not sent back into the composer, unless another text is there.
  mutating func editUnsent(_ clientID: String) {
    guard let row = outbox.rows.first(where: { $0.id == clientID }) else { return }
    switch canTakeBack(row) {
    case .yes: takeBack(row)
    case .no(let reason): say(.warning, reason)
    }
  }

  private mutating func takeBack(_ row: Outbox.Row) {
    let key = DraftKey(row.entry.dialogID, row.entry.kind)
    open(key.dialogID)
    editSlot(key) { $0.paste(row.entry.text) }
    noteDraft(key.dialogID, key.kind)
    // The draft is on disk before the journal forgets the text.
    saveDrafts()
    feedOutbox(.discard(clientID: row.id))
    compose(in: key.dialogID, key.kind)
  }

  /// Asks whether what failed is to be thrown away.
  mutating func askDiscardTroubled() {
    guard let row = troubledRow else { return }
    prompt = Prompt(
      .discardUnsent(clientID: row.id), in: row.entry.dialogID, "Throw away “\(row.entry.text.prefix(40))”?",
      confirmKey: .character("y"), "throw away")
  }
}

extension Outbox.Row {
  /// Whether it needs the operator's decision.
  public var isTroubled: Bool {
    switch state {
    case .failed, .unsure, .superseded: true
    case .queued, .sending, .waiting, .checking: false
    }
  }
}

/// Ids of sends.
enum UUIDText {
  /// A random UUID (RFC 9562, version 4), lower case.
  static func random(using generator: inout some RandomNumberGenerator) -> String {
    let high = generator.next() & ~0xF000 | 0x4000
    let low = generator.next() & ~(0b11 << 62) | 0b10 << 62
    let digits = hex(high) + hex(low)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { text += "-" }
      text.append(digit)
    }
    return text
  }

  private static func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
