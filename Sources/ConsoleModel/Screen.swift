/// What fills the screen between the status bar and the footer.
public enum Screen: Hashable, Sendable {
  /// The list and the conversations.
  case desk
  /// The hand-offs as they come.
  case monitor
  /// The queue, the waits, the operators, in numbers.
  case dashboard
}
