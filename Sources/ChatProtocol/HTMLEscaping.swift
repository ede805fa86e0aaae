extension String {
  /// This text with the five entities decoded that servers of part 1 escape operator text with (`&amp;`, `&lt;`,
  /// `&gt;`, `&quot;`, and the apostrophe in its three spellings). One pass: `&amp;lt;` becomes `&lt;`.
  ///
  /// For showing what a server stored escaped; it makes nothing safe.
  public var decodingHTMLEntities: String {
    guard utf8.contains(UInt8(ascii: "&")) else { return self }
    var decoded = ""
    decoded.reserveCapacity(utf8.count)
    var rest = self[...]
    while let ampersand = rest.utf8.firstIndex(of: UInt8(ascii: "&")) {
      decoded += rest[..<ampersand]
      rest = rest[ampersand...]
      if let (entity, character) = htmlEntities.first(where: { rest.utf8.starts(with: $0.0.utf8) }) {
        decoded += character
        rest = Substring(rest.utf8.dropFirst(entity.utf8.count))
      } else {
        decoded += "&"
        rest = Substring(rest.utf8.dropFirst())
      }
    }
    return decoded + rest
  }
}

private let htmlEntities: [(String, String)] = [
  ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&#34;", "\""),
]
