/// A sentence for the status line about what an act came to.
public struct Notice: Hashable, Sendable {
  /// How much it matters.
  public enum Level: Hashable, Sendable {
    /// It went as asked.
    case info
    /// Something wants to be known.
    case warning
    /// It did not go as asked.
    case error
  }

  /// How much it matters.
  public let level: Level
  /// One line; may hold raw text of the server.
  public let text: String
  /// When it goes away, on the monotonic clock.
  public let expiresAt: Duration

  /// Makes a notice.
  public init(_ level: Level, _ text: String, expiresAt: Duration) {
    self.level = level
    self.text = text
    self.expiresAt = expiresAt
  }
}
