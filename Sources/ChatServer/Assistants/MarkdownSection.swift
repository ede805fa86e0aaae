import Foundation

/// One section of a Markdown document: a heading and what stands under it, up to the next heading.
struct MarkdownSection: Hashable, Sendable {
  /// The document's title: its first heading of level 1.
  var title: String
  /// The section's own heading; the title's for text above the first lower heading.
  var heading: String
  /// The text, plain: paragraphs are one line each, list items and code keep theirs.
  var paragraphs: [String]

  /// Splits a document at its ATX headings (`#` to `######`). Sections without text are left out.
  static func split(_ document: String) -> [MarkdownSection] {
    var sections: [MarkdownSection] = []
    var title = ""
    var heading = ""
    var reader = ParagraphReader()
    func finishSection() {
      let paragraphs = reader.finish()
      if !paragraphs.isEmpty {
        sections.append(MarkdownSection(title: title, heading: heading, paragraphs: paragraphs))
      }
    }
    for line in document.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false) {
      if !reader.isInCode, let (level, text) = self.heading(line) {
        finishSection()
        if level == 1, title.isEmpty { title = text }
        heading = text
      } else {
        reader.read(line)
      }
    }
    finishSection()
    return sections
  }

  private static func heading(_ line: Substring) -> (level: Int, text: String)? {
    let level = line.prefix { $0 == "#" }.count
    guard (1...6).contains(level), line.dropFirst(level).first.map(\.isWhitespace) ?? true else { return nil }
    let text = line.dropFirst(level).trimmingCharacters(in: .whitespaces)
    return (level, MarkdownInline.plain(text.replacing(/\s+#+$/, with: "")))
  }

  /// The text, cut to a length: whole paragraphs as long as they fit, and of the first one, if even that is too long,
  /// the sentences that fit.
  func excerpt(limit: Int) -> String {
    var text = ""
    for paragraph in paragraphs {
      let longer = text.isEmpty ? paragraph : text + "\n\n" + paragraph
      guard longer.count <= limit else { break }
      text = longer
    }
    guard text.isEmpty, let first = paragraphs.first else { return text }
    let head = first.prefix(limit - 1)
    if let end = head.lastIndex(where: { ".!?".contains($0) }),
      head.distance(from: head.startIndex, to: end) > limit / 3
    {
      return String(head[...end])
    }
    let words = head.lastIndex(where: \.isWhitespace).map { head[..<$0] } ?? head
    return words.trimmingCharacters(in: .whitespaces) + "…"
  }
}

/// Gathers lines to paragraphs.
private struct ParagraphReader {
  private(set) var isInCode = false
  private var paragraphs: [String] = []
  private var lines: [String] = []

  mutating func read(_ line: Substring) {
    let text = line.trimmingCharacters(in: .whitespaces)
    if text.hasPrefix("```") || text.hasPrefix("~~~") {
      isInCode.toggle()
    } else if isInCode {
      lines.append(String(line))
    } else if text.isEmpty {
      endParagraph()
    } else {
      let content = MarkdownInline.plain(text.replacing(/^(>\s?)+/, with: ""))
      let isItem = content.firstMatch(of: /^([-+•]|\d{1,9}[.)])\s/) != nil || text.hasPrefix("* ")
      if isItem || lines.isEmpty {
        lines.append(content)
      } else {
        lines[lines.count - 1] += " " + content
      }
    }
  }

  mutating func finish() -> [String] {
    endParagraph()
    isInCode = false
    defer { paragraphs = [] }
    return paragraphs
  }

  private mutating func endParagraph() {
    let text = lines.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
    if !text.isEmpty { paragraphs.append(text) }
    lines = []
  }
}

/// Markdown's inline marks, taken off: a chat shows plain text.
enum MarkdownInline {
  static func plain(_ text: String) -> String {
    text
      .replacing(/!\[([^\]]*)\]\([^)]*\)/) { String($0.1) }
      .replacing(/\[([^\]]+)\]\(([^)\s]+)[^)]*\)/) { "\($0.1) (\($0.2))" }
      .replacing(/<((?:https?:\/\/|mailto:)[^>\s]+)>/) { String($0.1) }
      .replacing(/(\*\*|__)(\S|\S.*?\S)\1/) { String($0.2) }
      .replacing(/\*([^*\s]|[^*\s][^*]*[^*\s])\*/) { String($0.1) }
      .replacing(/`([^`]+)`/) { String($0.1) }
      .replacing(/^\*\s/, with: "- ")
  }
}
