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
    var hints = Verb.all.compactMap { verb -> (rank: Int, hint: KeyHint)? in
      guard let rank = verb.hintRank, verb.modes.contains(mode), let key = verb.keys.first,
        verb.isAvailable(in: self) == .yes, !isSaidByEnter(verb)
      else { return nil }
      return (rank, KeyHint(key: key.label, title: verb.hintTitle(in: self)))
    }
    hints.sort { $0.rank < $1.rank }
    guard mode == .confirm, let prompt else { return hints.map(\.hint) }
    return [KeyHint(key: prompt.confirmKey.label, title: prompt.confirmLabel)] + hints.map(\.hint)
  }

  /// Outside block mode Enter sends, and a second key for it would only crowd the hints.
  private func isSaidByEnter(_ verb: Verb) -> Bool {
    verb.id == .send && openComposer?.isBlock != true
  }
}

extension Verb {
  /// The sections of the help, those of a mode first.
  public static func help(about mode: Mode) -> [HelpSection] {
    let sections: [(title: String, modes: Set<Mode>)] = [
      ("Browse", [.list, .conversation]),
      ("Browse: in the list", [.list]),
      ("Compose", [.compose]),
      ("Filter", [.filter]),
      ("Compose and filter: editing", [.compose, .filter]),
      ("Questions", [.confirm]),
      ("Help", [.help]),
    ]
    let everywhere = Set(Mode.allCases)
    var ordered = sections.filter { $0.modes.contains(mode) } + sections.filter { !$0.modes.contains(mode) }
    ordered.append(("Everywhere", everywhere))
    return ordered.map { section in
      HelpSection(title: section.title, verbs: all.filter { $0.modes == section.modes })
    }
  }

  /// The hint's words, where they depend on the state.
  fileprivate func hintTitle(in state: ConsoleState) -> String {
    id == .enter && state.openComposer?.isBlock == true ? "newline" : title
  }
}
