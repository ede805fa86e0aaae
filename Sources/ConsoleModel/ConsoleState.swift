public import ChatProtocol
public import LiveLink

/// All that the console knows and shows. A value: `update(_:_:)` alone changes it, the screens only read it.
public struct ConsoleState: Sendable {
  /// Who is logged in, and where.
  public internal(set) var session: Session
  /// The time, as the shell last told it (`ConsoleEvent.clock`).
  public internal(set) var clock: Clock
  /// The terminal's size.
  public internal(set) var size: Size
  /// Whether the terminal window has the focus; true as long as the terminal never said otherwise.
  public internal(set) var hasTerminalFocus = true

  /// How fresh the list is, and whether the server's HTTP side answers.
  public internal(set) var health = ServerHealth()
  /// The dialogs, in the order they are shown in.
  public internal(set) var list = DialogList()
  /// The dialog in the message pane; nil when none is open.
  public internal(set) var conversation: Conversation?
  /// The live links, by dialog: the open one and those that are watched for the list's sake.
  public internal(set) var links: [DialogID: LiveLink] = [:]
  /// The operator's stream, where the server has one: then the links have no sockets of their own.
  public internal(set) var stream: OperatorStream?
  /// Where messages came late, by dialog, oldest first: lines between the messages.
  public internal(set) var gaps: [DialogID: [GapMark]] = [:]
  /// The operators and how they are, as far as the server tells.
  public internal(set) var team: [Colleague] = []
  /// How this operator says it is.
  public internal(set) var status: OperatorStatus = .online
  /// How long visitors may wait.
  public internal(set) var serviceLevel: ServiceLevel = .standard
  /// The hand-offs seen by this console, by dialog, oldest first: lines between the messages.
  public internal(set) var handoffMarks: [DialogID: [HandoffMark]] = [:]
  /// The replies on their way.
  public internal(set) var outbox: Outbox
  /// What is being typed, by dialog. A composer that is in no dictionary is an empty one.
  public internal(set) var composers: [DialogID: Composer] = [:]
  /// The notes being typed, by dialog.
  public internal(set) var noteComposers: [DialogID: Composer] = [:]
  /// What each dialog's composer writes; a dialog that is not here: a reply.
  var writing: [DialogID: MessageKind] = [:]
  /// What was sent from this console, oldest first.
  public internal(set) var sentTexts: [SentText] = []

  /// The search in it; nil when it is closed.
  public internal(set) var sentSearch: SentSearch?
  /// Canned replies and macros, as last read.
  public internal(set) var texts = TextLibrary()
  /// The macro that is being asked about, looked at or done; nil for none.
  public internal(set) var macroRun: MacroRun?

  /// What was done to the dialog whose log is looked at; nil while it is being read.
  var dialogLog: [HandoffRecord]?
  /// The AI's proposals that wait for a decision, by dialog, oldest first.
  public internal(set) var proposals: [DialogID: [Proposal]] = [:]
  /// The operator's own marks.
  public internal(set) var marks = MarkBook()
  /// The tabs above the list.
  public internal(set) var tabs = FilterTab.builtin

  /// Which pane the keys of browse go to.
  public internal(set) var focus: Focus = .list
  /// Whether the composer of the open dialog takes the keys.
  public internal(set) var isComposing = false
  /// The filter's input line while it is being typed; nil otherwise. The filter itself is `list.filter`.
  public internal(set) var filterInput: TextBuffer?
  /// What the operator has chosen.
  public internal(set) var settings: Settings
  /// The themes that can be chosen, by name.
  public internal(set) var themes: [String]
  /// What the keys mean.
  public internal(set) var keymap: Keymap
  /// The keys of a sequence that waits for its next; nil when none does.
  public internal(set) var pendingKeys: PendingKeys?
  /// The command line while it is typed; nil otherwise.
  public internal(set) var commandLine: CommandLine?
  /// What was done by command lines, oldest first.
  var commandHistory: [String] = []
  /// The palette; nil when it is closed.
  public internal(set) var palette: Palette?
  /// What fills the screen.
  public internal(set) var screen: Screen = .desk
  /// The conversations side by side on a wide screen.
  public internal(set) var board = Board()
  /// The window that tells about the visitor; nil when it is closed.
  public internal(set) var details: Details?
  /// The operator's word on whether the visitor's context stands beside the messages; nil leaves it to the size.
  public internal(set) var contextChoice: Bool?
  /// The hand-offs as they came.
  public internal(set) var handoffLog = HandoffLog()
  /// What the monitor shows of them.
  public internal(set) var monitor = Monitor()
  /// The dashboard's first row to show, on a screen that is too low for all of it.
  public internal(set) var dashboardTop = 0
  /// The last hour in numbers.
  public internal(set) var statistics = Statistics()
  /// Why dialogs came to a human, as the server tells it.
  public internal(set) var briefs: [DialogID: HandoffBrief] = [:]
  /// The line in which a password is typed; nil otherwise.
  public internal(set) var passwordPrompt: PasswordPrompt?
  /// A question that waits for a key; nil when nothing is asked.
  public internal(set) var prompt: Prompt?
  /// The words looked for in the open dialog; nil for none.
  public internal(set) var search: DialogSearch?
  /// What was looked for in all dialogs last.
  var found: GlobalSearch?
  /// A list to choose from, over the panes; nil when none is open.
  public internal(set) var picker: Picker?
  /// The help screen; nil when it is closed.
  public internal(set) var help: HelpPage?
  /// What the last act came to, for the status line; nil once it has expired.
  public internal(set) var notice: Notice?
  /// The machinery that nobody looks at: deadlines, requests in flight, read marks.
  var engine: Engine

