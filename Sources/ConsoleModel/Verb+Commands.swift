private let browse: Set<Mode> = [.list, .conversation, .monitor, .dashboard]

/// The command line and the palette.
extension Verb {
  /// What opens them.
  static let commandVerbs: [Verb] = [
    Verb(.commandLine, [.character(":")], "command", "Do any verb by its name, with completion and history", in: browse)
    { $0.openCommandLine() },
    Verb(
      .palette, [.control("k")], "all verbs", "Find any verb by its name, its help or its key", in: browse, hint: 9
    ) { $0.openPalette() },
  ]

  /// The keys of the command line.
  static let commandLineVerbs: [Verb] = [
    Verb(.runCommand, [.enter], "do", "Do what the line says", in: [.command], hint: 0) { $0.runCommandLine() },
    Verb(.completeNext, [.tab], "complete", "The next word that it may become", in: [.command], hint: 1) {
      $0.completeCommandLine(1)
    },
    Verb(.completePrevious, [.backTab], "complete back", "The word before that", in: [.command]) {
      $0.completeCommandLine(-1)
    },
    Verb(.commandUp, [.up], "older", "The command before; in the completion: one up", in: [.command], hint: 2) {
      $0.moveInCommandLine(-1)
    },
    Verb(.commandDown, [.down], "newer", "The command after; in the completion: one down", in: [.command]) {
      $0.moveInCommandLine(1)
    },
    Verb(.leaveCommand, [.escape], "leave", "Leave the command line", in: [.command], hint: 3) { $0.commandLine = nil },
  ]

  /// The keys of the palette.
  static let paletteVerbs: [Verb] = [
    Verb(.paletteRun, [.enter], "do", "Do the verb under the cursor", in: [.palette], hint: 0) { $0.runFromPalette() },
    Verb(.paletteDown, [.down, .tab], "down", "Next verb", in: [.palette], hint: 1) { $0.palette?.move(by: 1) },
    Verb(.paletteUp, [.up, .backTab], "up", "Previous verb", in: [.palette], hint: 2) { $0.palette?.move(by: -1) },
    Verb(.palettePageDown, [.pageDown], "page down", "Ten verbs down", in: [.palette]) { $0.palette?.move(by: 10) },
    Verb(.palettePageUp, [.pageUp], "page up", "Ten verbs up", in: [.palette]) { $0.palette?.move(by: -10) },
    Verb(.leavePalette, [.escape], "leave", "Leave the palette", in: [.palette], hint: 3) { $0.palette = nil },
  ]
}
