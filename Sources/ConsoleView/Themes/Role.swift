/// What a piece of the screen means. A theme gives every role a look; screens know roles only.
public enum Role: Int, CaseIterable, Hashable, Sendable {
  // MARK: Text

  /// What is read: messages, names.
  case text
  /// What is looked up: times, ids, explanations.
  case muted
  /// What stands out by weight: titles, unread names.
  case strong
  /// Lines between panes and days.
  case rule

  // MARK: Frame

  /// The status bar's ground.
  case bar
  /// The title of the pane that has the keyboard.
  case focusedTitle
  /// The row under the cursor.
  case selection
  /// The row under the cursor in a pane that does not have the keyboard.
  case restingSelection

  // MARK: State

  /// All is well: live, sent.
  case good
  /// On its way, or slower than usual: connecting, polling, sending.
  case caution
  /// Wrong, and needs the operator: stopped, not sent.
  case alarm
  /// Something new: unread counts, the divider above what was not read yet.
  case fresh

  // MARK: Hand-off

  /// A visitor waits for a human.
  case waiting
  /// A visitor has waited for too long.
  case overdue
  /// This operator has the dialog.
  case mine
  /// Another operator has the dialog.
  case others
  /// The AI has the dialog.
  case assistant

  // MARK: Messages

  /// The visitor's name and gutter.
  case visitor
  /// A line of the console or the server itself between messages.
  case system
  /// The colour of what the sanitiser put in the place of a refused character.
  case token
  /// Code in a message.
  case code
  /// A web address in a message.
  case link
  /// What somebody quotes.
  case quote

  // MARK: Writing

  /// The composer's prompt while what is typed goes to the visitor.
  case reply
  /// The composer's prompt and frame while what is typed goes to operators only.
  case note
  /// A question that waits for a key.
  case question
  /// The same where a stranger would see what was not meant for them.
  case danger
  /// A key in a hint.
  case key
  /// The ground of a window above the panes.
  case overlay
}
