import ConsoleModel

/// Text under edit in rows of a width, with its cursor. Every character keeps its own cells, so that the cursor stands
/// where the next one goes, whatever the characters are.
struct TextBufferLayout {
  /// A row: which characters, without the line break that ends it.
  private(set) var rows: [Range<Int>] = []
  /// The row of the cursor.
  private(set) var cursorRow = 0
  /// The cell of the cursor in its row; equal to the width where the row is full.
  private(set) var cursorColumn = 0
  private let characters: [Character]

  init(_ buffer: TextBuffer, width: Int) {
    characters = buffer.characters
    breakRows(width: max(2, width))
    // At the break of a row the cursor belongs to the row that begins there.
    cursorRow = rows.lastIndex { $0.lowerBound <= buffer.cursor } ?? 0
    let row = rows[cursorRow]
    cursorColumn = characters[row.lowerBound..<max(row.lowerBound, min(buffer.cursor, row.upperBound))].reduce(0) {
      $0 + $1.columns
    }
  }

  /// The characters of a row, each with the cell it begins at.
  func cells(of row: Int) -> [(text: SafeText, column: Int, index: Int)] {
    var column = 0
    return rows[row].map { index in
      let character = characters[index]
      defer { column += character.columns }
      return (character.shown, column, index)
    }
  }

  /// The last place of the cursor in a row: where the text goes on in the next one without a line break, the place
  /// behind its last character is that row's first.
  func end(of row: Int) -> Int {
    let end = rows[row].upperBound
    let goesOn = row + 1 < rows.count && rows[row + 1].lowerBound == end
    return goesOn ? max(rows[row].lowerBound, end - 1) : end
  }

  private mutating func breakRows(width: Int) {
    var start = 0
    var used = 0
    var breakAfter: Int?
    for (index, character) in characters.enumerated() {
      if character.isNewline {
        rows.append(start..<index)
        (start, used, breakAfter) = (index + 1, 0, nil)
        continue
      }
      let columns = character.columns
      while used + columns > width, start < index {
        let end = breakAfter ?? index
        rows.append(start..<end)
        start = end
        used = characters[end..<index].reduce(0) { $0 + $1.columns }
        breakAfter = nil
      }
      used += columns
      if character == " " { breakAfter = index + 1 }
    }
    rows.append(start..<characters.count)
  }
}

extension TextBuffer {
  /// The part of a one-line buffer around the cursor that fits, and the cursor's cell in it.
  func visiblePart(width: Int) -> (text: SafeText, cursor: Int) {
    let before = characters[..<cursor].reduce(0) { $0 + $1.columns }
    var skipped = 0
    var first = 0
    while before - skipped >= max(1, width), first < cursor {
      skipped += characters[first].columns
      first += 1
    }
    let text = characters[first...].prefix(max(0, width)).reduce(SafeText.empty) { $0 + $1.shown }
    return (text.prefix(columns: width), before - skipped)
  }
}

extension Character {
  /// The character as it is shown while it is under edit.
  fileprivate var shown: SafeText { SafeText(String(self)) }

  /// Its cells.
  fileprivate var columns: Int {
    // Most of a draft is letters, and all of it is measured with every key.
    if let ascii = asciiValue, ascii >= 0x20, ascii < 0x7F { return 1 }
    if unicodeScalars.count == 1, let scalar = unicodeScalars.first, scalar.properties.isAlphabetic {
      switch ScalarClass(scalar) {
      case .narrow: return 1
      case .wide: return 2
      case .combining, .refused: break
      }
    }
    return shown.columns
  }
}
