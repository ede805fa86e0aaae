import ChatProtocol

private let browse: Set<Mode> = [.list, .conversation]

extension Verb {
  /// How this operator is, for its colleagues and for whoever hands dialogs out.
  static let statusVerbs: [Verb] = [
    Verb(
      .statusOnline, ["s o"], "online", "I am here and take dialogs", in: browse, writes: true,
      when: { $0.statusAvailability(.online) }
    ) { $0.chooseStatus(.online) },
    Verb(
      .statusAway, ["s a"], "away", "I am connected and take no dialogs for a while", in: browse, writes: true,
      when: { $0.statusAvailability(.away) }
    ) { $0.chooseStatus(.away) },
    Verb(
      .statusOffline, [], "offline", "Show me as offline, though I am connected", in: browse, writes: true,
      when: { $0.statusAvailability(.offline) }
    ) { $0.chooseStatus(.offline) },
  ]
}
