public import ChatProtocol

/// Something that was sent from this console, or dropped in it: what the search in the history looks at.
public struct SentText: Hashable, Sendable {
  /// The text.
  public let text: String
  /// A note is offered to notes only.
  public let kind: MessageKind
  /// Where it went.
  public let dialogID: DialogID
}
