/// Finds a text in others, whatever the case. What is ASCII is compared byte by byte, so that twenty thousand messages
/// are looked through between two keys.
public struct TextMatcher: Hashable, Sendable {
  private let folded: String
  private let bytes: [UInt8]
  private let isASCII: Bool

  /// A matcher for a text; nil for an empty one.
  public init?(_ text: String) {
    guard !text.isEmpty else { return nil }
    folded = text.lowercased()
    bytes = Array(folded.utf8)
    isASCII = bytes.allSatisfy { $0 < 0x80 }
  }

  /// Whether a text has it.
  public func isFound(in text: String) -> Bool {
    guard isASCII else { return text.lowercased().contains(folded) }
    var text = text
    return text.withUTF8 { first(in: $0, from: 0) != nil }
  }

  /// Where a text has it, in characters: ascending, without overlaps.
  public func ranges(in text: String) -> [Range<Int>] {
    let characters = Array(text)
    let wanted = Array(folded)
    guard characters.count >= wanted.count else { return [] }
    let lower = characters.map { Character(extendingLowercase: $0) }
    var found: [Range<Int>] = []
    var index = 0
    while index + wanted.count <= lower.count {
      if lower[index..<index + wanted.count].elementsEqual(wanted) {
        found.append(index..<index + wanted.count)
        index += wanted.count
      } else {
        index += 1
      }
    }
    return found
  }

  /// Where lines have it that were one text before they were wrapped: by line, in characters. A break stands for the
  /// blanks that were dropped there, or for nothing; a place that goes over it is in both lines.
  public func ranges(inLines lines: [[Character]]) -> [[Range<Int>]] {
    let wanted = Array(folded)
    var cells: [(character: Character, line: Int, place: Int)] = []
    for (line, characters) in lines.enumerated() {
      for (place, character) in characters.enumerated() {
        cells.append((Character(extendingLowercase: character), line, place))
      }
    }
    var found: [[Range<Int>]] = lines.map { _ in [] }
    var start = 0
    while start < cells.count {
      guard let end = end(of: wanted, in: cells, from: start) else {
        start += 1
        continue
      }
      for index in start..<end {
        let (_, line, place) = cells[index]
        if let last = found[line].last, last.upperBound == place, index > start {
          found[line][found[line].count - 1] = last.lowerBound..<place + 1
        } else {
          found[line].append(place..<place + 1)
        }
      }
      start = end
    }
    return found
  }

  private func end(
    of wanted: [Character], in cells: [(character: Character, line: Int, place: Int)], from start: Int
  ) -> Int? {
    var (index, next) = (start, 0)
    while next < wanted.count {
      guard index < cells.count else { return nil }
      if index > start, cells[index].place == 0, wanted[next].isWhitespace, !cells[index].character.isWhitespace {
        next += 1
        continue
      }
      guard cells[index].character == wanted[next] else { return nil }
      index += 1
      next += 1
    }
    return index
  }

  /// As many lines around one can share a place with it, at most: the others need not be looked at.
  public var length: Int { folded.count }

  /// The part of a text around the first place, on one line.
  func snippet(of text: String) -> String {
    let characters = Array(text.joinedLines)
    let start = ranges(in: String(characters)).first?.lowerBound ?? 0
    let from = max(0, start - 20)
    return (from > 0 ? "…" : "") + String(characters[from..<min(characters.count, from + 160)])
  }

  private func first(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard text.count - start >= bytes.count else { return nil }
    let head = bytes[0]
    var index = start
    let last = text.count - bytes.count
    outer: while index <= last {
      guard Self.lower(text[index]) == head else {
        index += 1
        continue
      }
      for offset in 1..<max(1, bytes.count) where Self.lower(text[index + offset]) != bytes[offset] {
        index += 1
        continue outer
      }
      return index
    }
    return nil
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}

extension Character {
  /// A character's lower case where that is one character, else the character.
  fileprivate init(extendingLowercase character: Character) {
    let lower = character.lowercased()
    self = lower.count == 1 ? lower.first ?? character : character
  }
}
