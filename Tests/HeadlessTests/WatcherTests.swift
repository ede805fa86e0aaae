import ChatProtocol
import Testing

@testable import Headless

/// A server with dialogs, and a watch on it whose requests are answered when the test says so.
struct WatchWorld {
  var watcher: Watcher
  var dialogs: [DialogID: Dialog] = [:]
  var messages: [DialogID: [Message]] = [:]
  var queue: [QueueEntry] = []
  var pageSize = 100
  /// What was told, as `dialog:message id` or `dialog:state`.
  var told: [String] = []
  var cursors: [String] = []
  var said: [Watcher.Standing] = []
  var requests: [(Watcher.Request, MessageID?)] = []
  var links: Set<DialogID> = []
  var streamFrom: WatchLedger.StreamPosition??
  var alarms: [Duration] = []
  var end: APIFailure?
  /// While set, every request fails so.
  var failure: APIFailure?

  init(_ configuration: Watcher.Configuration = .init(), since cursor: String? = nil) {
    watcher = Watcher(configuration, since: cursor.flatMap { WatchLedger(cursor: $0) })
  }

  mutating func say(_ dialogID: DialogID, _ id: MessageID, at seconds: Int64) {
    messages[dialogID, default: []].append(message(id, at: seconds))
    var entry = dialogs[dialogID] ?? dialog(dialogID)
    entry.lastMessageAt = moment(seconds)
    entry.lastMessageText = "m\(id)"
    dialogs[dialogID] = entry
  }

  mutating func feed(_ event: Watcher.Event) {
    for action in watcher.handle(event) {
      switch action {
      case .openStream(let position): streamFrom = .some(position)
      case .openLink(let id): links.insert(id)
      case .closeLink(let id): links.remove(id)
      case .load(let request, let after): requests.append((request, after))
      case .setAlarm(let delay): alarms.append(delay)
      case .tell(let event, let cursor):
        told.append("\(event.dialogID ?? 0):" + Self.word(event.content))
        cursors.append(cursor)
      case .say(let standing): said.append(standing)
      case .end(let failure): end = failure
      }
    }
  }

  static func word(_ content: WatchEvent.Content) -> String {
    switch content {
    case .message(let message): "\(message.id)"
    case .handoff(let state, _, _): state.wireName
    case .event(let event): event.wireType
    }
  }

  /// Answers one request.
  mutating func answer() {
    let (request, after) = requests.removeFirst()
    if let failure { return feed(.failed(request, failure)) }
    switch request {
    case .queue: feed(.queueLoaded(queue))
    case .dialogs(let page):
      let all = dialogs.values.sorted { $0.id > $1.id }
      let pages = max(1, (all.count + pageSize - 1) / pageSize)
      feed(.dialogsLoaded(Array(all.dropFirst((page - 1) * pageSize).prefix(pageSize)), page: page, pages: pages))
    case .history(let id):
      feed(.historyLoaded(id, (messages[id] ?? []).filter { $0.id > after ?? .min }))
    }
  }

  mutating func answerAll() { while !requests.isEmpty { answer() } }

  mutating func look() {
    feed(.alarm)
    answerAll()
  }
}

@Suite("A watch without a stream")
struct PollingWatchTests {
  @Test func `What was there is not told, what comes is told once`() {
    var world = WatchWorld()
    world.say(1, 1, at: 0)
    world.say(2, 2, at: 100)
    world.dialogs[3] = dialog(3, .requested, at: 90)
    world.feed(.start)
    world.answerAll()
    #expect(world.told == [])
    #expect(world.said == [.live(recovered: 0)])
    world.say(1, 3, at: 101)
    world.say(2, 4, at: 101)
    world.say(2, 5, at: 101)
    world.dialogs[3]?.handoffStatus = .active
    world.dialogs[3]?.handoffStartedAt = moment(102)
    world.look()
    #expect(world.told.sorted() == ["1:3", "2:4", "2:5", "3:active"])
    for _ in 0..<3 { world.look() }
    #expect(world.told.count == 4)
  }

  @Test func `A rest costs no histories`() {
    var world = WatchWorld()
    for id in 1...20 { world.say(id, id, at: 100) }
    world.feed(.start)
    world.answerAll()
    world.feed(.alarm)
    var histories = 0
    while !world.requests.isEmpty {
      if case .history = world.requests[0].0 { histories += 1 }
      world.answer()
    }
    #expect(histories == 0)
  }

