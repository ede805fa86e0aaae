/// What the list is narrowed to.
public struct DialogFilter: Hashable, Sendable {
  /// As it was typed.
  public var text: String

  /// A filter of a typed line; an empty one lets everything through.
  public init(_ text: String = "") {
    self.text = text
  }

  /// Whether everything passes.
  public var isEmpty: Bool { text.isEmpty }
}
