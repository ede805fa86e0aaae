public import ChatProtocol

/// Why a text should not go out without a second thought.
public enum SendConcern: Hashable, Sendable {
  /// Others wrote, up to this message, and the operator has not seen it.
  case unseen(through: MessageID)
  /// It was written as a note, for operators only.
  case wasNote
  /// It has something in it that looks like a secret.
  case secrets
}

/// The operator's word that a text may go in spite of some concerns; for this text only.
struct SendApproval: Hashable, Sendable {
  var dialogID: DialogID
  var text: String
  var concerns: Set<SendConcern> = []
}
