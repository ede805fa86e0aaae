/// One thing the operator did at the keyboard, decoded from whatever bytes the terminal sent for it.
///
/// A change of the terminal's size is not a key: it reaches the console as an event of its own.
public enum Key: Hashable, Sendable {
  /// A printable character: one grapheme as typed, combining marks joined to their base.
  case character(Character)
  /// Ctrl and a key. Letters are lower case (`control("c")`); Ctrl-Space is `control("@")`.
  /// Ctrl-I, Ctrl-M and Ctrl-[ cannot be told from ``tab``, ``enter`` and ``escape``; Ctrl-J can.
  case control(Character)
  /// Carriage return, also from the keypad.
  case enter
  /// A lone ESC, decided after a short silence.
  case escape
  /// The Tab key.
  case tab
  /// Shift-Tab.
  case backTab
  /// The key that erases to the left, whichever of DEL and Ctrl-H the terminal sends for it.
  case backspace
  /// The key that erases to the right.
  case delete
  /// Arrow up.
  case up
  /// Arrow down.
  case down
  /// Arrow left. With Ctrl or Alt it arrives as `alt("b")`, readline's word motion.
  case left
  /// Arrow right. With Ctrl or Alt it arrives as `alt("f")`, readline's word motion.
  case right
  /// The Home key.
  case home
  /// The End key.
  case end
  /// The Page Up key.
  case pageUp
  /// The Page Down key.
  case pageDown
  /// A function key, 1 for F1.
  case function(Int)
  /// Alt (Meta) and a character: ESC and the character within the escape delay. Alt-Enter is `alt("\r")`.
  case alt(Character)
  /// A bracketed paste, whole. It is text: never keys, ESC removed, line breaks as `\n`, at most 1 MiB.
  case paste(String)
  /// The terminal window got the focus.
  case focusIn
  /// The terminal window lost the focus.
  case focusOut
  /// The mouse, where it is read. Never bound to anything: what it means depends on what it points at.
  case mouse(MouseReport)
  /// A sequence that is none of the above; swallowed whole so that its bytes are not taken for text.
  case unknown
}
