/// What was written in advance, or was sent before.
extension Verb {
  /// From browse.
  static let textVerbs: [Verb] = [
    Verb(
      .canned, [], "canned reply", "Canned replies, to be put into the composer by name or from a list",
      in: [.list, .conversation], takes: [.optional("name", .canned)], writes: true,
      when: { $0.target == nil ? .no("No dialog to write to") : .yes }
    ) { $0.startCanned($1.first) },
    Verb(
      .macro, [.character("m")], "macro", "Do a macro: asks for what it needs, shows all that it will do, then asks",
      in: [.list, .conversation], takes: [.optional("name", .macro), .optional("values", .macroValues)], writes: true,
      when: { $0.macroAvailability }
    ) { $0.startMacro($1.first, values: $1.dropFirst().first) },
  ]

  /// In the composer.
  static let composeTextVerbs: [Verb] = [
    Verb(
      .insertCanned, [.control("x")], "canned reply",
      "Put a canned reply where the cursor is; / at the start of a line does too (// is a slash)", in: [.compose],
      hint: 5
    ) { $0.openCanned() },
    Verb(
      .searchSent, [.control("r")], "sent before", "Find what was sent before by a part of it; again: an older one",
      in: [.compose]
    ) { $0.openSentSearch() },
  ]

  /// In the search in what was sent.
  static let sentSearchVerbs: [Verb] = [
    Verb(
      .takeSent, [.enter, .tab], "take", "Take it into the composer, to be changed and sent", in: [.sentSearch], hint: 0
    ) { $0.takeSentText() },
    Verb(
      .leaveSent, [.escape, .control("g")], "leave", "Leave the composer as it was", in: [.sentSearch], hint: 1
    ) { $0.sentSearch = nil },
    Verb(
      .olderSent, [.control("r"), .up, .control("p")], "older", "The match before, older", in: [.sentSearch], hint: 2
    ) { $0.sentSearch?.move(by: 1) },
    Verb(.newerSent, [.down, .control("n")], "newer", "The match after, newer", in: [.sentSearch], hint: 3) {
      $0.sentSearch?.move(by: -1)
    },
  ]
}
