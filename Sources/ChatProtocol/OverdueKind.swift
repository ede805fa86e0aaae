/// What a visitor has waited too long for (part 2, Hand-off).
public enum OverdueKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// For an operator to take the dialog.
  case takeover
  /// For the operator who has it to answer.
  case answer
}
