import ChatProtocol
import LiveLink

/// From Enter to the outbox: what speaks against sending is asked about, one thing after the other.
extension ConsoleState {
  /// Sends what is typed, unless nothing is, or the operator is to be asked first.
  mutating func sendFromComposer() {
    guard let id = conversation?.dialogID, let text = openComposer?.sendable else { return }
    let kind = openKind
    let length = text.unicodeScalars.count
    guard length <= Self.messageLimit else {
      return say(.error, "\(length) characters are too many: a message has at most \(Self.messageLimit)")
    }
    if openComposer?.hasPlaces == true {
      editComposer { $0.selectField(from: 0) }
      return say(.warning, "Fill \(openFieldWords) in first; Tab goes to the next place")
    }
    if kind == .note {
      guard session.capabilities.hasNotes else {
        return say(.error, "This server has no notes: the visitor would see it. Ctrl-T makes a reply of it")
      }
    } else {
      // A proposal that is changed is a decision on it, whoever has the dialog.
      guard editedProposal(in: id) != nil || mayReply(in: id), !asksBeforeSending(text, to: id) else { return }
      if sendsEditedProposal(text, in: id) { return }
    }
    submit(text, to: id, kind: kind)
    editSlot(DraftKey(id, kind)) { $0.sent(text) }
    keepInHistory(text, kind, id)
    did(
      kind == .note ? "The note in #\(id)" : "The reply in #\(id)", .none("it was sent"),
      again: Command(kind == .note ? .note : .reply, [text]))
    noteDraft(id, kind)
    // After the journal has the text, so that it is on disk all the time.
    saveDrafts()
    engine.sendApproval = nil
    tellTyping(false, in: id)
    scroll(to: .bottom)
    conversation?.firstUnread = nil
  }

  /// Whether the dialog is ours to answer, or the operator has said that it may be answered all the same; else asks.
  private mutating func mayReply(in id: DialogID) -> Bool {
    let holder = holder(of: id)
    if holder == .me || engine.replyPermission == ReplyPermission(dialogID: id, holder: holder) { return true }
    let who =
      switch holder {
      case .other(let manager): "\(manager.words) has #\(id) now."
      case .assistant: "The AI has #\(id)."
      case .nobodyYet, .me: "#\(id) is in the queue."
      }
    // A letter could be the first of the next sentence, typed ahead.
    prompt = Prompt(
      .replyAnyway(thenSend: true), in: id, who + " Send all the same?", confirmKey: .control("y"), "send anyway")
    return false
  }

  /// Asks about the first concern that the operator has not waved away for this text.
  private mutating func asksBeforeSending(_ text: String, to id: DialogID) -> Bool {
    var approval = SendApproval(dialogID: id, text: text)
    if let given = engine.sendApproval, given.dialogID == id, given.text == text { approval = given }
    engine.sendApproval = approval
    if openComposer?.isFormerNote == true, !approval.concerns.contains(.wasNote) {
      prompt = Prompt(
        .sendAnyway(.wasNote), in: id, "This was a note! Send it to \(visitorWords(id))?",
        confirmKey: .control("y"), "send publicly", tone: .danger)
      return true
    }
    if settings.secretsScan, !approval.concerns.contains(.secrets), let found = SecretScan.findings(in: text).first {
      prompt = Prompt(
        .sendAnyway(.secrets), in: id,
        "This has what looks like \(found.kind.rawValue) in it (\(found.excerpt)). Send it to \(visitorWords(id))?",
        confirmKey: .control("y"), "send anyway", tone: .danger)
      return true
    }
    let unseen = unseenMessages(in: id)
    if let last = unseen.last, !approval.concerns.contains(.unseen(through: last.id)) {
      askAboutUnseen(unseen, through: last.id, in: id)
      return true
    }
    return false
  }

  private mutating func askAboutUnseen(_ unseen: [Message], through last: MessageID, in id: DialogID) {
    scroll(to: .bottom)
    prompt = Prompt(
      .sendAnyway(.unseen(through: last)), in: id, unseenWords(unseen, in: id) + ". Send?",
      confirmKey: .control("y"), "send",
      choices: [
        Prompt.Choice(key: .control("e"), label: "edit", act: .keepWriting),
        Prompt.Choice(key: .control("x"), label: "drop", act: .dropDraft),
      ], isPassive: true)
  }

  /// The operator has seen a concern and wants it sent.
  mutating func sendAnyway(_ concern: SendConcern, in id: DialogID) {
    guard conversation?.dialogID == id else { return }
    if engine.sendApproval?.dialogID == id { engine.sendApproval?.concerns.insert(concern) }
    sendFromComposer()
  }

  /// Empties the composer; undo and the history have the text.
  mutating func dropDraft() {
    if let id = conversation?.dialogID { keepInHistory(openComposer?.text ?? "", openKind, id) }
    editComposer { $0.drop() }
    saveDrafts()
    say(.info, "Dropped; Up has it again")
  }

  /// The place that is to be filled next.
  private var openFieldWords: String {
    guard let composer = openComposer, let field = composer.buffer.field(from: 0) else { return "the places" }
    return String(composer.buffer.characters[field])
  }

  /// Keeps a text for the search in what was sent.
  private mutating func keepInHistory(_ text: String, _ kind: MessageKind, _ id: DialogID) {
    guard !text.isEmpty else { return }
    sentTexts.removeAll { $0.text == text && $0.kind == kind }
    sentTexts.append(SentText(text: text, kind: kind, dialogID: id))
    if sentTexts.count > Self.sentLimit { sentTexts.removeFirst() }
  }

