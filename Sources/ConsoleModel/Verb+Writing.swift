import ChatProtocol

extension Verb {
  /// What is written beside the plain reply, from browse.
  static let noteVerbs: [Verb] = [
    Verb(
      .note, [.character("N")], "note", "Write a note to the other operators; no visitor sees it",
      in: [.list, .conversation], takes: [.optional("text", .text)], writes: true, when: { $0.noteAvailability }
    ) { state, arguments in
      if let text = arguments.first { state.write(text, .note) } else { state.startNote() }
    },
    Verb(
      .editor, [.character("e")], "editor", "Write the draft in $VISUAL or $EDITOR", in: [.list, .conversation],
      writes: true, when: { $0.target == nil ? .no("No dialog to write to") : .yes }
    ) { $0.startEditor() },
  ]

  /// What helps with a text.
  static let writingVerbs: [Verb] = [
    Verb(
      .switchKind, [.control("t")], "note/reply", "Make a note of the reply, or a reply of the note", in: [.compose],
      hint: 4, when: { $0.noteAvailability }
    ) { $0.switchKind() },
    Verb(.composeEditor, [.control("o")], "editor", "Go on in $VISUAL or $EDITOR", in: [.compose]) {
      $0.startEditor()
    },
    Verb(
      .completeWord, [.tab], "complete",
      "The next place of a canned reply; a colleague's name after @ in a note; an emoji's name after :",
      in: [.compose]
    ) { $0.completeInComposer() },
  ]
}
