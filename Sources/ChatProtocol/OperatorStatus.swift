/// Whether an operator is there, as its colleagues see it (part 2, Presence).
public enum OperatorStatus: String, Hashable, Sendable, Codable, CaseIterable {
  /// It takes dialogs.
  case online
  /// It is connected and says that it does not.
  case away
  /// It is not connected, or says so.
  case offline
}
