public import ChatProtocol

/// One line of the list: the server's facts about a dialog, and what the console has learnt since.
public struct DialogEntry: Hashable, Sendable, Identifiable {
  /// The dialog as the server last described it, kept up to date with what the links bring.
  public internal(set) var dialog: Dialog
  /// Who has it.
  public internal(set) var holder: Holder
  /// The last line, with its writer where that is known.
  public internal(set) var lastLine: LastLine?
  /// What the operator has not seen.
  public internal(set) var unread = Unread()
  /// The place in the queue, from 1; nil when it does not wait.
  public internal(set) var queuePosition: Int?
  /// The server's word for its urgency, if it said one that is not `normal`.
  public internal(set) var priority: String?
  /// Who is typing, in a steady order.
  public internal(set) var typists: [Typist] = []
  /// When the visitor went, where it was seen going.
  public internal(set) var visitorLastSeen: Timestamp?
  /// Since when the visitor has had no answer; nil after one.
  public internal(set) var unansweredSince: Timestamp?
  /// What the server says the visitor has waited too long for.
  public internal(set) var overdue: OverdueKind?
  /// Whether a draft for it lies in its composer.
  public internal(set) var hasDraft = false
  /// How many notes name this operator that it has not seen.
  public internal(set) var mentions = 0
  /// When the first of them came.
  public internal(set) var mentionedSince: Timestamp?
  /// How many of our replies in it need a decision or a retry.
  public internal(set) var troubledSends = 0

  /// How many proposals of the AI wait for a decision.
  public internal(set) var openProposals = 0
  /// The operator's own marks.
  public internal(set) var marks = DialogMarks()

  /// An entry that knows what a dialog says.
  public init(dialog: Dialog, holder: Holder = .assistant, lastLine: LastLine? = nil) {
    self.dialog = dialog
    self.holder = holder
    self.lastLine = lastLine
  }

  /// The dialog's id.
  public var id: DialogID { dialog.id }

  /// The visitor's name, else the guest id; nil for neither. Raw text.
  public var visitorName: String? {
    if let name = dialog.name, !name.isEmpty { return name }
    let parts = [dialog.firstName, dialog.lastName].compactMap(\.self).filter { !$0.isEmpty }
    if !parts.isEmpty { return parts.joined(separator: " ") }
    return dialog.guestID.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The visitor's name as a person is called by it; nil where only a guest id is known. Raw text.
  public var personName: String? {
    if let first = dialog.firstName, !first.isEmpty { return first }
    return dialog.name.flatMap { $0.isEmpty ? nil : $0 } ?? dialog.lastName.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Since when the visitor waits for a human; nil when nobody is waited for.
  public var waitingSince: Timestamp? {
    if case .nobodyYet(let since) = holder { return since }
    return nil
  }

  /// Whether the visitor is typing.
  public var isVisitorTyping: Bool { typists.contains(.visitor) }

  /// Whether the visitor waits for a human.
  public var isWaiting: Bool {
    if case .nobodyYet = holder { return true }
    return false
  }

  /// Whether something of it was not read, or is marked so.
  public var isUnread: Bool { unread.count > 0 || marks.isUnread }

  /// How much it needs the operator; nil if it does not.
  public var urgency: Urgency? { Urgency(self) }
}

/// Who has a dialog.
public enum Holder: Hashable, Sendable {
  /// The AI answers.
  case assistant
  /// A human was asked for and none has come; since when, if the server said.
  case nobodyYet(since: Timestamp?)
  /// The operator at this console.
  case me
  /// Another operator; nil where the server does not say who.
  case other(Manager?)
}

/// The last line of a dialog.
public struct LastLine: Hashable, Sendable {
  /// Raw text, already unescaped where the server escapes.
  public internal(set) var text: String
  /// Who wrote it; nil when only the list told us.
  public internal(set) var sender: Sender?
  /// When it was written.
  public internal(set) var at: Timestamp?
  /// Which message it is; nil when only the list told us.
  public internal(set) var messageID: MessageID?
  /// Which operator wrote it, where the server says so.
  public internal(set) var author: Manager?

  /// Makes a line of its parts.
  public init(
    text: String, sender: Sender?, at: Timestamp?, messageID: MessageID? = nil, author: Manager? = nil
  ) {
    self.author = author
    self.text = text
    self.sender = sender
    self.at = at
    self.messageID = messageID
  }
}

/// What an operator has not seen of a dialog.
public struct Unread: Hashable, Sendable {
  /// How many messages of the visitor.
  public internal(set) var count = 0
  /// Whether there may be more than `count`: the list told only that something new is there.
  public internal(set) var isAtLeast = false
  /// When the oldest of them came.
  public internal(set) var since: Timestamp?

  /// Nothing unread.
  public init() {}
}
