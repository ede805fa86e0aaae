extension Verb {
  /// What is written beside the plain reply, from browse.
  static let noteVerbs: [Verb] = [
    Verb(
      .note, [.character("N")], "note", "Write a note to the other operators; no visitor sees it",
      in: [.list, .conversation], writes: true, when: { $0.noteAvailability }
    ) { $0.startNote() }
  ]

  /// What helps with a text.
  static let writingVerbs: [Verb] = [
    Verb(
      .switchKind, [.control("t")], "note/reply", "Make a note of the reply, or a reply of the note", in: [.compose],
      hint: 4, when: { $0.noteAvailability }
    ) { $0.switchKind() }
  ]
}
