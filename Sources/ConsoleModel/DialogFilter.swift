import ChatProtocol

/// What the list is narrowed to: every word must be found in the visitor's name, the id (`#4821` or a part of its
/// digits) or the last line, whatever the case. Words with a colon narrow by what a dialog is: `is:mine`, `is:waiting`,
/// `is:ai`, `is:others`, `is:unread`, `is:snoozed`, `is:draft`, `is:proposal`; `label:vip`, `prio:high`, `holder:omar`,
/// `channel:web`. A hyphen before a word turns it round: `-is:ai`, `-refund`.
public struct DialogFilter: Hashable, Sendable {
  /// As it was typed.
  public let text: String
  private let terms: [Term]

  private struct Term: Hashable, Sendable {
    var test: Test
    var isNegated: Bool
  }

  fileprivate enum Test: Hashable, Sendable {
    /// A word of ASCII only, lower case: found byte by byte.
    case bytes([UInt8])
    /// Any other word, lower case: compared as people read it, however its marks are encoded.
    case word(String)
    case quality(Quality)
    case label(String)
    case priority(String)
    case holder(String)
    case channel(String)
  }

  fileprivate enum Quality: String {
    case mine, waiting, ai, others, unread, snoozed, draft, proposal
  }

  /// A filter of a typed line; an empty one lets everything through.
  public init(_ text: String = "") {
    self.text = text
    terms = text.split(whereSeparator: \.isWhitespace).map { word in
      var folded = word.lowercased()
      // A lone hyphen is on its way to be more.
      let isNegated = folded.count > 1 && folded.hasPrefix("-")
      if isNegated { folded.removeFirst() }
      return Term(test: Test(folded), isNegated: isNegated)
    }
  }

  /// Whether everything passes.
  public var isEmpty: Bool { terms.isEmpty }

  /// Whether a dialog passes.
  public func matches(_ entry: DialogEntry) -> Bool {
    guard !terms.isEmpty else { return true }
    // Folding costs more than all the rest: only a filter with words has it done.
    return matches(entry, folded: looksAtText ? Self.folded(entry) : [])
  }

  private var looksAtText: Bool {
    terms.contains { term in
      switch term.test {
      case .bytes, .word: true
      case .quality, .label, .priority, .holder, .channel: false
      }
    }
  }

  /// Whether a dialog passes whose text was folded before; the entry itself is read for what it is only.
  func matches(_ entry: @autoclosure () -> DialogEntry?, folded: [UInt8]) -> Bool {
    terms.allSatisfy { term in
      let isFound =
        switch term.test {
        case .bytes(let word): folded.contains(word)
        case .word(let word): String(decoding: folded, as: UTF8.self).contains(word)
        case .quality, .label, .priority, .holder, .channel: entry().map(term.test.holds(for:)) ?? false
        }
      return isFound != term.isNegated
    }
  }

  /// The text that words are looked for in, lower case.
  static func folded(_ entry: DialogEntry) -> [UInt8] {
    Array("#\(entry.id)\n\(entry.visitorName ?? "")\n\(entry.lastLine?.text.prefix(2000) ?? "")".lowercased().utf8)
  }

  /// Whether every dialog that passes this filter passes another one too: then only what passed the other has to be
  /// looked at.
  func narrows(_ other: DialogFilter) -> Bool {
    guard terms.count >= other.terms.count else { return false }
    return zip(terms, other.terms).allSatisfy { term, other in
      if term == other { return true }
      // The longer a word is that must not be there, the more passes.
      guard !term.isNegated, !other.isNegated else { return false }
      return switch (term.test, other.test) {
      case (.bytes(let word), .bytes(let before)): word.starts(with: before)
      case (.word(let word), .word(let before)): word.hasPrefix(before)
      // `is:min` is a word until it is `is:mine`.
      default: false
      }
    }
  }

  /// How many times as much work an entry is as one of plain words.
  var cost: Int {
    terms.contains { if case .word = $0.test { true } else { false } } ? 10 : 1
  }
}

extension DialogFilter.Test {
  /// The test that a word with a colon names; any other word is one to look for.
  fileprivate init(_ word: String) {
    if let named = Self.named(word) {
      self = named
    } else {
      self = word.utf8.allSatisfy { $0 < 0x80 } ? .bytes(Array(word.utf8)) : .word(word)
    }
  }

  private static func named(_ word: String) -> DialogFilter.Test? {
    guard let colon = word.firstIndex(of: ":") else { return nil }
    let value = String(word[word.index(after: colon)...])
    guard !value.isEmpty else { return nil }
    return switch word[..<colon] {
    case "is": DialogFilter.Quality(rawValue: value).map { .quality($0) }
    case "label": .label(value)
    case "prio", "priority": .priority(value)
    case "holder": .holder(value)
    case "channel": .channel(value)
    default: nil
    }
  }

  fileprivate func holds(for entry: DialogEntry) -> Bool {
    switch self {
    case .bytes, .word: false
    case .quality(.mine): entry.holder == .me
    case .quality(.waiting): entry.isWaiting
    case .quality(.ai): entry.holder == .assistant
    case .quality(.others): if case .other = entry.holder { true } else { false }
    case .quality(.unread): entry.isUnread
    case .quality(.snoozed): entry.marks.snooze != nil
    case .quality(.draft): entry.hasDraft
    case .quality(.proposal): entry.openProposals > 0
    case .label(let label): entry.marks.labels.contains(label)
    case .priority(let name): (entry.marks.priority?.rawValue ?? "normal") == name
    case .channel(let name): entry.dialog.channelType?.lowercased() == name
    case .holder(let name):
      switch entry.holder {
      case .me: name == "me"
      case .assistant: name == "ai"
      case .nobodyYet: name == "nobody"
      case .other(let manager): manager?.name?.lowercased().contains(name) ?? false
      }
    }
  }
}

extension [UInt8] {
  /// Whether some bytes stand in it, one after the other.
  fileprivate func contains(_ word: [UInt8]) -> Bool {
    guard let first = word.first else { return true }
    guard count >= word.count else { return false }
    return withUnsafeBufferPointer { text in
      word.withUnsafeBufferPointer { word in
        var start = 0
        let last = text.count - word.count
        while start <= last {
          if text[start] == first {
            var length = 1
            while length < word.count, text[start + length] == word[length] { length += 1 }
            if length == word.count { return true }
          }
          start += 1
        }
        return false
      }
    }
  }
}
