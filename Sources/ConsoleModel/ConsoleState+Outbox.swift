import ChatProtocol
public import LiveLink

/// The replies on their way.
extension ConsoleState {
  /// Gives an event to the outbox and takes over what it reports.
  mutating func feedOutbox(_ event: Outbox.Event) {
    for action in outbox.handle(event, at: clock.monotonic) {
      switch action {
      case .report(.rows(let id)): rowsChanged(id)
      case .report(.settled(let entry, let message)): feed(.stored(message), toLinkOf: entry.dialogID)
      default: emit(.outbox(action))
      }
    }
  }

  /// Sends a text to a dialog.
  mutating func submit(_ text: String, to id: DialogID) {
    let clientID = UUIDText.random(using: &engine.generator)
    feedOutbox(
      .submit(
        clientID: clientID, dialogID: id, text: text, lastSeenID: links[id]?.timeline.lastID, at: clock.now))
  }

  private mutating func rowsChanged(_ id: DialogID) {
    let troubled = outbox.rows(of: id).filter(\.isTroubled)
    let before = list.entries[id]?.troubledSends ?? 0
    list.update(id) { $0.troubledSends = troubled.count }
    guard troubled.count > before, let row = troubled.last else { return }
    switch row.state {
    case .failed(let why): say(.error, "Not sent to #\(id): \(why). R retry, E edit, D drop")
    case .unsure(let why): say(.warning, "#\(id): \(why). It may have been sent: look, then R again or D drop")
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
    let isEmpty = composers[row.entry.dialogID]?.buffer.isEmpty ?? true
    return isEmpty ? .yes : .no("There is a draft in the composer: send it or clear it first")
  }

  /// Sends again what failed. For one that may have arrived the operator's key is the word that it should go.
  mutating func retryTroubled() {
    if let row = troubledRow { feedOutbox(.retry(clientID: row.id)) }
  }

  /// Takes the text of what failed back into the composer.
  mutating func editTroubled() {
    guard let row = troubledRow else { return }
    let id = row.entry.dialogID
    open(id)
    composers[id, default: Composer()].paste(row.entry.text)
    noteDraft(id)
    // The draft is on disk before the journal forgets the text.
    saveDrafts()
    feedOutbox(.discard(clientID: row.id))
    compose(in: id)
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
    case .failed, .unsure: true
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