  @Test func `A link and the list bring the same message once`() {
    var world = WatchWorld()
    world.dialogs[1] = dialog(1, .active, at: 50, last: 99)
    world.say(1, 1, at: 100)
    world.feed(.start)
    world.answerAll()
    #expect(world.links == [1])
    world.feed(.linked(1, world.messages[1] ?? [], isPushed: false))
    world.feed(.linkIsLive(1, true))
    #expect(world.told == [])
    world.say(1, 2, at: 101)
    world.feed(.linked(1, [message(2, at: 101)], isPushed: true))
    world.look()
    #expect(world.told == ["1:2"])
    // The link is lost, the list goes on; then the link brings it late.
    world.feed(.linkIsLive(1, false))
    world.say(1, 3, at: 200)
    world.look()
    world.say(5, 9, at: 1000)
    world.look()
    world.feed(.linked(1, [message(3, at: 200)], isPushed: false))
    #expect(world.told == ["1:2", "1:3", "5:9"])
    world.feed(.linkEvent(1, .handoff(.released, dialogID: nil, manager: nil)))
    world.feed(.linkEvent(1, .handoff(.released, dialogID: 1, manager: nil)))
    #expect(world.told.last == "1:released")
    #expect(world.told.count == 4)
  }

  @Test func `A cursor goes on after the program's end, at every event`() {
    var world = WatchWorld()
    world.say(1, 1, at: 0)
    world.feed(.start)
    world.answerAll()
    for id in 2...40 { world.say(id % 7 + 1, id, at: Int64(id * 9)) }
    world.dialogs[3]?.handoffStatus = .requested
    world.dialogs[3]?.handoffRequestedAt = moment(300)
    world.look()
    let all = world.told
    #expect(all.count == 40)
    for (index, cursor) in world.cursors.enumerated() {
      var later = WatchWorld(since: cursor)
      later.dialogs = world.dialogs
      later.messages = world.messages
      later.feed(.start)
      later.answerAll()
      #expect(Set(later.told) == Set(all[(index + 1)...]), "behind \(all[index])")
      #expect(later.told.count == all.count - index - 1)
    }
  }

  @Test func `An outage is said, waited out longer and longer, and made up for`() {
    var world = WatchWorld()
    world.say(1, 1, at: 0)
    world.feed(.start)
    world.answerAll()
    world.failure = .unreachable("connection refused")
    world.alarms = []
    for _ in 0..<6 { world.look() }
    #expect(world.alarms == [3, 6, 12, 24, 30, 30].map(Duration.seconds))
    #expect(world.said.last == .stale("cannot reach the server: connection refused"))
    world.failure = nil
    world.say(1, 2, at: 50)
    world.look()
    #expect(world.told == ["1:2"])
    #expect(world.said.last == .live(recovered: 1))
  }

  @Test func `An expired login ends it, a missing queue does not`() {
    var world = WatchWorld()
    world.feed(.start)
    world.requests.removeFirst()
    world.feed(.failed(.queue, .notFound(ErrorDetail("no"))))
    world.answerAll()
    #expect(world.end == nil)
    #expect(world.said == [.live(recovered: 0)])
    world.failure = .unauthorized
    world.look()
    #expect(world.end == .unauthorized)
  }

  @Test func `The queue tells of a request that the list does not show`() {
    var world = WatchWorld()
    world.say(1, 1, at: 0)
    world.feed(.start)
    world.answerAll()
    world.queue = [QueueEntry(dialogID: 1, requestedAt: moment(10), reason: "asked")]
    world.look()
    world.look()
    #expect(world.told == ["1:requested"])
  }

  @Test func `A long list is gone through in parts, and nothing is missed`() {
    var configuration = Watcher.Configuration()
    configuration.pagesAtOnce = 3
    var world = WatchWorld(configuration)
    world.pageSize = 2
    for id in 1...40 { world.say(id, id, at: Int64(id)) }
    world.feed(.start)
    world.answerAll()
    for (step, id) in [3, 17, 40, 1, 25].enumerated() { world.say(id, 100 + step, at: 100 + Int64(step)) }
    for _ in 0..<12 { world.look() }
    #expect(world.told.sorted() == ["17:101", "1:103", "25:104", "3:100", "40:102"].sorted())
  }

