/// The help screen.
public struct HelpPage: Hashable, Sendable {
  /// The mode whose keys come first: the one help was asked from.
  public let about: Mode
  /// The first line to show; may be past the end, until the screen has reported where that is.
  public internal(set) var top = 0

  /// What narrows it: parts of names and help, or a key.
  public internal(set) var filter = TextBuffer()

  /// Help about a mode, from its first line.
  public init(about: Mode) {
    self.about = about
  }
}

extension ConsoleState {
  /// What the help shows: all verbs, or those that fit what was typed.
  public var helpSections: [HelpSection] {
    guard let help else { return [] }
    let all = Verb.help(about: help.about).filter { !$0.verbs.isEmpty }
    let query = help.filter.text.trimmingBlanks
    guard !query.isEmpty else { return all }
    return all.compactMap { section in
      let verbs = section.verbs.filter { keymap.fits($0, query) }
      return verbs.isEmpty ? nil : HelpSection(title: section.title, verbs: verbs)
    }
  }

  /// Changes what narrows the help.
  mutating func editHelpFilter(_ edit: (inout TextBuffer) -> Void) {
    guard var page = help else { return }
    edit(&page.filter)
    if page.filter.text != help?.filter.text { page.top = 0 }
    help = page
  }

  /// Esc: what narrows the help first, then the help itself.
  mutating func leaveHelp() {
    guard help?.filter.isEmpty == false else {
      help = nil
      return
    }
    help = help.map { HelpPage(about: $0.about) }
  }
}

extension Keymap {
  /// Whether a verb is what somebody looks for who types this into the help: single characters are keys, anything else
  /// is words of its name, its help or its keys' names, all of them.
  fileprivate func fits(_ verb: Verb, _ query: String) -> Bool {
    let keys = keys(of: verb.id)
    let words = query.split(separator: " ")
    if words.allSatisfy({ $0.count == 1 }), let sequence = try? KeySequence(parsing: query) {
      return keys.contains { $0.hasPrefix(sequence) }
    }
    let text = ([verb.name, verb.title, verb.help] + keys.map(\.label)).joined(separator: "\n").lowercased()
    return words.allSatisfy { text.contains($0.lowercased()) }
  }
}
