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
    /// Take back what was done, by another act.
    case takeBack(HandoffAct)
    /// Put it back into the queue; why.
    case requeue(reason: String?)
    /// Send the AI's proposal to the visitor as it is.
    case approve(Proposal.ID)
    /// Write a transcript over a file that is there.
    case overwrite
    /// Withdraw the visitor's request for a human.
    case cancelRequest
    /// Write into a dialog that is not ours; `thenSend` if the text is there already.
    case replyAnyway(thenSend: Bool)
    /// Throw away the text of a reply that was not sent.
    case discardUnsent(clientID: String)
    /// Do the macro that is shown.
    case runMacro
    /// Send what is in the composer in spite of a concern.
    case sendAnyway(SendConcern)
    /// Leave what is in the composer there.
    case keepWriting
    /// Empty the composer.
    case dropDraft
    /// Send a reply that others wrote before, after all.
    case resend(clientID: String)
    /// Take the text of a reply that was not sent back into the composer.
    case editUnsent(clientID: String)
    /// Paste several lines.
    case paste(String)
    /// End the console while replies are under way.
    case quit
  }

  /// Another answer than yes and no.
  public struct Choice: Hashable, Sendable {
    /// The key that chooses it.
    public let key: Key
    /// What that key does, in a word or two.
    public let label: String
    /// What is to be done.
    public let act: Act
  }

  /// How much is at stake.
  public enum Tone: Hashable, Sendable {
    /// It can be put right again.
    case normal
    /// A stranger would see what was not meant for them: shown in red.
    case danger
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
  /// The answers beside yes and no.
  public let choices: [Choice]
  /// How much is at stake.
  public let tone: Tone
  /// Whether it comes unasked while the operator types: a key that is no answer makes it go away and does what it
  /// does without it, so that nothing typed is lost. Only the keys that send do nothing.
  public let isPassive: Bool
  /// The text that the question is about, to be looked at; nil where the question says all. Raw text.
  public let preview: String?
  /// The first line of that text to show, where it is longer than there is room.
  public internal(set) var previewTop = 0

  /// Makes a question.
  init(
    _ act: Act, in dialogID: DialogID?, _ question: String, confirmKey: Key, _ confirmLabel: String,
    choices: [Choice] = [], tone: Tone = .normal, isPassive: Bool = false, preview: String? = nil
  ) {
    self.choices = choices
    self.tone = tone
    self.isPassive = isPassive
    self.preview = preview
    self.act = act
    self.dialogID = dialogID
    self.question = question
    self.confirmKey = confirmKey
    self.confirmLabel = confirmLabel
  }
}

extension Prompt {
  /// What a key stands for here; nil for none of the answers but no.
  func act(for key: Key) -> Act? {
    key == confirmKey ? act : choices.first { $0.key == key }?.act
  }
}
