/// An answer that is written once: a text file in a folder of the operator's or of the team's.
///
/// ```
/// # Refund is on its way
/// Hello {visitor}, your refund for order {?order number} is on its way. It takes up to five working days.
/// ```
public struct CannedReply: Hashable, Sendable, Identifiable {
  /// The name it is called by: the file's, without its ending.
  public let name: String
  /// What it is about, in one line.
  public let title: String
  /// The text, with its places.
  public let text: TemplateText
  /// Whether it comes from the team's folder.
  public let isShared: Bool

  public var id: String { name }

  /// Makes a reply of its parts.
  public init(name: String, title: String, text: String, isShared: Bool = false) {
    self.name = name
    self.title = title
    self.text = TemplateText(text)
    self.isShared = isShared
  }

  /// Reads a file: an optional title (`# Title` in the first line, or `title:` between two lines of `---`), then the
  /// text. Nil if there is no text.
  public init?(name: String, content: String, isShared: Bool = false) {
    var lines = content.replacingLineBreaks.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.first?.first == "\u{FEFF}" { lines[0] = lines[0].dropFirst() }
    var title: String?
    if lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") {
      for line in lines[1..<end] where line.hasPrefix("title:") { title = line.dropFirst(6).trimmed }
      lines = Array(lines[(end + 1)...])
    } else if let first = lines.first, first.hasPrefix("# ") {
      title = first.dropFirst(2).trimmed
      lines.removeFirst()
    }
    while lines.first?.trimmed.isEmpty == true { lines.removeFirst() }
    while lines.last?.trimmed.isEmpty == true { lines.removeLast() }
    guard !lines.isEmpty else { return nil }
    let text = lines.joined(separator: "\n")
    self.init(
      name: name, title: title.flatMap { $0.isEmpty ? nil : $0 } ?? name.fileTitle, text: text, isShared: isShared)
  }
}

extension Substring {
  fileprivate var trimmed: String {
    var text = drop { $0.isWhitespace }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
