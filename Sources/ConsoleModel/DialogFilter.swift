/// What the list is narrowed to: every word must be found in the visitor's name, the id (`#4821` or a part of its
/// digits) or the last line, whatever the case. `is:mine`, `is:waiting`, `is:ai`, `is:others` and `is:unread` narrow
/// by what a dialog is.
public struct DialogFilter: Hashable, Sendable {
  /// As it was typed.
  public let text: String
  private let terms: [Term]

  private enum Term: Hashable, Sendable {
    case word(String)
    case quality(Quality)
  }

  private enum Quality: String {
    case mine, waiting, ai, others, unread
  }

  /// A filter of a typed line; an empty one lets everything through.
  public init(_ text: String = "") {
    self.text = text
    terms = text.split(whereSeparator: \.isWhitespace).map { word in
      let folded = word.lowercased()
      guard folded.hasPrefix("is:"), let quality = Quality(rawValue: String(folded.dropFirst(3))) else {
        return .word(folded)
      }
      return .quality(quality)
    }
  }

  /// Whether everything passes.
  public var isEmpty: Bool { terms.isEmpty }

  /// Whether a dialog passes.
  public func matches(_ entry: DialogEntry) -> Bool {
    guard !terms.isEmpty else { return true }
    let text = "#\(entry.id)\n\(entry.visitorName ?? "")\n\(entry.lastLine?.text ?? "")".lowercased()
    return terms.allSatisfy { term in
      switch term {
      case .word(let word): text.contains(word)
      case .quality(.mine): entry.holder == .me
      case .quality(.waiting): entry.isWaiting
      case .quality(.ai): entry.holder == .assistant
      case .quality(.others): if case .other = entry.holder { true } else { false }
      case .quality(.unread): entry.unread.count > 0
      }
    }
  }
}
