extension SafeText {
  /// Where a text that is narrower than its place stands.
  public enum Alignment: Sendable {
    /// At the left edge.
    case leading
    /// In the middle; an odd cell goes to the right.
    case center
    /// At the right edge.
    case trailing
  }

  /// As many whole characters from the start as fit into `width` cells.
  public func prefix(columns width: Int) -> SafeText {
    guard columns > width else { return self }
    guard width > 0 else { return slice(bounds.lowerBound..<bounds.lowerBound, columns: 0) }
    var used = 0
    var end = bounds.lowerBound
    for element in glyphs {
      guard used + element.glyph.width <= width else { break }
      used += element.glyph.width
      end = element.bytes.upperBound
    }
    return slice(bounds.lowerBound..<end, columns: used)
  }

  /// As many whole characters from the end as fit into `width` cells.
  public func suffix(columns width: Int) -> SafeText {
    guard columns > width else { return self }
    var left = columns
    for element in glyphs {
      if left <= width { return slice(element.bytes.lowerBound..<bounds.upperBound, columns: left) }
      left -= element.glyph.width
    }
    return slice(bounds.upperBound..<bounds.upperBound, columns: 0)
  }

  /// The text itself when it fits into `width` cells, else its start and the ellipsis.
  public func truncated(to width: Int, ellipsis: SafeText = "…") -> SafeText {
    guard columns > width else { return self }
    guard width > ellipsis.columns else { return ellipsis.prefix(columns: width) }
    return prefix(columns: width - ellipsis.columns) + ellipsis
  }

  /// The text with spaces added up to `width` cells; a wider one stays as it is.
  public func padded(to width: Int, _ alignment: Alignment = .leading) -> SafeText {
    let missing = width - columns
    guard missing > 0 else { return self }
    let left =
      switch alignment {
      case .leading: 0
      case .center: missing / 2
      case .trailing: missing
      }
    return .spaces(left) + self + .spaces(missing - left)
  }

  /// The text in exactly `width` cells: truncated or padded.
  public func fitted(to width: Int, _ alignment: Alignment = .leading) -> SafeText {
    truncated(to: width).padded(to: width, alignment)
  }

  /// `count` spaces; none when it is negative.
  public static func spaces(_ count: Int) -> SafeText {
    let count = max(0, count)
    return SafeText(
      storage: [UInt8](repeating: 0x20, count: count), bounds: 0..<count, tokens: [], columns: count)
  }
}
