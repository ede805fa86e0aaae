/// Text under edit with its cursor. Everything is counted in graphemes, so that an emoji or a letter with its marks
/// is one step of the cursor and one erasure.
public struct TextBuffer: Hashable, Sendable {
  /// The graphemes.
  public private(set) var characters: [Character]
  /// Where the next grapheme goes: 0 is before the first, `characters.count` after the last.
  public private(set) var cursor: Int

  /// A buffer that holds a text, the cursor after it.
  public init(_ text: String = "") {
    characters = Array(text)
    cursor = characters.count
  }

  /// The whole text.
  public var text: String { String(characters) }
  /// Whether there is no text.
  public var isEmpty: Bool { characters.isEmpty }
}
