/// What the messages are made of.
extension ConsoleState {
  /// Shows the raw text of the open dialog: first what cannot be seen, then all beyond ASCII, then as it reads again.
  mutating func revealNext() {
    guard let next = conversation?.reveal.next else { return }
    conversation?.reveal = next
    switch next {
    case .nothing: say(.info, "Messages as they read")
    case .invisible: say(.info, "Raw text: controls and invisible characters by number; again: all beyond ASCII")
    case .beyondASCII: say(.info, "Raw text: all beyond ASCII by number; again: as it reads")
    }
  }
}
