/// The reply being typed to one dialog.
public struct Composer: Hashable, Sendable {
  /// The text and its cursor.
  public var buffer = TextBuffer()
  /// Block mode: a newline was typed or pasted, so Enter is a newline and Ctrl-D sends.
  public var isBlock = false

  /// An empty composer.
  public init() {}
}