  @Test func `One dialog only`() {
    var configuration = Watcher.Configuration()
    configuration.dialogID = 2
    var world = WatchWorld(configuration)
    world.say(2, 1, at: 0)
    world.feed(.start)
    world.answerAll()
    world.say(2, 2, at: 5)
    world.look()
    #expect(world.told == ["2:2"])
    #expect(world.links == [2])
  }
}

@Suite("A watch with an operator's stream")
struct StreamWatchTests {
  private static func world(since cursor: String? = nil) -> WatchWorld {
    var configuration = Watcher.Configuration()
    configuration.hasStream = true
    return WatchWorld(configuration, since: cursor)
  }

  private static func position(_ sequence: Int) -> WatchLedger.StreamPosition {
    WatchLedger.StreamPosition(epoch: "E", sequence: sequence)
  }

  /// A watch that is live at event 10.
  private static func live() -> WatchWorld {
    var world = world()
    world.say(1, 1, at: 0)
    world.feed(.start)
    world.feed(.stream([.began], position(10)))
    world.answerAll()
    return world
  }

  @Test func `Events are told as they come, and each has its own place`() {
    var world = Self.live()
    #expect(world.told == [])
    #expect(world.said == [.live(recovered: 0)])
    world.feed(
      .stream(
        [
          .message(message(2, at: 5), 1), .event(.handoff(.requested, dialogID: 1, manager: nil), 1), .unreadable,
          .message(message(3, at: 6), 2),
        ], Self.position(14)))
    #expect(world.told == ["1:2", "1:requested", "2:3"])
    let places = world.cursors.map { WatchLedger(cursor: $0)?.position?.sequence }
    #expect(places == [11, 12, 14])
  }

  @Test func `What comes while it begins is told behind it`() {
    var world = Self.world()
    world.say(1, 1, at: 0)
    world.feed(.start)
    world.feed(.stream([.began], Self.position(10)))
    world.feed(.stream([.message(message(2, at: 1), 1)], Self.position(11)))
    #expect(world.told == [])
    world.answerAll()
    #expect(world.told == ["1:2"])
  }

  @Test func `What is pushed while it begins is told, though the list shows it already`() throws {
    var world = Self.world()
    world.say(1, 1, at: 0)
    world.feed(.start)
    world.feed(.stream([.began], Self.position(10)))
    world.say(1, 2, at: 5)
    world.say(2, 3, at: 6)
    world.feed(.stream([.message(message(2, at: 5), 1)], Self.position(11)))
    world.answerAll()
    world.feed(.stream([.message(message(3, at: 6), 2)], Self.position(12)))
    #expect(world.told == ["1:2", "2:3"])
    // Whoever goes on behind the first has the second, and nothing from before, even if the stream is no more.
    var later = Self.world(since: world.cursors[0])
    later.dialogs = world.dialogs
    later.messages = world.messages
    later.feed(.start)
    later.feed(.stream([.broken], WatchLedger.StreamPosition(epoch: "F", sequence: 0)))
    later.answerAll()
    #expect(later.told == ["2:3"])
  }

  @Test func `A short outage is replayed, a long one is read, and nothing is told twice`() {
    var world = Self.live()
    world.feed(.stream([.message(message(2, at: 5), 1)], Self.position(11)))
    world.say(1, 2, at: 5)
    world.feed(.streamLost("lost", polls: false))
    world.feed(.stream([.message(message(3, at: 6), 1, isLate: true), .resumed(missed: 1)], Self.position(12)))
    world.say(1, 3, at: 6)
    #expect(world.said == [.live(recovered: 0), .stale("lost"), .live(recovered: 1)])

    // The attempts are used up: the list is read meanwhile, for long.
    world.feed(.streamLost("lost", polls: true))
    world.say(1, 4, at: 7)
    world.dialogs[1]?.handoffStatus = .requested
    world.dialogs[1]?.handoffRequestedAt = moment(7)
    world.answerAll()
    world.say(2, 5, at: 500)
    world.look()
    #expect(world.told == ["1:2", "1:3", "1:requested", "1:4", "2:5"])
    // The stream comes back and tells all of it again, and one more.
    world.feed(
      .stream(
        [
          .event(.handoff(.requested, dialogID: 1, manager: nil), 1, isLate: true),
          .message(message(4, at: 7), 1, isLate: true), .message(message(5, at: 500), 2, isLate: true),
          .message(message(6, at: 600), 2, isLate: true), .resumed(missed: 4),
        ], Self.position(16)))
    world.answerAll()
    #expect(world.told == ["1:2", "1:3", "1:requested", "1:4", "2:5", "2:6"])
    world.look()
    #expect(world.told.count == 6)
  }

