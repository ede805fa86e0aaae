import ChatProtocol
import ConsoleView

@testable import ConsoleModel
@testable import LiveLink

/// A shop's console at seven minutes past two, to be bent by each test.
struct Shop {
  var state: ConsoleState

  /// Wednesday, 11 March 2026, 14:07:20 UTC.
  static let now = Timestamp(milliseconds: 1_773_238_040_000)
  /// The monotonic clock at that moment.
  static let monotonic: Duration = .seconds(1000)

  /// Minutes before now.
  static func ago(_ minutes: Int) -> Timestamp { now.advanced(by: .seconds(-60 * minutes)) }

  init(dialogs: [DialogEntry] = Shop.dialogs) {
    let session = Session(
      profile: "shop", serverName: "chat.example.org",
      account: Account(id: 7, email: "maria@example.org", role: "operator", firstName: "Maria"),
      capabilities: Capabilities(version: 2, features: ["client-id", "paging"]))
    state = ConsoleState(
      session: session, size: Size(columns: 80, rows: 24),
      clock: Clock(now: Self.now, monotonic: Self.monotonic), seed: 1)
    state.outbox = Outbox(seed: 1)
    state.health.listLoadedAt = Self.monotonic - .seconds(2)
    for dialog in dialogs { state.list.put(dialog) }
  }

  func frame(
    _ columns: Int, _ rows: Int, theme: Theme = .dark, cache: inout LayoutCache
  ) -> Frame {
    // As the program does: the state knows its size, and what follows from it.
    var state = state
    state.size = Size(columns: columns, rows: rows)
    state.arrangeBoard()
    return render(
      state, size: Size(columns: columns, rows: rows), theme: theme, environment: RenderEnvironment(), cache: &cache)
  }

  func canvas(_ columns: Int, _ rows: Int, theme: Theme = .dark) -> Canvas {
    var cache = LayoutCache()
    return frame(columns, rows, theme: theme, cache: &cache).canvas
  }

  // MARK: Bending it

  /// Presses keys, written as scripts of keys are.
  mutating func press(_ script: String) {
    for key in keys(script) { _ = update(&state, .key(key)) }
  }

  /// Opens a dialog with messages and a live link.
  mutating func open(_ id: DialogID, _ messages: [Message] = Shop.messages) {
    var link = LiveLink(dialogID: id, seed: 1)
    _ = link.timeline.merge(messages)
    link.phase = .live(since: Self.monotonic - .seconds(60))
    state.links[id] = link
    state.conversation = Conversation(dialogID: id)
    state.list.select(id)
    state.focus = .conversation
  }

  /// A wide screen with four conversations side by side, one of them pinned.
  mutating func openBoard() {
    state.board.pinned = [4790]
    for (id, name) in [(4790, "Li"), (4788, "Grace"), (4817, "guest")] {
      open(
        id,
        [
          Self.message(
            id * 10, .user, "Hello, \(name) here. The link in your mail does not open on my phone.", minutes: 30),
          Self.message(id * 10 + 1, .assistant, "I am sorry. Which phone and which browser is it?", minutes: 29),
          Self.message(id * 10 + 2, .user, "An old one, with the browser that came with it.", minutes: 12),
          Self.message(id * 10 + 3, .manager, "Thank you. I have sent you another link just now.", minutes: 6),
        ])
    }
    state.composers[4788] = Composer("One moment, Grace, I am asking")
    open(Self.ana)
    state.size = Size(columns: 250, rows: 60)
    _ = update(&state, .resized(state.size))
    for id in state.links.keys { state.links[id]?.phase = .live(since: Self.monotonic) }
  }

