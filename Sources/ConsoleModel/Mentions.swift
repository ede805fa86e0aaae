import ChatProtocol

/// Operators named in a note: `@omar`.
enum Mentions {
  /// What names everybody.
  static let everybody: Set<String> = ["all", "team"]

  /// The names after an `@`, lower case, as far as they go; an address's domain is none.
  static func handles(in text: String) -> [String] {
    var handles: [String] = []
    var before: Character?
    var rest = text[...]
    while let character = rest.popFirst() {
      defer { before = character }
      guard character == "@", before?.isHandlePart != true else { continue }
      var handle = rest.prefix(while: \.isHandlePart)
      while let last = handle.last, ".-_".contains(last) { handle.removeLast() }
      if !handle.isEmpty { handles.append(handle.lowercased()) }
    }
    return handles
  }

  /// How a name is written after an `@`: its blanks as points.
  static func handle(of name: String) -> String {
    name.split(whereSeparator: \.isWhitespace).joined(separator: ".").filter(\.isHandlePart)
  }
}

extension Account {
  /// Whether a note names this operator: by the first name, the address or what stands before its `@`; or everybody.
  func isMentioned(in text: String) -> Bool {
    let handles = Mentions.handles(in: text)
    guard !handles.isEmpty else { return false }
    var own = Mentions.everybody
    if let firstName { own.insert(Mentions.handle(of: firstName).lowercased()) }
    let local = email.lowercased().prefix { $0 != "@" }
    own.insert(String(local))
    // A given name alone is how people call each other.
    if let first = local.split(whereSeparator: { ".-_".contains($0) }).first { own.insert(String(first)) }
    return handles.contains { own.contains($0) || $0 == email.lowercased() }
  }
}

extension Character {
  fileprivate var isHandlePart: Bool { isLetter || isNumber || self == "." || self == "-" || self == "_" }
}

/// Notes that name this operator need it.
extension ConsoleState {
  /// Counts notes that are new in a dialog and name this operator, unless they are before its eyes.
  mutating func countMentions(_ messages: [Message], in id: DialogID) {
    guard let me = session.account, list.entries[id] != nil else { return }
    guard !(isInView(id) && conversation?.scroll == .bottom) else { return }
    let read = engine.readMarks[id]?.through ?? .min
    let notes = messages.filter { note in
      note.kind == .note && note.id > read && note.author?.id != me.id && me.isMentioned(in: note.text)
    }
    guard let last = notes.last else { return }
    list.update(id) { entry in
      entry.mentions += notes.count
      entry.mentionedSince = entry.mentionedSince ?? notes.first?.timestamp ?? clock.now
    }
    say(.warning, "\(last.author.words) mentions you in #\(id): \(keymap.label(of: .nextAttention)) opens it")
  }
}