  @Test func `A gap is made up for by reading, in order, and the place moves only behind it`() {
    var world = Self.live()
    world.feed(.stream([.message(message(2, at: 5), 1)], Self.position(11)))
    world.say(1, 2, at: 5)
    world.say(1, 3, at: 6)
    world.say(2, 4, at: 7)
    world.feed(.streamLost("lost", polls: false))
    world.feed(.stream([.broken], WatchLedger.StreamPosition(epoch: "F", sequence: 0)))
    world.say(1, 5, at: 8)
    world.feed(
      .stream([.message(message(5, at: 8), 1)], WatchLedger.StreamPosition(epoch: "F", sequence: 1)))
    world.answerAll()
    #expect(world.told.sorted() == ["1:2", "1:3", "1:5", "2:4"])
    #expect(world.told.filter { $0.hasPrefix("1:") } == ["1:2", "1:3", "1:5"])
    // Whoever goes on behind what was read before the round was over is not told of a stream without a gap.
    for cursor in world.cursors.dropFirst().dropLast() { #expect(WatchLedger(cursor: cursor)?.position?.epoch != "F") }
    world.feed(.stream([.message(message(6, at: 9), 1)], WatchLedger.StreamPosition(epoch: "F", sequence: 2)))
    #expect(world.told.last == "1:6")
    #expect(WatchLedger(cursor: world.cursors.last ?? "")?.position?.epoch == "F")
  }

  @Test func `Going on behind a cursor asks the stream for what is missing, and reads nothing if it has it`() {
    var first = Self.live()
    first.feed(.stream([.message(message(2, at: 5), 1)], Self.position(11)))
    var later = Self.world(since: first.cursors[0])
    later.feed(.start)
    #expect(later.streamFrom == .some(Self.position(11)))
    #expect(later.requests.isEmpty)
    later.feed(
      .stream(
        [
          .message(message(2, at: 5), 1, isLate: true), .message(message(3, at: 6), 1, isLate: true),
          .resumed(missed: 2),
        ],
        Self.position(12)))
    #expect(later.told == ["1:3"])
  }

  @Test func `A list that is older than the stream's late words is asked again, and no hand-off is told twice`() {
    var world = Self.live()
    world.feed(.streamLost("lost", polls: true))
    world.dialogs[1]?.handoffStatus = .requested
    world.dialogs[1]?.handoffRequestedAt = moment(7)
    world.answerAll()
    world.dialogs[1]?.handoffStatus = .active
    world.dialogs[1]?.handoffStartedAt = moment(9)
    world.feed(
      .stream(
        [
          .event(.handoff(.requested, dialogID: 1, manager: nil), 1, isLate: true),
          .event(.handoff(.active, dialogID: 1, manager: nil), 1, isLate: true), .resumed(missed: 2),
        ], Self.position(12)))
    world.answerAll()
    #expect(world.told == ["1:requested", "1:active"])
  }

  @Test func `A flood during a round does not grow without bound`() {
    var world = Self.world()
    world.say(1, 1, at: 0)
    world.feed(.start)
    world.feed(.stream([.began], Self.position(0)))
    for number in 1...25_000 {
      world.feed(.stream([.event(.typingStarted(by: .user), 1)], Self.position(number)))
    }
    #expect(world.watcher.held.count <= Watcher.mostHeld + 1)
    world.say(1, 2, at: 1)
    world.answerAll()
    world.feed(.stream([.message(message(2, at: 1), 1)], Self.position(25_001)))
    world.answerAll()
    #expect(world.told == ["1:2"])
  }

  @Test func `Only what is asked for is told`() {
    var configuration = Watcher.Configuration()
    configuration.hasStream = true
    configuration.kinds = [.typing, .presence]
    var world = WatchWorld(configuration)
    world.feed(.start)
    world.answerAll()
    world.feed(.stream([.began], Self.position(0)))
    world.feed(
      .stream(
        [
          .message(message(2, at: 1), 1), .event(.typingStarted(by: .user), 1), .event(.visitorPresence(true), 1),
          .event(.other(type: "novelty"), 1),
        ], Self.position(4)))
    #expect(world.told == ["1:typing_start", "1:presence"])
  }
}
