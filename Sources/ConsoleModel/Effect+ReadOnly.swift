import LiveLink

extension Effect {
  /// Whether others see something of it: what a console that was opened with `--read-only` never asks of the world,
  /// whichever way it came about. There is no `default`, so that a new effect has to say it.
  var isSeenByOthers: Bool {
    switch self {
    case .link(_, .send(_, let text)), .stream(.send(_, let text)):
      // Being alive is said; typing is not.
      text != "__pong__"
    case .outbox(.post), .handoff, .decide, .heartbeat: true
    case .link, .stream, .outbox, .loadTeam, .loadDialogs, .loadQueue, .loadDialog, .loadBrief, .saveDraft, .edit,
      .loadLog, .loadProposals, .search, .export, .openLink, .copy, .saveDesk, .saveCommandHistory, .setAlarm,
      .announce, .setTitle, .cancelAlarm, .loadConfiguration, .loadTexts, .listFiles, .chooseTheme, .logIn, .bell,
      .suspend, .redraw, .quit:
      false
    }
  }
}
