/// How a piece of a message looks beside what its sender's role says.
struct Look: OptionSet, Hashable, Sendable {
  let rawValue: UInt8

  static let bold = Look(rawValue: 1)
  static let italic = Look(rawValue: 2)
  static let code = Look(rawValue: 4)
  /// A web address; its host is ``bold`` too.
  static let link = Look(rawValue: 8)
  /// What is there for the eye only: markers, bullets.
  static let muted = Look(rawValue: 16)
  static let quote = Look(rawValue: 32)
}

/// Text in several looks, of one paragraph: sanitised piece by piece, wrapped as one.
struct RichText: Sendable {
  private(set) var text = SafeText.empty
  /// Where which look is, as bytes of the text; what no run names is plain.
  private(set) var runs: [(bytes: Range<Int>, look: Look)] = []

  init() {}

  init(_ text: SafeText, _ look: Look = []) { add(text, look) }

  mutating func add(_ piece: SafeText, _ look: Look = []) {
    guard !piece.isEmpty else { return }
    let start = text.bounds.count
    text = text + piece
    if !look.isEmpty { runs.append((start..<start + piece.bounds.count, look)) }
  }

  mutating func add(_ other: RichText) {
    let start = text.bounds.count
    text = text + other.text
    runs += other.runs.map { ($0.bytes.lowerBound + start..<$0.bytes.upperBound + start, $0.look) }
  }

  /// The lines at a width; the first begins with `first`, all others with `rest`, which must be as wide.
  func wrapped(to width: Int, first: RichText = RichText(), rest: RichText = RichText()) -> [RichLine] {
    let inner = max(1, width - first.text.columns)
    let hangs = width - first.text.columns >= 8
    return text.wrapped(to: hangs ? inner : width).enumerated().map { index, line in
      var result = RichLine()
      // In a narrow pane the text matters more than what stands before it.
      if hangs || index == 0 && first.text.columns + line.columns <= width {
        let prefix = index == 0 ? first : rest
        for piece in prefix.pieces(of: prefix.text) { result.add(piece.text, piece.look) }
        result.prefixPieces = result.pieces.count
      }
      for piece in pieces(of: line) { result.add(piece.text, piece.look) }
      return result
    }
  }

  /// A slice of the text, parted where the look changes.
  private func pieces(of line: SafeText) -> [(text: SafeText, look: Look)] {
    // A line that is not a slice of this text is a stand-in for what did not fit.
    guard line.storage.count == text.storage.count, text.bounds.contains(line.bounds.lowerBound) || line.isEmpty else {
      return [(line, [])]
    }
    let origin = text.bounds.lowerBound
    var pieces: [(text: SafeText, look: Look)] = []
    var at = line.bounds.lowerBound
    for run in runs {
      let part = (run.bytes.lowerBound + origin..<run.bytes.upperBound + origin).clamped(to: line.bounds)
      guard part.lowerBound < part.upperBound, part.lowerBound >= at else { continue }
      if at < part.lowerBound { pieces.append((line.slice(bytes: at..<part.lowerBound), [])) }
      pieces.append((line.slice(bytes: part), run.look))
      at = part.upperBound
    }
    if at < line.bounds.upperBound { pieces.append((line.slice(bytes: at..<line.bounds.upperBound), [])) }
    return pieces
  }
}

/// A line of a message: pieces side by side.
struct RichLine: Sendable {
  private(set) var pieces: [(text: SafeText, look: Look)] = []
  private(set) var columns = 0
  /// How many of the pieces stand before the text: bullets, bars of quotations, indentation.
  fileprivate(set) var prefixPieces = 0

  mutating func add(_ text: SafeText, _ look: Look) {
    guard !text.isEmpty else { return }
    pieces.append((text, look))
    columns += text.columns
  }

  /// As it reads without looks.
  var plain: String { pieces.map(\.text.description).joined() }
}

extension SafeText {
  /// The part between two bytes of the storage, which lie between whole characters.
  func slice(bytes: Range<Int>) -> SafeText {
    let part = slice(bytes, columns: 0)
    return slice(bytes, columns: part.glyphs.reduce(0) { $0 + $1.glyph.width })
  }

  /// A text in the look of what the sanitiser has put in: a remark of the console that nobody can fake by typing it.
  static func remark(_ text: SafeText) -> SafeText {
    let bytes = Array(text.storage[text.bounds])
    return SafeText(storage: bytes, bounds: 0..<bytes.count, tokens: [0..<bytes.count], columns: text.columns)
  }
}
