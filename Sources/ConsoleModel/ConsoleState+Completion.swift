import ChatProtocol

/// What a command line may become.
extension ConsoleState {
  /// As many candidates are offered at most.
  private static let completionLimit = 50
  /// As many dialogs are looked at for one: a key must not wait for a long list.
  private static let searchedDialogs = 2000

  /// What the last word of the beginning of a command line may become.
  func completions(of text: String) -> [Completion] {
    let words = CommandWords(text)
    guard let name = words.words.first else { return verbCompletions(words.current) }
    guard let command = VerbID(rawValue: name).map({ Verb($0) }), command.isCommand else { return [] }
    var place = words.words.count - 1
    // A macro's parameters are as many as it has.
    if command.arguments.last?.kind == .macroValues { place = min(place, command.arguments.count - 1) }
    guard command.arguments.indices.contains(place) else { return [] }
    let argument = command.arguments[place]
    let candidates = candidates(for: argument.kind, word: words.current, after: Array(words.words.dropFirst()))
    return Array(candidates.prefix(Self.completionLimit))
  }

  private func verbCompletions(_ word: String) -> [Completion] {
    let matches = Verb.commands.filter { $0.name.hasPrefix(word) }
    let others = word.count < 2 ? [] : Verb.commands.filter { !$0.name.hasPrefix(word) && $0.name.contains(word) }
    return (matches + others).map { verb in
      Completion(verb.name, note: verb.help, key: keymap.keys(of: verb.id).first?.label ?? "")
    }
  }

  /// What an argument of a kind may be, as far as it is typed.
  private func candidates(for kind: VerbArgument.Kind, word: String, after words: [String]) -> [Completion] {
    switch kind {
    case .dialog: dialogCompletions(word)
    case .operator: Self.matching(word, teamCompletions ?? colleagues.map { Completion($0) })
    case .verb: verbCompletions(word)
    case .choice(let words): Self.matching(word, words.map { Completion($0) })
    case .theme: Self.matching(word, themes.map { Completion($0) })
    case .setting:
      Self.matching(word, Setting.all.map { Completion($0.key, note: "\($0.literal(in: settings)) · \($0.help)") })
    case .settingValue: Self.matching(word, (words.first.flatMap(Setting.named)?.words ?? []).map { Completion($0) })
    case .tab: Self.matching(word, tabs.map { Completion($0.name, note: $0.filter) })
    case .label: Self.matching(word, marks.labels.map { Completion($0) })
    case .canned: Self.matching(word, texts.canned.map { Completion($0.name, note: $0.title) })
    case .macro: Self.matching(word, texts.macros.map { Completion($0.name, note: $0.title) })
    case .macroValues: macroValueCompletions(word, after: words)
    case .file: fileCompletions(word)
    case .number, .text: []
    }
  }

  /// The candidates that have a word in them, those that begin with it first.
  static func matching(_ word: String, _ candidates: [Completion]) -> [Completion] {
    let word = word.lowercased()
    let first = candidates.filter { $0.text.lowercased().hasPrefix(word) }
    guard !word.isEmpty else { return first }
    return first
      + candidates.filter { !$0.text.lowercased().hasPrefix(word) && $0.text.lowercased().contains(word) }
  }

  /// Dialogs by number, or by a part of the visitor's name.
  private func dialogCompletions(_ word: String) -> [Completion] {
    let number = word.hasPrefix("#") ? String(word.dropFirst()) : word
    let name = word.lowercased()
    return list.shown.lazy.prefix(Self.searchedDialogs).compactMap { id -> Completion? in
      let visitor = list.entries[id]?.visitorName ?? ""
      guard String(id).hasPrefix(number) || visitor.lowercased().contains(name) else { return nil }
      return Completion(String(id), note: visitor)
    }
    .prefix(Self.completionLimit).map { $0 }
  }

  /// The team as the server told it, who is there first; nil if it has not.
  private var teamCompletions: [Completion]? {
    team.isEmpty ? nil : colleagueItems.map { Completion($0.title, note: $0.detail) }
  }

  /// The operators that are known by name: those who hold a dialog.
  private var colleagues: [String] { colleagueNames }

  /// The same, for notes.
  var colleagueNames: [String] {
    var names: Set<String> = []
    for id in list.shown.prefix(Self.searchedDialogs) {
      if case .other(let manager) = list.entries[id]?.holder, let name = manager?.name { names.insert(name) }
    }
    return names.sorted()
  }
}
