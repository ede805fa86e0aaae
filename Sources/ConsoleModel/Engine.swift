import ChatProtocol
import LiveLink

/// The machinery of the console that nobody looks at.
struct Engine: Sendable {
  /// The origin of jitter, of the links' seeds and of the ids of sends.
  var generator: SeededGenerator
  /// What this turn asks of the world so far.
  var effects: [Effect] = []
  /// What the last frame showed.
  var viewport = Viewport(messageLines: 0, scroll: .bottom, listRows: 0)
  /// The alarms that are set.
  var alarms: [Alarm: Duration] = [:]

  /// How far each dialog has been read.
  var readMarks: [DialogID: ReadMark] = [:]
  /// When an event or an answer last told where a dialog's hand-off stands: a list that was asked for earlier is
  /// older news.
  var handoffKnownAt: [DialogID: Duration] = [:]
  /// For which request each dialog's brief was asked for.
  var briefRequests: [DialogID: BriefRequest] = [:]
  /// The hand-off acts under way.
  var acts: [DialogID: HandoffAct] = [:]
  /// The dialogs to be taken over as soon as they are in the queue.
  var takeoverAfterRequest: Set<DialogID> = []
  /// The dialog whose composer opens once it is ours.
  var replyAfterTakeover: DialogID?
  /// The operator's word that a dialog which is not theirs may be written to, as long as its holder stays.
  var replyPermission: ReplyPermission?
  /// The operator's word that a text may go in spite of some concerns.
  var sendApproval: SendApproval?
  /// Which messages of the open dialog have been on the screen, and since when.
  var shown = ShownMessages()
  /// The newest messages of each dialog that are this console's own.
  var ownMessages: [DialogID: [MessageID]] = [:]

  /// What the step of a macro that is under way waits for.
  var macroWait: MacroWait?
  /// What the macro that is under way has done so far, for taking it back as one.
  var macroDone: [DoneAct] = []
  /// What the folders have that were looked into for the command line.
  var listedFiles: [String: [String]] = [:]
  /// Who had the dialogs before the acts that are under way.
  var heldBefore: [DialogID: Holder] = [:]
  /// What the operator did, oldest first, for taking it back.
  var done: [DoneAct] = []
  /// What is done again by one key.
  var again: Command?

  /// The decisions on proposals that are under way.
  var decisions: [Proposal.ID: ProposalDecision] = [:]
  /// The proposals that the composers' texts come from.
  var editedProposals: [DialogID: Proposal.ID] = [:]
  /// When the read marks were kept that this console began with; nil if there were none.
  var readingsKeptAt: Timestamp?
  /// The moment that the alarm for what was set aside is set for.
  var snoozePlannedFor: Timestamp?
  /// The requests for marks that have been taken.
  var takenMarkRequests: Set<MarkRequest.ID> = []
  /// The file that is being written down.
  var export: ExportFile?
  /// A message that is to be shown once it is here.
  var wantedMessage: WantedMessage?
  /// What is looked for in the older messages of a dialog.
  var seek: OlderSeek?
  /// Whether something is to be kept on disk that can wait for the next time something is done anyway.
  var isDeskStale = false
  /// The key that is being acted on.
  var pressedKey: Key?

  /// The reading of list and queue.
  var refresh = Refresh()
  /// The drafts that are not on disk as they stand.
  var dirtyDrafts: Set<DraftKey> = []
  /// The dialog that was open before this one.
  var previousDialog: DialogID?
  /// Who types where, and until when that counts.
  var typing: [DialogID: [Typist: Duration]] = [:]
  /// When the stream last told who looks at a dialog or whether its visitor is there.
  var awarenessKnownAt: [DialogID: Duration] = [:]
  /// The dialog that the stream was told to be viewed.
  var viewed: DialogID?
  /// The late events of a replay that is under way.
  var lateEvents = LateEvents()
  /// When what is shown was last known to be true before the stream's last outage.
  var outageBegan: Timestamp?
  /// The same for links with sockets of their own.
  var linkOutages: [DialogID: Timestamp] = [:]
  /// How many messages the open dialog had recovered before it was read anew, until it is told.
  var tellsRecovered: Int?
  /// The server offers a stream and does not let us have it.
  var streamIsUseless = false
  /// How many messages each link had recovered when it was last live.
  var recoveredWhenLive: [DialogID: Int] = [:]
  /// Until when a second Ctrl-C quits.
  var quitArmedUntil: Duration?
  /// How many of the tabs are not of the operator's making at this console.
  var fixedTabCount = FilterTab.builtin.count
  /// What is told outside of the screen.
  var notifier = Notifier()
  /// The dialogs that have waited for too long, as far as that was told; nil before the first list.
  var breaches: Set<DialogID>?
  /// Since when they are told.
  var breachesCountFrom: Timestamp?
  /// What the window's title counts, and since when.
  var title: TitleCounters?
  var titleSetAt: Duration?
  /// Whether the profile's command has been asked for a password since the session ended.
  var hasLoggedInByItself = false
  /// How many heartbeats in a row the server did not take.
  var heartbeatFailures = 0

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }
}

/// What a step of a macro waits for.
enum MacroWait: Hashable, Sendable {
  /// A text that the outbox has, by its id.
  case send(clientID: String)
  /// A hand-off act in the macro's dialog.
  case act
}

/// What came late, after an outage.
struct LateEvents: Hashable, Sendable {
  var inOpenDialog = 0
}

/// A message that is to be shown once it is here.
struct WantedMessage: Hashable, Sendable {
  var dialogID: DialogID
  var message: MessageID
}

/// How far a dialog has been read.
struct ReadMark: Hashable, Sendable {
  /// The newest message that was read; nil while no message of the dialog is known.
  var through: MessageID?
  /// The time of the newest message that was read or is taken for read.
  var at: Timestamp?
}

/// The operator's word that a dialog which is not theirs may be written to.
struct ReplyPermission: Hashable, Sendable {
  var dialogID: DialogID
  var holder: Holder
}

/// The reading of list and queue: one walk at a time.
struct Refresh: Hashable, Sendable {
  /// The walk through the list's pages that is under way.
  var walk: Walk?
  /// Whether the queue is being read.
  var isQueueLoading = false
  /// Something happened that the readings under way may not show: read again when they are done.
  var isWantedAgain = false
  /// Whether one of the readings of this round has failed.
  var hasFailed = false
  /// All pages are to be read with the next one, whenever that was last done.
  var isWholeDue = false
  /// When the last walk began.
  var lastStartedAt: Duration?
  /// When the last walk through all pages was done.
  var lastWholeAt: Duration?
  /// The page beyond those of a walk that is being read.
  var deepPage: Int?
  /// How many pages have been read so far.
  var depth = 0
  /// How many pages there are, as the last answer said.
  var pages = 0
  /// The queue's dialogs as last read: what left it is not waiting any more.
  var queued: Set<DialogID> = []

  /// One walk through the list's pages.
  struct Walk: Hashable, Sendable {
    /// When it began.
    var startedAt: Duration
    /// Whether it goes through all pages, or reads the first only.
    var isWhole: Bool
    /// The dialogs it has brought.
    var seen: Set<DialogID> = []
  }

  var isUnderWay: Bool { walk != nil || isQueueLoading || deepPage != nil }
}
