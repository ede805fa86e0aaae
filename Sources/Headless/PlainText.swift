import ConsoleView

/// Strangers' text for a stream of lines: what the console's sanitiser makes of it, whether a terminal reads it or a
/// file that is shown on one later.
public enum PlainText {
  /// One line; a line break in it becomes a mark.
  public static func line(_ raw: String) -> String {
    SafeText(raw, limit: .max).description
  }

  /// One line of at most so many cells, with `…` for what is cut.
  public static func line(_ raw: String, columns: Int) -> String {
    let text = SafeText(raw, limit: max(columns, 1) * 4)
    guard text.columns > columns else { return text.description }
    return text.fitted(to: columns).description
  }

  /// Its lines.
  public static func lines(_ raw: String) -> [String] {
    SafeText.lines(raw, limit: .max).map(\.description)
  }
}
