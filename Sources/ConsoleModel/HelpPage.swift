/// The help screen.
public struct HelpPage: Hashable, Sendable {
  /// The mode whose keys come first: the one help was asked from.
  public let about: Mode
  /// The first line to show; may be past the end, until the screen has reported where that is.
  public internal(set) var top = 0

  /// Help about a mode, from its first line.
  public init(about: Mode) {
    self.about = about
  }
}