  /// How many texts the search in what was sent looks at.
  private static let sentLimit = 500

  /// Writes a whole text to the dialog in hand, from a command: it goes as if it had been typed, with every question.
  mutating func write(_ text: String, _ kind: MessageKind) {
    guard let id = target else { return }
    let wasComposing = isComposing
    open(id)
    let key = DraftKey(id, kind)
    guard composer(key)?.buffer.isEmpty ?? true else {
      return say(.warning, "There is a draft in the composer: send it or clear it first")
    }
    compose(in: id, kind)
    let filled = filled(text, in: id)
    editComposer { $0.insertTemplate(filled) }
    sendFromComposer()
    if !wasComposing, prompt == nil, composer(key)?.buffer.isEmpty == true { leaveComposer() }
  }

  /// A text with its places filled from what is known of a dialog.
  func filled(_ text: String, in id: DialogID, answers: [String: String] = [:]) -> String {
    TemplateText(text).filled(with: templateValues(of: id), answers: answers)
  }

  /// What is known of a dialog, for texts with places.
  func templateValues(of id: DialogID) -> TemplateText.Values {
    TemplateText.Values(visitor: list.entries[id]?.personName, operator: session.account, dialogID: id, clock: clock)
  }

  // MARK: What the operator has not seen

  /// The newest message of a dialog that has been before the operator's eyes.
  mutating func newestSeen(in id: DialogID) -> MessageID? {
    engine.shown.newestSeen(of: id, at: clock.monotonic)
      ?? (conversation?.dialogID == id ? conversation?.seenThrough : nil)
  }

  /// What others have written that the operator has not seen.
  mutating func unseenMessages(in id: DialogID) -> [Message] {
    guard let seen = newestSeen(in: id), let link = links[id] else { return [] }
    return link.timeline.messages(after: seen).filter { isByOthers($0, in: id) }
  }

  /// Whether somebody else wrote a message: what one has just said oneself changes no answer.
  private func isByOthers(_ message: Message, in id: DialogID) -> Bool {
    switch message.sender {
    case .user, .assistant: true
    case .system, .other: false
    case .manager:
      if let author = message.author {
        author.id != session.account?.id
      } else {
        engine.ownMessages[id]?.contains(message.id) != true && !outbox.isEcho(message.id, in: id)
      }
    }
  }

  /// Remembers that a message is ours, for servers that do not say so.
  mutating func noteOwn(_ message: Message, in id: DialogID) {
    engine.ownMessages[id, default: []].append(message.id)
    if engine.ownMessages[id, default: []].count > 32 { engine.ownMessages[id]?.removeFirst() }
  }

  /// Who wrote; what they wrote is on the screen.
  private func unseenWords(_ messages: [Message], in id: DialogID) -> String {
    guard let last = messages.last else { return "somebody wrote" }
    let who =
      switch last.sender {
      case .user: visitorWords(id)
      case .assistant: "The AI"
      case .manager: last.author.map { Manager?($0).words } ?? "Another operator"
      case .system, .other: "The server"
      }
    return who + (last.kind == .note ? " left a note" : " wrote")
  }

  /// How the visitor of a dialog is called; raw text.
  func visitorWords(_ id: DialogID) -> String {
    list.entries[id]?.visitorName.map { String($0.prefix(40)) } ?? "the visitor of #\(id)"
  }

  // MARK: What the server did not send

  /// A reply was not sent because others had written: shows what, and asks.
  mutating func superseded(_ row: Outbox.Row, by newer: [Message]) {
    let id = row.entry.dialogID
    for message in newer { feed(.stored(message), toLinkOf: id) }
    let words = "Not sent: " + unseenWords(newer, in: id)
    guard conversation?.dialogID == id, prompt == nil, mode == .compose || mode == .conversation else {
      let text = newer.last.map { ": “\($0.text.prefix(60))”" } ?? ""
      return say(.warning, "#\(id) \(words)\(text). R sends it, E edits, D drops")
    }
    scroll(to: .bottom)
    prompt = Prompt(
      .resend(clientID: row.id), in: id, words, confirmKey: .control("y"), "send",
      choices: [
        Prompt.Choice(key: .control("e"), label: "edit", act: .editUnsent(clientID: row.id)),
        Prompt.Choice(key: .control("x"), label: "drop", act: .discardUnsent(clientID: row.id)),
      ], isPassive: true)
  }

  /// Sends a reply again that others had written before.
  mutating func resend(_ clientID: String, in id: DialogID) {
    feedOutbox(.retry(clientID: clientID, ifLastID: newestSeen(in: id)))
  }

  // MARK: Questions that come unasked

  /// A key that is no answer to a passive question: it goes where it would go without it, unless it would send.
  mutating func pressBeside(_ prompt: Prompt, _ key: Key) {
    if key == .enter || key == .control("d") { return }
    dismiss(prompt)
    if key != .escape { press(key) }
  }

  /// Takes an unasked question away, and says how to come back to it.
  mutating func dismiss(_ prompt: Prompt) {
    self.prompt = nil
    if case .resend = prompt.act { say(.warning, "Not sent yet. Esc, then R sends it, E edits, D drops") }
  }
}
