extension String {
  /// Without the characters that would end a field or a line, or move a terminal's cursor.
  var inOneLine: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}

extension Sequence<String> {
  /// A line of a command's output, its fields parted by tabs.
  var asLine: String { map(\.inOneLine).joined(separator: "\t") }
}
