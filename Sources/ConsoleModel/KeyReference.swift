/// The table of verbs as the documentation shows it: the README and the man page hold what this prints, and a test
/// compares them.
public enum KeyReference: String, CaseIterable, Sendable {
  /// Aligned columns, for a terminal.
  case text
  /// Tables in Markdown.
  case markdown
  /// A list in the man macros.
  case man

  /// All keys of all modes, in the order of the help.
  public var rendered: String {
    Verb.help(about: .list).map(render).joined(separator: "\n")
  }

  private func render(_ section: HelpSection) -> String {
    let rows = section.verbs.map { verb in
      (keys: verb.keyNames, help: verb.help)
    }
    switch self {
    case .text:
      let width = rows.map { $0.keys.joined(separator: " ").count }.max() ?? 0
      return section.title + "\n"
        + rows.map { row in
          let keys = row.keys.joined(separator: " ")
          return "  " + keys + String(repeating: " ", count: width - keys.count + 2) + row.help + "\n"
        }.joined()
    case .markdown:
      return "| \(section.title) | |\n|---|---|\n"
        + rows.map { row in
          let keys = row.keys.map { "`\($0)`" }.joined(separator: " ")
          return "| \(keys.replacing("|", with: "\\|")) | \(row.help.replacing("|", with: "\\|")) |\n"
        }.joined()
    case .man:
      return ".SS \(section.title)\n"
        + rows.map { ".TP\n.B \(manText($0.keys.joined(separator: " ")))\n\(manText($0.help))\n" }.joined()
    }
  }

  /// Escapes what the man macros would read as theirs: backslashes, hyphens that must stay hyphens, and a point or
  /// an apostrophe at the start of a line.
  private func manText(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("\"", with: "\\(dq")
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }
}

extension Verb {
  /// What does it, for the help: its keys, else its command.
  fileprivate var keyNames: [String] {
    if id == .answerYes { return ["as asked"] }
    return keys.isEmpty ? [":" + usage] : keys.map(\.label)
  }
}
