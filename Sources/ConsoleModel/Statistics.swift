public import ChatProtocol

/// What this console has seen of the shop's last hour, minute by minute. It counts from when the console began to
/// listen, and says so: a console knows nothing of what went by before.
public struct Statistics: Hashable, Sendable {
  /// A minute.
  public struct Minute: Hashable, Sendable {
    /// How many minutes since 1970 began before it.
    public let number: Int64
    /// The longest that the queue was.
    public internal(set) var queue = 0
    /// Messages of visitors.
    public internal(set) var visitors = 0
    /// Answers of the AI.
    public internal(set) var assistant = 0
    /// Answers of operators.
    public internal(set) var operators = 0

    /// All messages.
    public var messages: Int { visitors + assistant + operators }
  }

  /// A wait that ended with an operator.
  struct Wait: Hashable, Sendable {
    let at: Timestamp
    let length: Duration
  }

  /// An operator's answer.
  private struct Answer: Hashable, Sendable {
    let at: Timestamp
    let by: UserID
  }

  /// Since when it counts; nil until the first list was read.
  public private(set) var since: Timestamp?
  private var minutes: [Minute] = []
  private var waits: [Wait] = []
  private var answers: [Answer] = []

  /// How far back it looks.
  public static let window: Int64 = 60
  private static let waitLimit = 2000
  private static let answerLimit = 20_000

  /// Nothing seen yet.
  public init() {}

  // MARK: Counting

  /// Begins to count; nothing if it does already.
  mutating func begin(at now: Timestamp) {
    if since == nil { since = now }
  }

  /// Notes how long the queue is.
  mutating func noteQueue(_ length: Int, at now: Timestamp) {
    guard since != nil else { return }
    change(now) { $0.queue = max($0.queue, length) }
  }

  /// Counts a message that has just come in.
  mutating func noteMessage(by sender: Sender, at now: Timestamp) {
    guard since != nil else { return }
    switch sender {
    case .user: change(now) { $0.visitors += 1 }
    case .assistant: change(now) { $0.assistant += 1 }
    case .manager: change(now) { $0.operators += 1 }
    case .system, .other: break
    }
  }

  /// Notes a wait that ended with an operator.
  mutating func noteWait(_ length: Duration, at now: Timestamp) {
    waits.append(Wait(at: now, length: length))
    if waits.count > Self.waitLimit { waits.removeFirst(Self.waitLimit / 10) }
  }

  /// Notes who has answered.
  mutating func noteAnswer(by operatorID: UserID, at now: Timestamp) {
    guard since != nil else { return }
    answers.append(Answer(at: now, by: operatorID))
    if answers.count > Self.answerLimit { answers.removeFirst(Self.answerLimit / 10) }
  }

  private mutating func change(_ now: Timestamp, _ change: (inout Minute) -> Void) {
    let number = Self.number(of: now)
    if minutes.last?.number != number {
      // A clock that was set back goes on in the newest minute.
      if let last = minutes.last, number < last.number {
        return change(&minutes[minutes.count - 1])
      }
      minutes.append(Minute(number: number))
      if minutes.count > Int(Self.window) * 2 { minutes.removeFirst(Int(Self.window)) }
    }
    change(&minutes[minutes.count - 1])
  }

  private static func number(of moment: Timestamp) -> Int64 {
    let seconds = moment.seconds
    return seconds >= 0 ? seconds / 60 : (seconds - 59) / 60
  }

  // MARK: Looking

  /// The minutes up to now, oldest first; a minute in which nothing happened has the queue of the one before. As many
  /// as are asked for, or as have been counted.
  public func last(_ count: Int, at now: Timestamp) -> [Minute] {
    guard let since, count > 0 else { return [] }
    let end = Self.number(of: now)
    let start = max(end - Int64(min(count, Int(Self.window))) + 1, min(Self.number(of: since), end))
    var queue = minutes.last { $0.number < start }?.queue ?? 0
    var index = minutes.firstIndex { $0.number >= start } ?? minutes.endIndex
    return (start...max(start, end)).map { number in
      if index < minutes.endIndex, minutes[index].number == number {
        defer { index += 1 }
        queue = minutes[index].queue
        return minutes[index]
      }
      var quiet = Minute(number: number)
      quiet.queue = queue
      return quiet
    }
  }

  /// How many answers each operator has given in the last hour.
  public func answers(at now: Timestamp) -> [UserID: Int] {
    var counts: [UserID: Int] = [:]
    for answer in answers.reversed() {
      guard now.duration(since: answer.at) <= .seconds(60 * Self.window) else { break }
      counts[answer.by, default: 0] += 1
    }
    return counts
  }

  /// The waits of the last hour that ended with an operator: how many, and the one that half and nine of ten of them
  /// did not exceed; nil for none.
  public func waits(at now: Timestamp) -> (count: Int, median: Duration, p90: Duration)? {
    let hour = waits.filter { now.duration(since: $0.at) <= .seconds(60 * Self.window) }.map(\.length).sorted()
    guard !hour.isEmpty else { return nil }
    func quantile(_ part: Int) -> Duration { hour[min(hour.count - 1, (hour.count * part + 99) / 100 - 1)] }
    return (hour.count, quantile(50), quantile(90))
  }
}

