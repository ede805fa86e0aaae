import ChatProtocol
import ConsoleModel
import ConsoleView

/// What a key costs in a list of many dialogs: the console's own `update` and `render`, as its shell calls them, without
/// a terminal and without a server.
///
///     swift run -c release console-list-bench [DIALOGS]
@main
enum ConsoleListBenchmark {
  static func main() {
    let count = Swift.CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 100_000
    var desk = Desk(dialogs: count)
    let filling = ContinuousClock().measure { desk.fill() }
    print("\(count) dialogs, \(filling / (count / 100)) for each page of 100 on the average")
    print("| | p50 | p99 | longest |")
    print("|---|---|---|---|")
    desk.measure("a key that moves the cursor, and its frame", 2000) { $0.press(.character("j")) }
    desk.measure("a screen down", 500) { $0.press(.pageDown) }
    desk.measure("the list's end and its beginning in turn", 200) { $0.press($1 % 2 == 0 ? .character("G") : .home) }
    desk.press(.escape)
    desk.measure("a message for a dialog anywhere, and its frame", 2000) { $0.receive($1) }
    desk.press(.character("f"))
    for word in ["visitor 77", "#4", "parcel", "is:ai order"] {
      desk.measureFilter(word)
    }
  }
}

/// The console of an operator with many dialogs.
private struct Desk {
  private var state: ConsoleState
  private var cache = LayoutCache()
  private var canvas: Canvas
  private let count: Int
  private var alarms: Set<Alarm> = []
  private let size = Size(columns: 120, rows: 40)
  private static let start = Timestamp(milliseconds: 1_700_000_000_000)

  init(dialogs: Int) {
    count = dialogs
    state = ConsoleState(
      session: Session(profile: "bench", serverName: "bench"), size: size,
      clock: Clock(now: Self.start, monotonic: .zero), seed: 1)
    canvas = Canvas(size)
  }

  /// Reads all pages, as an operator does who scrolls to the very end.
  mutating func fill() {
    turn(.signedIn(Account(id: 1, email: "bench@example.org", role: "admin", firstName: "Bench"), .partOne))
    var limit = count / 50 + 100
    while let page = wanted, limit > 0 {
      limit -= 1
      wanted = nil
      turn(.dialogsLoaded(self.page(page)))
      turn(.queueLoaded([]))
      if wanted == nil { press(.character("G")) }
    }
    press(.home)
    press(.escape)
  }

  private var wanted: Int?

  private func page(_ number: Int) -> Page<Dialog> {
    let first = count - (number - 1) * 100
    let items = stride(from: first, to: max(0, first - 100), by: -1).map { id in
      var dialog = Dialog(id: id)
      dialog.name = "Visitor \(id)"
      dialog.lastMessageText = ["where is my parcel?", "thank you", "I have a question about an order"][id % 3]
      dialog.lastMessageAt = Self.start.advanced(by: .seconds(id - count))
      return dialog
    }
    return Page(items: items, total: count, page: number, limit: 100)
  }

  /// An event and the frame that follows from it, as the shell has them.
  mutating func turn(_ event: ConsoleEvent) {
    handle(event)
    let frame = render(state, size: size, theme: .dark, environment: RenderEnvironment(), cache: &cache)
    _ = frame.canvas.diff(from: canvas)
    canvas = frame.canvas
    handle(.viewport(frame.viewport))
  }

  private mutating func handle(_ event: ConsoleEvent) {
    for effect in update(&state, event) {
      switch effect {
      case .loadDialogs(let page, _): wanted = page
      case .setAlarm(let alarm, _): alarms.insert(alarm)
      case .cancelAlarm(let alarm): alarms.remove(alarm)
      default: break
      }
    }
  }

  mutating func press(_ key: Key) { turn(.key(key)) }

  /// A dialog's last line changes.
  mutating func receive(_ index: Int) {
    var dialog = Dialog(id: 1 + (index * 7919) % count)
    dialog.name = "Visitor \(dialog.id)"
    dialog.lastMessageText = "news \(index)"
    dialog.lastMessageAt = Self.start.advanced(by: .seconds(index))
    turn(.dialogLoaded(dialog))
  }

  // MARK: Measuring

  mutating func measure(_ name: String, _ times: Int, _ body: (inout Desk, Int) -> Void) {
    var laps: [Duration] = []
    let clock = ContinuousClock()
    for index in 0..<times { laps.append(clock.measure { body(&self, index) }) }
    report(name, laps)
  }

  mutating func measure(_ name: String, _ times: Int, _ body: (inout Desk) -> Void) {
    measure(name, times) { desk, _ in body(&desk) }
  }

  /// Types a filter key by key, with the turns in which the rest of the list is looked at, and drops it again.
  mutating func measureFilter(_ word: String) {
    var keys: [Duration] = []
    var steps: [Duration] = []
    let clock = ContinuousClock()
    let whole = clock.measure {
      for character in word {
        keys.append(clock.measure { press(.character(character)) })
        while alarms.remove(.filter) != nil { steps.append(clock.measure { turn(.alarm(.filter)) }) }
      }
    }
    report("filter “\(word)”: a key", keys)
    report("filter “\(word)”: a turn that goes on looking (\(whole) in all, \(state.list.shown.count) found)", steps)
    press(.control("u"))
  }

  private func report(_ name: String, _ laps: [Duration]) {
    let sorted = laps.sorted()
    guard let longest = sorted.last else { return }
    func milliseconds(_ duration: Duration) -> String {
      let microseconds = duration.components.attoseconds / 1_000_000_000_000 + duration.components.seconds * 1_000_000
      let fraction = String(1000 + microseconds % 1000).dropFirst()
      return "\(microseconds / 1000).\(fraction) ms"
    }
    let p99 = sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
    print("| \(name) | \(milliseconds(sorted[sorted.count / 2])) | \(milliseconds(p99)) | \(milliseconds(longest)) |")
  }
}
