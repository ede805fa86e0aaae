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

/// What the operator wants of writing.
public struct WritingSettings: Hashable, Sendable {
  /// Whether replies are looked through for secrets before they go.
  public var scansSecrets = true

  /// The settings without a file.
  public init() {}
}
