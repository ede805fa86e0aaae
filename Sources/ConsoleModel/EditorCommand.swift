/// The operator's editor: the setting, else `$VISUAL`, else `$EDITOR`, else `vi`.
public enum EditorCommand {
  /// The program and its arguments, to be run without a shell: no variable, no pattern, no second command.
  ///
  /// - Parameters:
  ///   - setting: What the settings say; empty for nothing.
  ///   - environment: The value of a variable; nil for none.
  public static func arguments(
    for path: String, setting: String, environment: (String) -> String?
  ) -> [String] {
    let lines = [setting, environment("VISUAL"), environment("EDITOR")]
    let words = lines.lazy.compactMap(\.self).map(words).first { !$0.isEmpty }
    return (words ?? ["vi"]) + [path]
  }

  /// What is not quoted well is parted at its blanks: an editor that does not start says more than none.
  private static func words(_ line: String) -> [String] {
    ShellWords.split(line) ?? line.split(whereSeparator: \.isWhitespace).map(String.init)
  }
}
