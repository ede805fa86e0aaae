private let browse: Set<Mode> = [.list, .conversation]

extension Verb {
  /// Back, and again.
  static let takingBackVerbs: [Verb] = [
    Verb(
      .takeBack, [.character("u")], "take back",
      "Take back the last act: mark, filter, tab, status, hand-off, macro (asks)", in: browse,
      when: { $0.takeBackAvailability }
    ) { $0.takeBack() },
    Verb(
      .again, [.character(".")], "again", "Do the last act again, on this dialog; a text is written, not sent",
      in: browse, when: { $0.againAvailability }
    ) { $0.again() },
  ]
}
