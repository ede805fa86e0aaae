/// A colour as the theme means it. The terminal shows the nearest it has.
public struct Color: Hashable, Sendable {
  /// What a colour is given by.
  public enum Kind: Hashable, Sendable {
    /// The terminal's own foreground or background.
    case standard
    /// 0–7 and 8–15 (bright) as the operator's palette has them; 16–255 as xterm's fixed ones.
    case indexed(UInt8)
    /// 8 bits each of red, green and blue.
    case rgb(red: UInt8, green: UInt8, blue: UInt8)
  }

  // One integer, so that comparing cells stays cheap: the tag in the high byte, the value below.
  private let packed: UInt32

  private init(packed: UInt32) { self.packed = packed }

  /// The terminal's own foreground or background.
  public static let standard = Color(packed: 0)

  /// A colour of the palette; see ``Kind/indexed(_:)``.
  public static func indexed(_ index: UInt8) -> Color { Color(packed: 1 << 24 | UInt32(index)) }

  /// A colour by its parts.
  public static func rgb(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Color {
    Color(packed: 2 << 24 | UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue))
  }

  /// What the colour is given by.
  public var kind: Kind {
    switch packed >> 24 {
    case 1: .indexed(UInt8(truncatingIfNeeded: packed))
    case 2:
      .rgb(
        red: UInt8(truncatingIfNeeded: packed >> 16), green: UInt8(truncatingIfNeeded: packed >> 8),
        blue: UInt8(truncatingIfNeeded: packed))
    default: .standard
    }
  }
}

/// How a cell looks.
public struct Style: Hashable, Sendable {
  /// What a character terminal can do to a cell beside its colours. Those it cannot do are left out.
  public struct Attributes: OptionSet, Hashable, Sendable {
    /// One bit an attribute.
    public let rawValue: UInt8
    /// From the bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Heavier or brighter.
    public static let bold = Attributes(rawValue: 1)
    /// Fainter.
    public static let dim = Attributes(rawValue: 2)
    /// A line below.
    public static let underline = Attributes(rawValue: 4)
    /// Foreground and background exchanged.
    public static let reverse = Attributes(rawValue: 8)
    /// Slanted.
    public static let italic = Attributes(rawValue: 16)
  }

  /// Colour of the character.
  public var foreground: Color
  /// Colour behind it.
  public var background: Color
  /// Weight, line and the like.
  public var attributes: Attributes

  /// The terminal's own colours, no attribute: also what costs the fewest bytes to paint.
  public static let plain = Style()

  /// Makes a style.
  public init(
    foreground: Color = .standard, background: Color = .standard, attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  /// The same style with some attributes added.
  public func adding(_ more: Attributes) -> Style {
    Style(foreground: foreground, background: background, attributes: attributes.union(more))
  }

  /// The same style on another background.
  public func on(_ background: Color) -> Style {
    Style(foreground: foreground, background: background, attributes: attributes)
  }
}
