extension Scene {
  /// A text's lines, each on as many rows as it needs.
  func wrapped(_ text: String, limit: Int, width: Int) -> [SafeText] {
    SafeText.lines(text, limit: limit).flatMap { $0.isEmpty ? [$0] : $0.wrapped(to: width) }
  }

  /// As many of some lines as there are rows; where there are more, the last row says how many.
  func cut(_ lines: some Collection<SafeText>, to rows: Int) -> [StyledLine] {
    guard rows > 0, lines.count > rows else { return lines.prefix(max(0, rows)).map { StyledLine($0, theme[.text]) } }
    return lines.prefix(rows - 1).map { StyledLine($0, theme[.text]) }
      + [styled("\(symbols.ellipsis) \(lines.count - rows + 1) more lines", .muted)]
  }
}
