public import ChatProtocol

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
    /// Write into a dialog that is not ours; `thenSend` if the text is there already.
    case replyAnyway(thenSend: Bool)
    /// Throw away the text of a reply that was not sent.
    case discardUnsent(clientID: String)
    /// End the console while replies are under way.
    case quit
  }

  /// What is to be done.
  public let act: Act
  /// In which dialog; nil for `quit`.
  public let dialogID: DialogID?
  /// The question; may hold raw text of the server.
  public let question: String
  /// The key that says yes.
  public let confirmKey: Key
  /// What that key does, in a word or two.
  public let confirmLabel: String

  /// Makes a question.
  init(_ act: Act, in dialogID: DialogID?, _ question: String, confirmKey: Key, _ confirmLabel: String) {
    self.act = act
    self.dialogID = dialogID
    self.question = question
    self.confirmKey = confirmKey
    self.confirmLabel = confirmLabel
  }
}
