import ChatProtocol
import LiveLink

/// The composer: what is typed, kept and sent.
extension ConsoleState {
  /// The longest message that the contract's servers take, in characters (Unicode scalars, as they count).
  public static let messageLimit = 10_000
  /// The longest time that typed text is only in memory.
  private static let draftDelay: Duration = .seconds(1)

  /// Opens the composer, after asking if the dialog is not ours.
  mutating func startReply() {
    guard let id = target else { return }
    open(id)
    switch holder(of: id) {
    case .me: compose(in: id)
    case .nobodyYet, .assistant:
      let why = holder(of: id) == .assistant ? "The AI answers here." : "The visitor waits."
      if case .no(let reason) = takeoverAvailability { return say(.warning, reason) }
      prompt = Prompt(
        .takeOver(thenReply: true), in: id, "\(why) Take #\(id) over and reply?", confirmKey: .character("t"),
        "take over")
    case .other(let manager):
      let permission = ReplyPermission(dialogID: id, holder: .other(manager))
      guard engine.replyPermission != permission else { return compose(in: id) }
      prompt = Prompt(
        .replyAnyway(thenSend: false), in: id, "\(manager.words) has #\(id). Write to the visitor all the same?",
        confirmKey: .character("y"), "write anyway")
    }
  }

  /// Gives the composer the keys: to write a reply, or a note.
  mutating func compose(in id: DialogID, _ kind: MessageKind = .message) {
    guard conversation?.dialogID == id, !session.isReadOnly else { return }
    writing[id] = kind
    focus = .conversation
    isComposing = true
  }

  /// Takes the keys from the composer. The text stays, here and on disk.
  mutating func leaveComposer() {
    saveDrafts()
    sentSearch = nil
    guard isComposing, let id = conversation?.dialogID else { return }
    isComposing = false
    tellTyping(false, in: id)
  }

  /// Changes the open dialog's text.
  mutating func editComposer(_ edit: (inout Composer) -> Void) {
    guard let id = conversation?.dialogID else { return }
    let key = DraftKey(id, openKind)
    let before = composer(key)?.buffer.characters ?? []
    editSlot(key, edit)
    let after = composer(key)?.buffer.characters ?? []
    guard before != after else { return }
    noteDraft(id, key.kind)
    // The visitor is not told of a note.
    if key.kind == .message { tellTyping(!after.isEmpty, in: id) }
  }

  /// Puts pasted text into the composer: at once if it is one line, after a question if it is more.
  mutating func pasteIntoComposer(_ text: String) {
    let lines = text.lineCount
    guard lines > 1 else { return editComposer { $0.paste(text) } }
    prompt = Prompt(
      .paste(text), in: conversation?.dialogID, "Paste \(lines) lines?", confirmKey: .character("y"), "paste",
      choices: [Prompt.Choice(key: .character("j"), label: "join into one", act: .paste(text.joinedLines))],
      preview: text)
  }

  /// Enter: sends the line, or starts a new one in block mode.
  mutating func enterInComposer() {
    if openComposer?.isBlock == true {
      // Enter ends what is filled in, as in any form: the place must not vanish by it, nor the sentence break.
      guard openComposer?.isInPlace != true else { return editComposer { $0.endField() } }
      editComposer { $0.newline() }
    } else {
      sendFromComposer()
    }
  }

  // MARK: Drafts

  /// The composer of a draft; nil where nothing was ever typed.
  func composer(_ key: DraftKey) -> Composer? {
    key.kind == .note ? noteComposers[key.dialogID] : composers[key.dialogID]
  }

  /// Changes the composer of a draft.
  mutating func editSlot(_ key: DraftKey, _ edit: (inout Composer) -> Void) {
    guard key.kind == .message else { return edit(&noteComposers[key.dialogID, default: Composer()]) }
    let wasFormerNote = composers[key.dialogID]?.isFormerNote == true
    edit(&composers[key.dialogID, default: Composer()])
    // The disk has a former note among the notes.
    if wasFormerNote || composers[key.dialogID]?.isFormerNote == true {
      engine.dirtyDrafts.insert(DraftKey(key.dialogID, .note))
    }
  }

  /// The drafts that were on disk; what has been typed since counts for more.
  mutating func restore(_ drafts: [DialogID: String], notes: [DialogID: String]) {
    for (id, text) in drafts { restore(text, DraftKey(id, .message)) }
    for (id, text) in notes { restore(text, DraftKey(id, .note)) }
  }

  private mutating func restore(_ text: String, _ key: DraftKey) {
    guard !text.isEmpty, composer(key)?.buffer.isEmpty ?? true else { return }
    editSlot(key) { $0 = Composer(text) }
    list.update(key.dialogID) { $0.hasDraft = true }
  }

  /// Whether something is typed and not sent in a dialog, a reply or a note.
  func hasDraft(_ id: DialogID) -> Bool {
    composers[id]?.buffer.isEmpty == false || noteComposers[id]?.buffer.isEmpty == false
  }

  /// Remembers that a draft has changed.
  mutating func noteDraft(_ id: DialogID, _ kind: MessageKind = .message) {
    engine.dirtyDrafts.insert(DraftKey(id, kind))
    let hasDraft = hasDraft(id)
    list.update(id) { $0.hasDraft = hasDraft }
    if engine.alarms[.drafts] == nil { setAlarm(.drafts, at: clock.monotonic + Self.draftDelay) }
  }

  /// Has all drafts that changed written to disk; what is erased comes last, so that a text that moved from one file
  /// to another is in one of them at every moment.
  mutating func saveDrafts() {
    let texts = engine.dirtyDrafts.sorted().map { (key: $0, text: textToKeep($0)) }
    for (key, text) in texts where !text.isEmpty { emit(.saveDraft(key.dialogID, text, kind: key.kind)) }
    for (key, text) in texts where text.isEmpty { emit(.saveDraft(key.dialogID, text, kind: key.kind)) }
    engine.dirtyDrafts = []
    setAlarm(.drafts, at: nil)
  }

  /// What the disk has of a draft. A note that is about to be sent to the visitor stays a note there: it must not come
  /// back from a crash as a reply that nobody warns about.
  private func textToKeep(_ key: DraftKey) -> String {
    let formerNote = composers[key.dialogID].flatMap { $0.isFormerNote ? $0.text : nil }
    switch key.kind {
    case .message: return formerNote == nil ? composers[key.dialogID]?.text ?? "" : ""
    case .note: return formerNote ?? noteComposers[key.dialogID]?.text ?? ""
    }
  }
}

extension Manager? {
  /// The operator's name, else what there is; raw text.
  var words: String {
    guard let self else { return "Another operator" }
    guard let name = self.name, !name.isEmpty else { return "Operator \(self.id)" }
    return name
  }
}
