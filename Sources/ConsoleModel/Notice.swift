public import ChatProtocol

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
  public var level: Level
  /// One line; may hold raw text of the server.
  public var text: String
  /// When it goes away, on the monotonic clock.
  public var expiresAt: Duration

  /// Makes a notice.
  public init(_ level: Level, _ text: String, expiresAt: Duration) {
    self.level = level
    self.text = text
    self.expiresAt = expiresAt
  }
}

/// A question about an act that cannot be undone or that others see. The key that says yes differs from the one that
/// asked for the act, so that a key pressed twice does nothing.
public struct Prompt: Hashable, Sendable {
  /// What is to be done.
  public enum Act: Hashable, Sendable {
    /// Take a dialog over; then open its composer, if the question came from `reply`.
    case takeOver(thenReply: Bool)
    /// Give it back to the AI.
    case release
    /// Withdraw the visitor's request for a human.
    case cancelRequest
    /// Write into a dialog that another operator has.
    case replyAnyway
    /// Throw away the text of a reply that was not sent.
    case discardUnsent(clientID: String)
  }

  /// What is to be done.
  public var act: Act
  /// In which dialog.
  public var dialogID: DialogID
  /// The question; may hold raw text of the server.
  public var question: String
  /// The key that says yes.
  public var confirmKey: Key
  /// What that key does, in a word or two.
  public var confirmLabel: String

  /// Makes a question.
  public init(act: Act, dialogID: DialogID, question: String, confirmKey: Key, confirmLabel: String) {
    self.act = act
    self.dialogID = dialogID
    self.question = question
    self.confirmKey = confirmKey
    self.confirmLabel = confirmLabel
  }
}

/// The help screen.
public struct HelpPage: Hashable, Sendable {
  /// The mode whose keys come first: the one help was asked from.
  public var about: Mode
  /// The first line shown; the screen holds it inside what there is.
  public var top = 0

  /// Help about a mode, from its first line.
  public init(about: Mode) {
    self.about = about
  }
}