/// What an operator has on their hands, as far as this console knows.
public struct OperatorLoad: Hashable, Sendable, Identifiable {
  /// The operator's account.
  public let id: UserID
  /// The name; raw text.
  public let name: String?
  /// Whether it is the operator at this console.
  public let isMe: Bool
  /// How many dialogs they have.
  public let dialogs: Int
  /// How many they may have; nil where the server does not say.
  public let capacity: Int?
  /// In how many of them the visitor wrote last.
  public let unanswered: Int
  /// How many answers they have given in the last hour, as far as this console has seen.
  public let answers: Int
  /// Whether they are there; nil where the server does not say.
  public let status: OperatorStatus?

  /// The filter that narrows the list to what they have; it knows names by a word.
  public var filter: String {
    if isMe { return "is:mine" }
    let word = name?.lowercased().split(whereSeparator: \.isWhitespace).first
    return word.map { "holder:\($0)" } ?? "is:others"
  }
}

extension ConsoleState {
  /// The operators who are there, have dialogs or have answered, and this one; the busiest first.
  public var operatorLoads: [OperatorLoad] {
    var counts: [UserID: (name: String?, dialogs: Int, unanswered: Int)] = [:]
    let me = session.account?.id ?? 0
    counts[me] = (session.operatorName, 0, 0)
    for id in list.mineByUrgency + list.heldByUrgency {
      guard let entry = list.entries[id] else { continue }
      let (owner, name): (UserID, String?) =
        switch entry.holder {
        case .other(let manager?): (manager.id, manager.name)
        case .other(nil): (-1, nil)
        default: (me, session.operatorName)
        }
      var count = counts[owner] ?? (name, 0, 0)
      count.name = count.name ?? name
      count.dialogs += 1
      if entry.lastLine?.sender == .user { count.unanswered += 1 }
      counts[owner] = count
    }
    let answers = statistics.answers(at: clock.now)
    let known = Dictionary(team.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for colleague in team where colleague.status != .offline || answers[colleague.id] != nil {
      counts[colleague.id] = counts[colleague.id] ?? (colleague.name, 0, 0)
    }
    for id in answers.keys where counts[id] == nil { counts[id] = (known[id]?.name, 0, 0) }
    return counts.map { id, count in
      let colleague = known[id]
      return OperatorLoad(
        id: id, name: count.name ?? colleague?.name, isMe: id == me,
        // The list may not have been read so far down; the server counts all.
        dialogs: max(count.dialogs, colleague?.dialogs ?? 0), capacity: colleague?.capacity,
        unanswered: count.unanswered, answers: answers[id] ?? 0,
        status: id == me && session.capabilities.hasPresence ? status : colleague?.status)
    }.sorted { ($1.dialogs, $1.answers, $0.id) < ($0.dialogs, $0.answers, $1.id) }
  }

  // MARK: The two screens

  /// Shows a screen, or the desk again.
  mutating func show(_ screen: Screen) {
    details = nil
    dashboardTop = 0
    self.screen = self.screen == screen ? .desk : screen
    // Events tell who comes and goes; how many dialogs each may have only the team does.
    if self.screen == .dashboard, session.capabilities.hasPresence { emit(.loadTeam) }
  }

  /// Moves in the screen that is shown.
  mutating func moveScreen(by lines: Int) {
    guard screen == .dashboard else { return moveMonitor(by: lines) }
    dashboardTop = min(max(0, dashboardTop.addingClamped(lines)), max(0, Self.dashboardRows - size.rows + 2))
  }

  /// The rows that the dashboard needs: on a screen with fewer it is scrolled.
  public static let dashboardRows = 22

  /// Moves the cursor of the monitor; below the newest line it follows again.
  mutating func moveMonitor(by lines: Int) {
    let entries = monitored
    guard !entries.isEmpty else { return }
    let index = monitor.selection.flatMap { id in entries.firstIndex { $0.id >= id } } ?? entries.count - 1
    let next = min(max(0, index.addingClamped(lines)), entries.count - 1)
    monitor.selection = next == entries.count - 1 && lines > 0 ? nil : entries[next].id
  }

  /// Opens the dialog of the line under the cursor.
  mutating func openMonitored() {
    let entries = monitored
    let entry = monitor.selection.flatMap { id in entries.first { $0.id >= id } } ?? entries.last
    guard let entry else { return say(.info, "Nothing has happened yet") }
    guard list.entries[entry.dialogID] != nil else {
      emit(.loadDialog(entry.dialogID))
      return say(.warning, "#\(entry.dialogID) is not in the list: asking for it, try again")
    }
    open(entry.dialogID)
  }

  /// Shows the next kind of lines only, and after the last kind all again.
  mutating func filterMonitor() {
    let kinds = HandoffLog.Kind.allCases
    let index = monitor.only.flatMap(kinds.firstIndex(of:)).map { $0 + 1 } ?? 0
    monitor.only = index < kinds.count ? kinds[index] : nil
    monitor.selection = nil
  }
}
