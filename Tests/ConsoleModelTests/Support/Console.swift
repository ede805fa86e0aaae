import ChatProtocol
import LiveLink

@testable import ConsoleModel

/// A console under test: events go in, effects are collected, time is moved by hand.
struct Console {
  var state: ConsoleState
  /// What was asked of the world since the last `takeEffects`.
  private(set) var effects: [Effect] = []
  private var alarms: [Alarm: Duration] = [:]

  static let start = Timestamp(milliseconds: 1_700_000_000_000)
  static let me = Account(id: 7, email: "maria@shop.example", role: "admin", firstName: "Maria")
  static let omar = Manager(id: 8, name: "Omar")
  static let capable = Capabilities(version: 2, features: ["client-id", "paging"])

  init(size: Size = Size(columns: 80, rows: 24), isDisposable: Bool = false) {
    state = ConsoleState(
      session: Session(profile: "test", serverName: "chat.example:8080", isDisposable: isDisposable), size: size,
      clock: Clock(now: Self.start, monotonic: .seconds(1000)), seed: 42)
  }

  /// A console that is logged in and has read a list; what that asked of the world is forgotten.
  static func loaded(
    _ dialogs: [Dialog] = [], queue: [QueueEntry] = [], size: Size = Size(columns: 80, rows: 24),
    capabilities: Capabilities = capable
  ) -> Console {
    var console = Console(size: size)
    console.send(.signedIn(me, capabilities))
    console.send(.dialogsLoaded(Page(items: dialogs, total: dialogs.count, page: 1, limit: 100)))
    console.send(.queueLoaded(queue))
    console.takeEffects()
    return console
  }

  mutating func send(_ event: ConsoleEvent) {
    for effect in update(&state, event) {
      effects.append(effect)
      switch effect {
      case .setAlarm(let alarm, let at): alarms[alarm] = at
      case .cancelAlarm(let alarm): alarms[alarm] = nil
      default: break
      }
    }
  }

  mutating func press(_ script: String) {
    for key in keys(script) { send(.key(key)) }
  }

  /// Moves time on; the alarms go off on their way. Returns how many did.
  @discardableResult
  mutating func advance(by duration: Duration) -> Int {
    let end = state.clock.monotonic + duration
    var count = 0
    while let (alarm, at) = alarms.min(by: { $0.value < $1.value }), at <= end {
      alarms[alarm] = nil
      setTime(max(at, state.clock.monotonic))
      send(.alarm(alarm))
      count += 1
    }
    setTime(end)
    return count
  }

  private mutating func setTime(_ monotonic: Duration) {
    let now = state.clock.now.advanced(by: monotonic - state.clock.monotonic)
    send(.clock(Clock(now: now, monotonic: monotonic)))
  }

  func alarm(_ alarm: Alarm) -> Duration? { alarms[alarm] }

  @discardableResult
  mutating func takeEffects() -> [Effect] {
    defer { effects = [] }
    return effects
  }

  /// What was asked, without alarms and what links and outbox ask.
  mutating func takeVisibleEffects() -> [Effect] {
    takeEffects().filter { effect in
      switch effect {
      case .setAlarm, .cancelAlarm, .link, .outbox, .saveDesk: false
      default: true
      }
    }
  }

  // MARK: What a test looks at

  var order: [DialogID] { state.list.shown }
  var selected: DialogID? { state.list.selection }
  var opened: DialogID? { state.conversation?.dialogID }
  var draft: String { state.openComposer?.text ?? "" }
  var notice: String { state.notice?.text ?? "" }

  func holder(_ id: DialogID) -> Holder? { state.list.entries[id]?.holder }
  func unread(_ id: DialogID) -> Int? { state.list.entries[id]?.unread.count }

  func now(_ seconds: Int = 0) -> Timestamp { Self.start.advanced(by: .seconds(seconds)) }
}

extension Dialog {
  /// A dialog whose last message is a number of minutes old at the start of the test.
  static func make(
    _ id: DialogID, _ state: HandoffState = .none, minutesAgo: Int = 0, manager: UserID? = nil, name: String? = nil,
    last: String = "hello", requestedMinutesAgo: Int? = nil
  ) -> Dialog {
    var dialog = Dialog(id: id, handoffStatus: state)
    dialog.name = name
    dialog.lastMessageText = last
    dialog.lastMessageAt = Console.start.advanced(by: .seconds(-60 * minutesAgo))
    dialog.assignedManagerID = manager
    dialog.handoffRequestedAt = requestedMinutesAgo.map { Console.start.advanced(by: .seconds(-60 * $0)) }
    return dialog
  }

  static func waiting(_ id: DialogID, minutes: Int) -> Dialog {
    make(id, .requested, minutesAgo: minutes, requestedMinutesAgo: minutes)
  }

  static func mine(_ id: DialogID, minutesAgo: Int = 0) -> Dialog {
    make(id, .active, minutesAgo: minutesAgo, manager: Console.me.id)
  }

  static func omars(_ id: DialogID, minutesAgo: Int = 0) -> Dialog {
    make(id, .active, minutesAgo: minutesAgo, manager: Console.omar.id)
  }
}

func page(_ dialogs: [Dialog]) -> ConsoleEvent {
  .dialogsLoaded(Page(items: dialogs, total: dialogs.count, page: 1, limit: 100))
}
