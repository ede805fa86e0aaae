private let browse: Set<Mode> = [.list, .conversation]

extension Verb {
  /// Finding words.
  static let findVerbs: [Verb] = [
    Verb(
      .search, [.character("/")], "search", "Find words in the messages of the open dialog; from the list: in all",
      in: browse, takes: [.optional("words", .text)], hint: 11
    ) { $0.startSearch($1.first) },
    Verb(
      .searchAll, ["g /"], "search all", "Find words in all dialogs", in: browse, takes: [.optional("words", .text)]
    ) { $0.startGlobalSearch($1.first) },
    Verb(
      .olderMatch, [.control("p")], "older match", "The match before, older", in: [.conversation], hint: 2,
      when: { $0.search == nil ? .no("Nothing is searched for: / begins") : .yes }
    ) { $0.stepMatch(-1) },
    Verb(
      .newerMatch, [.control("n")], "newer match", "The match after, newer", in: [.conversation], hint: 3,
      when: { $0.search == nil ? .no("Nothing is searched for: / begins") : .yes }
    ) { $0.stepMatch(1) },
  ]

  /// The line of a search.
  static let searchVerbs: [Verb] = [
    Verb(.keepSearch, [.enter], "keep", "Back to the messages, the matches stay marked", in: [.search], hint: 0) {
      $0.keepSearch()
    },
    Verb(.dropSearch, [.escape], "leave", "Leave the search, back to where you were", in: [.search], hint: 1) {
      $0.dropSearch()
    },
    Verb(.searchUp, [.up, .control("p")], "older", "The match before, older", in: [.search], hint: 2) {
      $0.stepMatch(-1)
    },
    Verb(.searchDown, [.down, .control("n")], "newer", "The match after, newer", in: [.search], hint: 3) {
      $0.stepMatch(1)
    },
  ]

  /// Links, the clipboard, transcripts.
  static let takeOutVerbs: [Verb] = [
    Verb(
      .openLink, [.character("o")], "open link", "Number the links on the screen and open one", in: browse,
      when: { $0.linkAvailability }
    ) { state in
      if let id = state.conversation?.dialogID { state.pick(.openLink(id)) }
    },
    Verb(
      .copyMessage, ["y m"], "message", "Copy the newest message on the screen, or the one that was found", in: browse,
      when: { $0.copyMessageAvailability }
    ) { $0.copyMessage() },
    Verb(.copyID, ["y i"], "number", "Copy the dialog's number", in: browse, when: { $0.targetAvailability }) {
      $0.copyID()
    },
    Verb(
      .copyLink, ["y l"], "link", "Copy a link on the screen", in: browse, when: { $0.linkAvailability }
    ) { $0.copyLink() },
    Verb(
      .export, [.character("w")], "transcript", "Write the dialog down in a file: text, json or markdown", in: browse,
      takes: [
        .optional("format", .choice(TranscriptFormat.allCases.map(\.rawValue))), .optional("file", .file),
      ], when: { $0.exportAvailability }
    ) { $0.startExport(as: $1.first, to: $1.dropFirst().first) },
  ]
}