  /// A console before its first event.
  ///
  /// - Parameters:
  ///   - seed: The origin of all that is random (jitter, the ids of sends); fresh for each run of a console, and
  ///     the same seed with the same events gives the same effects.
  public init(session: Session, size: Size, clock: Clock, seed: UInt64, configuration: Configuration = Configuration())
  {
    self.session = session
    self.size = size
    self.clock = clock
    settings = configuration.settings
    themes = configuration.themes
    keymap = configuration.keymap
    engine = Engine(seed: seed)
    outbox = Outbox(seed: engine.generator.next())
    applySettings()
  }

  /// Which table of keys is in force.
  public var mode: Mode {
    if prompt != nil { return .confirm }
    if passwordPrompt != nil { return .password }
    if help != nil { return .help }
    if commandLine != nil { return .command }
    if palette != nil { return .palette }
    if picker != nil { return .pick }
    if search?.isTyping == true { return .search }
    if filterInput != nil { return .filter }
    if isComposing { return sentSearch == nil ? .compose : .sentSearch }
    if details != nil { return .details }
    switch screen {
    case .monitor: return .monitor
    case .dashboard: return .dashboard
    case .desk: break
    }
    return focus == .conversation ? .conversation : .list
  }

  /// The link of the open dialog.
  public var openLink: LiveLink? {
    conversation.flatMap { links[$0.dialogID] }
  }

  /// The composer of the open dialog.
  public var openComposer: Composer? {
    conversation.map { composer(DraftKey($0.dialogID, openKind)) ?? Composer() }
  }

  /// The dialog that a verb acts on: the open one when its pane has the keys, else the one under the cursor.
  public var target: DialogID? {
    focus == .conversation || isComposing ? conversation?.dialogID : list.selection
  }

  /// Whether the message pane is on the screen: always when it has the keys, and beside the list where there is room.
  public var showsConversation: Bool {
    conversation != nil && (focus == .conversation || isComposing || Layout(size).showsBothPanes)
  }
}

/// Two clocks: one that people read, and where on Earth they read it, and one that never jumps.
public struct Clock: Hashable, Sendable {
  /// The wall clock, in UTC.
  public internal(set) var now: Timestamp
  /// Time since any fixed origin; all deadlines are counted on it.
  public internal(set) var monotonic: Duration
  /// Where the operator is, for what is typed and said in local time.
  public internal(set) var zone: LocalZone

  /// Makes a reading of both clocks.
  public init(now: Timestamp, monotonic: Duration, zone: LocalZone = LocalZone(offset: 0)) {
    self.now = now
    self.monotonic = monotonic
    self.zone = zone
  }

  /// The operator's time of day, in minutes after midnight.
  var localMinute: Int {
    let minutes = (now.seconds + Int64(zone.offset(at: now))) / 60 % 1440
    return Int(minutes < 0 ? minutes + 1440 : minutes)
  }
}

/// The pane that browse's keys go to.
public enum Focus: Hashable, Sendable {
  /// The list of dialogs.
  case list
  /// The open dialog's messages.
  case conversation
}

/// The table of keys in force. `list` and `conversation` are the two faces of browse.
public enum Mode: Hashable, Sendable, CaseIterable {
  /// Browse, cursor in the list.
  case list
  /// Browse, messages of the open dialog.
  case conversation
  /// Every printable key is text for the open dialog's composer.
  case compose
  /// Every printable key is text for the filter.
  case filter
  /// Every printable key is text for the command line.
  case command
  /// Every printable key is text for the palette.
  case palette
  /// Every printable key is a part of a password, and none is shown.
  case password
  /// A question waits for its answer.
  case confirm
  /// The help screen is open; every printable key narrows it.
  case help
  /// The window about the visitor is open.
  case details
  /// The hand-offs as they come.
  case monitor
  /// The numbers.
  case dashboard
  /// A list to choose from is open.
  case pick
  /// Every printable key is text for the search in the open dialog.
  case search
  /// Every printable key is text for the search in what was sent.
  case sentSearch

  /// Whether single letters act.
  public var isBrowse: Bool { self == .list || self == .conversation }

  /// Whether every printable key is text.
  public var isTyping: Bool {
    switch self {
    case .compose, .filter, .command, .palette, .password, .help, .pick, .search, .sentSearch: true
    case .list, .conversation, .confirm, .details, .monitor, .dashboard: false
    }
  }
}
