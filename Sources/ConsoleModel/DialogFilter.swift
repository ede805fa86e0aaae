/// What the list is narrowed to: every word must be found in the visitor's name, the id (`#4821` or a part of its
/// digits) or the last line, whatever the case. `is:mine`, `is:waiting`, `is:ai`, `is:others` and `is:unread` narrow
/// by what a dialog is.
public struct DialogFilter: Hashable, Sendable {
  /// As it was typed.
  public let text: String
  private let terms: [Term]

  private enum Term: Hashable, Sendable {
    /// A word of ASCII only, lower case: found byte by byte.
    case bytes([UInt8])
    /// Any other word, lower case: compared as people read it, however its marks are encoded.
    case word(String)
    case quality(Quality)
  }

  private enum Quality: String {
    case mine, waiting, ai, others, unread

    func holds(for entry: DialogEntry) -> Bool {
      switch self {
      case .mine: entry.holder == .me
      case .waiting: entry.isWaiting
      case .ai: entry.holder == .assistant
      case .others: if case .other = entry.holder { true } else { false }
      case .unread: entry.unread.count > 0
      }
    }
  }

  /// A filter of a typed line; an empty one lets everything through.
  public init(_ text: String = "") {
    self.text = text
    terms = text.split(whereSeparator: \.isWhitespace).map { word in
      let folded = word.lowercased()
      guard folded.hasPrefix("is:"), let quality = Quality(rawValue: String(folded.dropFirst(3))) else {
        return folded.utf8.allSatisfy { $0 < 0x80 } ? .bytes(Array(folded.utf8)) : .word(folded)
      }
      return .quality(quality)
    }
  }

  /// Whether everything passes.
  public var isEmpty: Bool { terms.isEmpty }

  /// Whether a dialog passes.
  public func matches(_ entry: DialogEntry) -> Bool {
    terms.isEmpty || matches(entry, folded: Self.folded(entry))
  }

  /// Whether a dialog passes whose text was folded before; the entry itself is read for what it is only.
  func matches(_ entry: @autoclosure () -> DialogEntry?, folded: [UInt8]) -> Bool {
    terms.allSatisfy { term in
      switch term {
      case .bytes(let word): folded.contains(word)
      case .word(let word): String(decoding: folded, as: UTF8.self).contains(word)
      case .quality(let quality): entry().map(quality.holds(for:)) ?? false
      }
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
      switch (term, other) {
      case (.bytes(let word), .bytes(let before)): word.starts(with: before)
      case (.word(let word), .word(let before)): word.hasPrefix(before)
      case (.quality, .quality): term == other
      // `is:min` is a word until it is `is:mine`.
      default: false
      }
    }
  }

  /// How many times as much work an entry is as one of plain words.
  var cost: Int {
    terms.contains { if case .word = $0 { true } else { false } } ? 10 : 1
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