  /// An hour of hand-offs and messages, as this console would have seen it.
  mutating func watch() {
    state.statistics.begin(at: Self.ago(52))
    for minute in 0..<52 {
      let now = Self.ago(51 - minute)
      state.statistics.noteQueue([0, 1, 1, 2, 4, 3, 2, 0, 1, 3][minute % 10], at: now)
      for index in 0..<[3, 5, 0, 8, 2, 13, 7][minute % 7] {
        state.statistics.noteMessage(by: [.user, .assistant, .user, .manager][index % 4], at: now)
      }
    }
    for wait in [20, 45, 70, 95, 130, 240, 610] { state.statistics.noteWait(.seconds(wait), at: Self.ago(wait / 15)) }
    let lines: [(HandoffLog.Kind, DialogID, Int, String?, Int?, String?)] = [
      (.requested, 4790, 48, nil, nil, "asked for a person"), (.taken, 4790, 44, "Maria", 240, nil),
      (.requested, 4779, 31, nil, nil, "the AI found no answer"), (.taken, 4779, 30, "Omar", 45, nil),
      (.released, 4781, 11, "Maria", 2340, nil), (.requested, 4821, 12, nil, nil, "asked for a person"),
      (.transferred, 4788, 9, "Maria", 600, nil), (.requeued, 4815, 2, "Omar", 960, "the connection was lost"),
      (.cancelled, 4770, 6, nil, 95, nil), (.overdue, 4821, 2, nil, 600, "nobody has taken it"),
    ]
    for (kind, id, minutes, who, wait, detail) in lines.sorted(by: { $0.2 > $1.2 }) {
      state.handoffLog.append(
        kind, in: id, at: Self.ago(minutes), by: who, wait: wait.map { .seconds($0) }, detail: detail)
    }
  }

  /// Two earlier dialogs of Ana.
  mutating func addEarlier() {
    state.list.put(
      Self.entry(3107, "Ana Petrova", .assistant, "Thank you, that was quick", .user, minutes: 60 * 24 * 40))
    state.list.put(
      Self.entry(2210, "Ana Petrova", .assistant, "Do you have it in blue?", .user, minutes: 60 * 24 * 200))
  }

  static let brief = HandoffBrief(
    dialogID: ana, requestID: "1", requestedAt: ago(12), rule: "person_requested",
    reason: "asked for a person; two charges for one order",
    asked: [HandoffBrief.Line(id: 13, text: "No, both are booked. I want to talk to a human", timestamp: ago(13))],
    answers: [],
    attempts: [
      HandoffBrief.Attempt(
        kind: "knowledge", name: "Payments and refunds", score: 0.41, detail: "too little of the question"),
      HandoffBrief.Attempt(kind: "remark", detail: "I cannot see bookings of a bank"),
    ], waitedSeconds: 95, startedAt: ago(15), language: "en")

  mutating func setPhase(_ phase: LiveLink.Phase) {
    guard let id = state.conversation?.dialogID else { return }
    state.links[id]?.phase = phase
  }

  mutating func compose(_ text: String) {
    guard let id = state.conversation?.dialogID else { return }
    state.composers[id] = Composer(text)
    state.isComposing = true
  }

  /// Sends a reply to the open dialog and lets it come to the disk.
  mutating func send(_ clientID: String, _ text: String) {
    guard let id = state.conversation?.dialogID else { return }
    tellOutbox(.serverTakesClientID(true))
    tellOutbox(
      .submit(clientID: clientID, dialogID: id, text: text, lastSeenID: state.openLink?.timeline.lastID, at: Self.now))
    while state.outbox.rows(of: id).first(where: { $0.id == clientID })?.state == .queued,
      tellOutbox(.journaled(clientID: clientID)).contains(where: { if case .journal = $0 { true } else { false } })
    {}
  }

  mutating func fail(_ clientID: String, _ failure: APIFailure) {
    // The next of the queue gets its turn and goes to the disk.
    for action in tellOutbox(.failed(clientID: clientID, failure)) {
      if case .journal(let entry) = action { tellOutbox(.journaled(clientID: entry.clientID)) }
    }
  }

  @discardableResult
  private mutating func tellOutbox(_ event: Outbox.Event) -> [Outbox.Action] {
    state.outbox.handle(event, at: Self.monotonic)
  }

  // MARK: People

  static let ana = 4821

