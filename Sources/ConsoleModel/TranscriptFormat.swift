/// How a transcript is written down.
public enum TranscriptFormat: String, Hashable, Sendable, CaseIterable {
  case text, json, markdown

  /// Its name.
  public var title: String {
    switch self {
    case .text: "Text"
    case .json: "JSON"
    case .markdown: "Markdown"
    }
  }

  /// How its files' names end.
  public var fileExtension: String {
    switch self {
    case .text: "txt"
    case .json: "json"
    case .markdown: "md"
    }
  }
}
