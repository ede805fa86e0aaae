public import ChatProtocol
public import LiveLink

/// What can happen to the console.
public enum ConsoleEvent: Sendable {
  // MARK: The terminal

  /// A key, or a paste, or the window's focus.
  case key(Key)
  /// The mouse did something over a part of the screen.
  case pointed(MouseReport.Act, at: PointerTarget)
  /// The terminal has another size.
  case resized(Size)
  /// What the last frame showed. Never needs a new frame by itself.
  case viewport(Viewport)
  /// The console is in the foreground again after `Effect.suspend` (SIGCONT).
  case resumed
  /// The console has to end now (SIGTERM, SIGHUP, the terminal is gone).
  case terminated

  // MARK: Time

  /// The time. The shell sends it before the other events of each turn of its loop.
  case clock(Clock)
  /// An alarm has gone off.
  case alarm(Alarm)

  // MARK: The server

  /// The session stands: who we are and what the server offers.
  case signedIn(Account, Capabilities)
  /// The session is over and cannot be renewed by itself; why, in words.
  case signedOut(reason: String)
  /// The answer to `Effect.loadDialogs`.
  case dialogsLoaded(Page<Dialog>)
  /// `Effect.loadDialogs` failed.
  case dialogsFailed(APIFailure)
  /// The answer to `Effect.loadDialog`.
  case dialogLoaded(Dialog)
  /// The answer to `Effect.loadQueue`.
  case queueLoaded([QueueEntry])
  /// `Effect.loadQueue` failed.
  case queueFailed(APIFailure)
  /// The answer to `Effect.loadBrief`; nil if the server has none.
  case briefLoaded(DialogID, HandoffBrief?)
  /// `Effect.loadBrief` failed.
  case briefFailed(DialogID)
  /// The answer to `Effect.handoff`.
  case handoffAnswered(HandoffAct, DialogID, HandoffStatus)
  /// `Effect.handoff` failed; a 409 says why in its detail.
  case handoffFailed(HandoffAct, DialogID, APIFailure)
  /// The answer to `Effect.heartbeat`: whether the server took it.
  case heartbeatAnswered(accepted: Bool)

  /// The answer to `Effect.loadTeam`.
  case teamLoaded([Colleague])
  /// `Effect.loadTeam` failed.
  case teamFailed(APIFailure)
  /// The answer to `Effect.loadLog`.
  case logLoaded(DialogID, [HandoffRecord])
  /// `Effect.loadLog` failed.
  case logFailed(DialogID, APIFailure)
  /// The answer to `Effect.loadProposals`.
  case proposalsLoaded(DialogID, [Proposal])
  /// The answer to `Effect.decide`: the message that the visitor was sent, if one was.
  case decided(ProposalDecision, Message?)
  /// `Effect.decide` failed.
  case decisionFailed(ProposalDecision, APIFailure)

  /// The answer to `Effect.search`.
  case searchLoaded(String, SearchAnswer)
  /// `Effect.search` failed.
  case searchFailed(String, APIFailure)
  /// What became of `Effect.export`.
  case exported(ExportOutcome)
  /// What became of `Effect.openLink`.
  case linkOpened(String, LinkOutcome)

  // MARK: Links, outbox, disk

  /// Something happened to a dialog's link.
  case link(DialogID, LiveLink.Event)
  /// Something happened to the operator's stream.
  case stream(OperatorStream.Event)
  /// Something happened to a reply.
  case outbox(Outbox.Event)
  /// The marks, tabs and read marks that were on disk when the console started.
  case deskRestored(DeskDocument)
  /// Marks that commands without a screen have asked for, oldest first; some of them may have been told before.
  case marksRequested([MarkRequest])
  /// The drafts that were on disk when the console started: replies, and notes.
  case draftsRestored([DialogID: String], notes: [DialogID: String] = [:])
  /// The answer to `Effect.edit`.
  case edited(DraftKey, EditorOutcome)
  /// The answer to `Effect.loadTexts`.
  case textsLoaded(TextLibrary)
  /// The answer to `Effect.listFiles`: the names in a folder, those of folders with a slash behind them.
  case filesListed(String, [String])
  /// The command lines of former consoles, oldest first.
  case commandHistoryRestored([String])
  /// `Effect.logIn` failed; why, in words.
  case logInFailed(reason: String)
  /// The settings were read again.
  case configured(Configuration)
  /// The screen has another theme.
  case themeChosen(String)
  /// The settings, or a theme, cannot be read: all mistakes. What was read before holds.
  case configurationFailed([SettingsError])
}
