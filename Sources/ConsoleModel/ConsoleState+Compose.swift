import ChatProtocol
import LiveLink

/// The composer: what is typed, kept and sent.
extension ConsoleState {
  /// The longest message that the contract's servers take, in characters (Unicode scalars, as they count).
  static let messageLimit = 10_000
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

  /// Gives the composer the keys.
  mutating func compose(in id: DialogID) {
    guard conversation?.dialogID == id else { return }
    focus = .conversation
    isComposing = true
  }

  /// Takes the keys from the composer. The text stays, here and on disk.
  mutating func leaveComposer() {
    saveDrafts()
    guard isComposing, let id = conversation?.dialogID else { return }
    isComposing = false
    feed(.operatorTyping(false), toLinkOf: id)
  }

  /// Changes the open dialog's text.
  mutating func editComposer(_ edit: (inout Composer) -> Void) {
    guard let id = conversation?.dialogID else { return }
    let before = composers[id]?.buffer.characters ?? []
    edit(&composers[id, default: Composer()])
    let after = composers[id]?.buffer.characters ?? []
    guard before != after else { return }
    noteDraft(id)
    feed(.operatorTyping(!after.isEmpty), toLinkOf: id)
  }

  /// Enter: sends the line, or starts a new one in block mode.
  mutating func enterInComposer() {
    if openComposer?.isBlock == true {
      editComposer { $0.newline() }
    } else {
      sendFromComposer()
    }
  }

  /// Sends what is typed, unless nothing is, or the dialog turned out not to be ours.
  mutating func sendFromComposer() {
    guard let id = conversation?.dialogID, let text = composers[id]?.sendable else { return }
    let length = text.unicodeScalars.count
    guard length <= Self.messageLimit else {
      return say(.error, "\(length) characters are too many: a message has at most \(Self.messageLimit)")
    }
    let holder = holder(of: id)
    guard holder == .me || engine.replyPermission == ReplyPermission(dialogID: id, holder: holder) else {
      let who =
        switch holder {
        case .other(let manager): "\(manager.words) has #\(id) now."
        case .assistant: "The AI has #\(id) again."
        case .nobodyYet, .me: "#\(id) is in the queue."
        }
      // A letter could be the first of the next sentence, typed ahead.
      prompt = Prompt(
        .replyAnyway(thenSend: true), in: id, who + " Send all the same?", confirmKey: .control("y"), "send anyway")
      return
    }
    submit(text, to: id)
    composers[id]?.sent(text)
    noteDraft(id)
    // After the journal has the text, so that it is on disk all the time.
    saveDrafts()
    feed(.operatorTyping(false), toLinkOf: id)
    scroll(to: .bottom)
    conversation?.firstUnread = nil
  }

  // MARK: Drafts

  /// The drafts that were on disk; what has been typed since counts for more.
  mutating func restore(_ drafts: [DialogID: String]) {
    for (id, text) in drafts where composers[id]?.buffer.isEmpty ?? true && !text.isEmpty {
      composers[id] = Composer(text)
      list.update(id) { $0.hasDraft = true }
    }
  }

  /// Remembers that a draft has changed.
  mutating func noteDraft(_ id: DialogID) {
    engine.dirtyDrafts.insert(id)
    let hasDraft = composers[id]?.buffer.isEmpty == false
    list.update(id) { $0.hasDraft = hasDraft }
    if engine.alarms[.drafts] == nil { setAlarm(.drafts, at: clock.monotonic + Self.draftDelay) }
  }

  /// Has all drafts that changed written to disk.
  mutating func saveDrafts() {
    for id in engine.dirtyDrafts.sorted() { emit(.saveDraft(id, composers[id]?.text ?? "")) }
    engine.dirtyDrafts = []
    setAlarm(.drafts, at: nil)
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
