public import ChatProtocol

/// What a draft is for: a reply and a note to the same dialog are two texts.
public struct DraftKey: Hashable, Sendable, Comparable {
  /// The dialog.
  public let dialogID: DialogID
  /// For the visitor, or for operators only.
  public let kind: MessageKind

  /// Names a draft.
  public init(_ dialogID: DialogID, _ kind: MessageKind) {
    self.dialogID = dialogID
    self.kind = kind
  }

  public static func < (left: DraftKey, right: DraftKey) -> Bool {
    (left.dialogID, left.kind.rawValue) < (right.dialogID, right.kind.rawValue)
  }
}
