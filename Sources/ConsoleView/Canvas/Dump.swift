import ConsoleModel

extension Canvas {
  /// The rows as text without spaces at their ends, for golden tests.
  public func dump() -> [String] {
    (0..<size.rows).map { row in
      var scalars = String.UnicodeScalarView()
      for column in 0..<size.columns {
        let glyph = self[row, column].glyph
        guard glyph.width > 0 else { continue }
        scalars.append(glyph.base)
        scalars.append(contentsOf: glyph.combining)
      }
      while scalars.last == " " { scalars.removeLast() }
      return String(scalars)
    }
  }

  /// The rows as letters, one for each style in order of appearance and `.` for ``Style/plain``, and then a
  /// line for each letter that says what it stands for.
  public func dumpStyles() -> [String] {
    var letters: [Style: Character] = [.plain: "."]
    var legend: [String] = []
    let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    let rows = (0..<size.rows).map { row in
      String(
        (0..<size.columns).map { column in
          let style = self[row, column].style
          if let letter = letters[style] { return letter }
          let letter = legend.count < alphabet.count ? alphabet[legend.count] : "?"
          letters[style] = letter
          legend.append("\(letter) \(style)")
          return letter
        })
    }
    return rows + legend
  }
}

extension Style: CustomStringConvertible {
  /// Such as `indexed(2) on standard bold underline`.
  public var description: String {
    var words = ["\(foreground)", "on", "\(background)"]
    let names: [(Attributes, String)] = [
      (.bold, "bold"), (.dim, "dim"), (.underline, "underline"), (.reverse, "reverse"), (.italic, "italic"),
    ]
    words += names.filter { attributes.contains($0.0) }.map(\.1)
    return words.joined(separator: " ")
  }
}

extension Color: CustomStringConvertible {
  /// Such as `standard`, `indexed(2)`, `rgb(255,0,16)`.
  public var description: String {
    switch kind {
    case .standard: "standard"
    case .indexed(let index): "indexed(\(index))"
    case .rgb(let red, let green, let blue): "rgb(\(red),\(green),\(blue))"
    }
  }
}
