/// One line of text that may reach the screen.
///
/// Only the sanitiser builds it, whatever the source: a stranger's message, a server's error, our own
/// literals. So a value of this type holds no control, format or invisible character, no line break, and
/// no cell with more than ``Glyph/maximumMarks`` marks; and its width in cells is known.
///
/// What was refused stands there as a *token* (`^[`, `‹U+202E›`), and the canvas draws tokens in a look of
/// their own, so that a token cannot be faked by typing it.
///
/// Slices share storage with the text they come from.
public struct SafeText: Sendable {
  /// UTF-8, valid by construction; `bounds` is this text's part of it.
  let storage: [UInt8]
  let bounds: Range<Int>
  /// Where tokens stand in `storage`, ascending, not touching one another's inside.
  let tokens: [Range<Int>]
  /// Width in character cells.
  public let columns: Int

  /// Keeps texts from a stranger bounded: this many scalars are shown at most, then a mark says how many
  /// bytes are missing. It holds the longest message the server takes (10,000 characters).
  public static let defaultLimit = 16_384

  /// No text.
  public static let empty = SafeText(storage: [], bounds: 0..<0, tokens: [], columns: 0)

  init(storage: [UInt8], bounds: Range<Int>, tokens: [Range<Int>], columns: Int) {
    self.storage = storage
    self.bounds = bounds
    self.tokens = tokens
    self.columns = columns
  }

  /// Sanitises `raw` into one line: a line break in it becomes the token `↵`, a tab the spaces to the next
  /// multiple of four.
  ///
  /// - Parameter limit: scalars shown at most; see ``defaultLimit``. The work is bounded by it too.
  public init(_ raw: String, limit: Int = defaultLimit) {
    if let bytes = Sanitizer.printableASCII(raw, limit: limit) {
      self.init(storage: bytes, bounds: 0..<bytes.count, tokens: [], columns: bytes.count)
    } else {
      var sanitizer = Sanitizer(breaksLines: false)
      self = sanitizer.lines(of: raw, limit: limit).first ?? .empty
    }
  }

  /// Sanitises `raw` into its lines, parted at `\n` and `\r\n`; never empty.
  ///
  /// - Parameter limit: scalars shown at most, of all lines together; see ``defaultLimit``.
  public static func lines(_ raw: String, limit: Int = defaultLimit) -> [SafeText] {
    if let bytes = Sanitizer.printableASCII(raw, limit: limit) {
      return [SafeText(storage: bytes, bounds: 0..<bytes.count, tokens: [], columns: bytes.count)]
    }
    var sanitizer = Sanitizer(breaksLines: true)
    return sanitizer.lines(of: raw, limit: limit)
  }

  /// Whether there is nothing to show.
  public var isEmpty: Bool { bounds.isEmpty }

  /// Whether something had to be replaced by a token: the "strange text" mark of a list.
  public var hasTokens: Bool { tokens.contains { $0.overlaps(bounds) } }

  /// Whether what was replaced is worth a second look: all but the letters that stand for a flag, line breaks, and the
  /// end that was cut off.
  var isStrange: Bool {
    tokens.contains { token in
      guard token.overlaps(bounds) else { return false }
      let text = storage[token]
      let isFlag = text.count == 2 && text.allSatisfy { 0x41...0x5A ~= $0 }
      return !isFlag && !text.elementsEqual("↵".utf8) && !text.starts(with: "…".utf8)
    }
  }

  func slice(_ part: Range<Int>, columns: Int) -> SafeText {
    SafeText(storage: storage, bounds: part, tokens: tokens, columns: columns)
  }
}

extension SafeText: Equatable {
  /// The same characters with the same tokens.
  public static func == (left: SafeText, right: SafeText) -> Bool {
    left.columns == right.columns && left.storage[left.bounds].elementsEqual(right.storage[right.bounds])
      && left.ownTokens == right.ownTokens
  }

  /// The tokens inside of this text, counted from its start.
  private var ownTokens: [Range<Int>] {
    tokens.filter { $0.overlaps(bounds) }.map { token in
      let inside = token.clamped(to: bounds)
      return inside.lowerBound - bounds.lowerBound..<inside.upperBound - bounds.lowerBound
    }
  }
}

extension SafeText: CustomStringConvertible {
  /// The text as it shows, tokens included.
  public var description: String { String(decoding: storage[bounds], as: UTF8.self) }
}

// MARK: - Building

extension SafeText: ExpressibleByStringInterpolation {
  /// A literal goes through the sanitiser like everything else.
  public init(stringLiteral value: String) { self.init(value) }

  /// An interpolation: safe texts keep their tokens, everything else is sanitised.
  public init(stringInterpolation: Interpolation) { self = stringInterpolation.text }

  /// Collects the parts of an interpolated literal.
  public struct Interpolation: StringInterpolationProtocol {
    var text: SafeText = .empty

    /// Starts empty.
    public init(literalCapacity: Int, interpolationCount: Int) {}

    /// Appends a part of the literal.
    public mutating func appendLiteral(_ literal: String) {
      if !literal.isEmpty { text = text + SafeText(literal) }
    }

    /// Appends safe text as it is.
    public mutating func appendInterpolation(_ value: SafeText) { text = text + value }

    /// Appends the sanitised description of a value.
    public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      text = text + SafeText(value.description)
    }
  }

  /// Joins two texts.
  public static func + (left: SafeText, right: SafeText) -> SafeText {
    if left.isEmpty { return right }
    if right.isEmpty { return left }
    let bytes = Array(left.storage[left.bounds]) + right.storage[right.bounds]
    let tokens =
      left.ownTokens + right.ownTokens.map { $0.lowerBound + left.bounds.count..<$0.upperBound + left.bounds.count }
    return SafeText(storage: bytes, bounds: 0..<bytes.count, tokens: tokens, columns: left.columns + right.columns)
  }

  /// `count` times the same text; empty when `count` is not positive.
  public static func * (text: SafeText, count: Int) -> SafeText {
    guard count > 0 else { return .empty }
    return (1..<count).reduce(text) { joined, _ in joined + text }
  }
}