  static let dialogs: [DialogEntry] = [
    entry(ana, "Ana Petrova", .nobodyYet(since: ago(12)), "I was charged twice, order 7781", .user, minutes: 1) {
      $0.unread.count = 3
      $0.queuePosition = 1
      $0.priority = "high"
      $0.dialog.handoffReason = "asked for a person; two charges for one order"
      $0.dialog.handoffRequestedAt = ago(12)
    },
    entry(4817, nil, .nobodyYet(since: ago(3)), "operator please", .user, minutes: 3) {
      $0.unread.count = 1
      $0.queuePosition = 2
      $0.dialog.guestID = "guest-91ab"
    },
    entry(4815, "Дмитрий Соколов", .nobodyYet(since: ago(2)), "Позовите, пожалуйста, человека", .user, minutes: 2) {
      $0.unread.count = 2
      $0.queuePosition = 3
      $0.typists = [.visitor]
    },
    entry(4790, "Li Wei 李伟", .me, "Sent you the link, it is good for an hour", .manager, minutes: 6),
    entry(4788, "Grace Okafor", .me, "Thank you, it works now 🎉", .user, minutes: 4) { $0.unread.count = 1 },
    entry(4786, "Tomáš Dvořák", .me, "Let me look into it", .manager, minutes: 25) { $0.hasDraft = true },
    entry(4781, "J. Doe", .assistant, "Your order leaves our warehouse tomorrow morning.", .assistant, minutes: 9),
    entry(
      4779, "Priya N.", .other(Manager(id: 9, name: "Omar")), "I have asked our warehouse, one moment", .manager,
      minutes: 14),
    entry(4772, "佐藤 美咲", .assistant, "返品の方法を教えてください", .user, minutes: 31),
    entry(4770, "Zoë", .assistant, "You can change the address until it ships.", .assistant, minutes: 44),
    entry(4761, "guest-0c41", .assistant, "Opening hours are 9 to 18, Monday to Saturday.", .assistant, minutes: 95),
    entry(4755, "Bob\u{1B}[31m Evil\u{202E}", .assistant, "\u{1B}]0;owned\u{7}hello\nsecond line", .user, minutes: 300),
    entry(4702, "Marta Ruiz", .assistant, "¡Gracias!", .user, minutes: 60 * 26),
    entry(4655, "Old Customer", .assistant, "See you next year", .user, minutes: 60 * 24 * 90),
  ]

  static func entry(
    _ id: DialogID, _ name: String?, _ holder: Holder, _ text: String, _ sender: Sender, minutes: Int,
    _ change: (inout DialogEntry) -> Void = { _ in }
  ) -> DialogEntry {
    var dialog = Dialog(id: id)
    dialog.name = name
    dialog.channelType = "web"
    dialog.assistantID = 1
    dialog.startedAt = ago(minutes + 20)
    dialog.lastMessageAt = ago(minutes)
    var entry = DialogEntry(
      dialog: dialog, holder: holder, lastLine: LastLine(text: text, sender: sender, at: ago(minutes)))
    change(&entry)
    return entry
  }

  static let messages: [Message] = [
    message(1, .user, "Hello, do you ship to Norway?", minutes: 60 * 25),
    message(
      2, .assistant,
      "Hello! Yes, we ship to Norway. Delivery takes four to six working days, and the parcel is insured on the whole way.",
      minutes: 60 * 25 - 1),
    message(3, .user, "Great, thanks", minutes: 60 * 25 - 2),
    message(10, .user, "Hi, it is me again", minutes: 15),
    message(
      11, .user, "I was charged twice for order 7781. My bank shows two payments of the same amount on the same day.",
      minutes: 15),
    message(
      12, .assistant, "I can see order 7781. One payment is a reservation that your bank releases within five days.",
      minutes: 14),
    message(13, .user, "No, both are booked. I want to talk to a human", minutes: 13),
    message(14, .system, "The assistant has asked for an operator.", minutes: 12),
    message(15, .user, "hello??", minutes: 1),
  ]

  static func message(_ id: MessageID, _ sender: Sender, _ text: String, minutes: Int) -> Message {
    Message(id: id, sender: sender, text: text, timestamp: ago(minutes))
  }
}
