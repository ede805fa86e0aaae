import ChatProtocol

/// A key and what it does, for the foot of the screen.
public struct KeyHint: Hashable, Sendable {
  /// The key's name.
  public let key: String
  /// What it does, in a word or two; may hold raw text.
  public let title: String
}

/// A part of the help.
public struct HelpSection: Sendable {
  /// What its verbs have in common.
  public let title: String
  /// The verbs.
  public let verbs: [Verb]
}

extension ConsoleState {
  /// What can be done now, the likeliest first: as many as fit are to be shown.
  public var keyHints: [KeyHint] {
    let mode = mode
    if let pending = pendingKeys { return continuationHints(of: pending) }
    var hints = Verb.all.compactMap { verb -> (rank: Int, hint: KeyHint)? in
      guard let rank = verb.hintRank, verb.modes.contains(mode), let keys = keymap.keys(of: verb.id, in: mode).first,
        verb.isAvailable(in: self) == .yes, !isSaidByEnter(verb), !isOfNoUse(verb)
      else { return nil }
      return (rank, KeyHint(key: keys.label, title: verb.hintTitle(in: self)))
    }
    hints.sort { $0.rank < $1.rank }
    guard mode == .confirm, let prompt else { return hints.map(\.hint) }
    let choices = prompt.choices.map { KeyHint(key: $0.key.label, title: $0.label) }
    return [KeyHint(key: prompt.confirmKey.label, title: prompt.confirmLabel)] + choices + hints.map(\.hint)
  }

  /// What may follow the keys pressed so far.
  private func continuationHints(of pending: PendingKeys) -> [KeyHint] {
    keymap.continuations(of: pending.keys, in: pending.mode).map { KeyHint(key: $0.key.label, title: $0.title) }
      + [KeyHint(key: Key.escape.label, title: "leave")]
  }

  /// Who has no canned replies is not reminded of them.
  private func isOfNoUse(_ verb: Verb) -> Bool { verb.id == .insertCanned && texts.canned.isEmpty }

  /// Outside block mode Enter sends, and a second key for it would only crowd the hints.
  private func isSaidByEnter(_ verb: Verb) -> Bool {
    verb.id == .send && openComposer?.isBlock != true
  }
}

extension Verb {
  /// The sections of the help, those of a mode first.
  public static func help(about mode: Mode) -> [HelpSection] {
    // What acts everywhere is no section of any mode.
    let own = groups.filter { $0.verbs.contains { $0.modes.contains(mode) && $0.modes.count < Mode.allCases.count } }
    let others = groups.filter { group in !own.contains { $0.title == group.title } }
    return (own + others).map { HelpSection(title: $0.title, verbs: $0.verbs) }
  }

  /// The hint's words, where they depend on the state.
  fileprivate func hintTitle(in state: ConsoleState) -> String {
    switch id {
    case .enter where state.openComposer?.isBlock == true:
      state.openComposer?.isInPlace == true ? "next place" : "newline"
    case .answerNo where state.prompt?.isPassive == true: "later"
    case .switchKind: state.openKind == .note ? "make it a reply" : "make it a note"
    default: title
    }
  }
}
