/// The character that stands for another where only ASCII can be shown: its letter without the mark, or `?`.
///
/// One for each cell, so that nothing moves.
func asciiStandIn(for scalar: Unicode.Scalar) -> UInt8 {
  if scalar.isASCII { return UInt8(scalar.value) }
  if 0xA0..<0x180 ~= scalar.value { return latin[Int(scalar.value) - 0xA0] }
  return switch scalar {
  case "‘", "’", "‚", "′": UInt8(ascii: "'")
  case "“", "”", "„", "″": UInt8(ascii: "\"")
  case "‐", "‑", "‒", "–", "—", "−", "─", "━", "═": UInt8(ascii: "-")
  case "│", "┃", "║", "┊": UInt8(ascii: "|")
  case "┼", "┌", "┐", "└", "┘", "├", "┤", "┬", "┴": UInt8(ascii: "+")
  case "•", "·", "●": UInt8(ascii: "*")
  case "…": UInt8(ascii: "~")
  case "\u{3000}": UInt8(ascii: " ")
  case "€": UInt8(ascii: "E")
  default: UInt8(ascii: "?")
  }
}

/// U+00A0 to U+017F.
private let latin = Array(
  (" !cL$Y|S\"ca<--r-o+23'uP.,1o>????"
    + "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty"
    + "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiJjJjKkkLlLlLlLlLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUu"
    + "UuUuWwYyYZzZzZzs").utf8)
