import ChatProtocol
import ConsoleView
import LiveLink

@testable import ConsoleModel

/// A scenario's headless stage: the scripted server, the console, and the screen it draws after every turn, as the
/// program's shell does.
struct Stage {
  private(set) var house: Playhouse
  private(set) var canvas: Canvas
  private var cache = LayoutCache()
  private let theme: Theme
  /// What was wrong with a frame by itself; empty as long as all were sound.
  private(set) var unsound: [String] = []

  init(_ scenario: Scenario, theme: Theme = .dark) {
    self.theme = theme
    let size = Size(columns: scenario.size.columns, rows: scenario.size.rows)
    canvas = Canvas(size)
    house = Playhouse(scenario.dialogs.map(Dialog.init), size: size)
    for scene in scenario.dialogs { house.histories[scene.id] = scene.history }
    house.texts = scenario.texts.map { kind, name, text in
      TextFile(kind == "macro" ? .macro : .canned, name: name, path: "\(name).\(kind)", content: Array(text.utf8))
    }
    house.console.state.settings.mouse = scenario.hasMouse
    house.begin(
      capabilities: scenario.features.map { Capabilities(version: 2, features: Set($0)) } ?? .partOne)
    draw()
  }

  /// The rows of the screen.
  var rows: [String] { canvas.dump() }

  /// Draws a frame, and tells the console what it showed. Between the keys of a step the frames are not looked at.
  mutating func draw(isChecked: Bool = true) {
    let state = house.console.state
    let frame = render(
      state, size: state.size, theme: theme, environment: RenderEnvironment(), cache: &cache)
    canvas = frame.canvas
    if isChecked { check(frame.canvas, state.size) }
    if house.console.state.isNews(frame.viewport) { house.happen(.viewport(frame.viewport)) }
  }

  mutating func resize(_ size: Size) {
    house.happen(.resized(size))
    draw()
  }

  /// Plays a step; nil if it came out as it must, else what is there instead.
  mutating func play(_ step: Scenario.Step) -> String? {
    defer { draw() }
    switch step {
    case .keys(let tokens): press(tokens.map(Key.init))
    case .type(let text): press(text.map(Key.character))
    case .paste(let text): press([.paste(text)])
    case .resize(let columns, let rows): house.happen(.resized(Size(columns: columns, rows: rows)))
    case .click(let text, let row): return point(.press, at: text, row: row)
    case .wheel(let notches, let text):
      for _ in 0..<abs(notches) {
        if let problem = point(notches < 0 ? .wheelUp : .wheelDown, at: text, row: nil) { return problem }
      }
    case .focus(let isIn): house.happen(.key(isIn ? .focusIn : .focusOut))

    case .say(let id, let sender, let text, let isTold):
      if isTold { house.say(text, by: Sender(wireName: sender), in: id) } else { house.store(text, by: .user, in: id) }
    case .frame(let id, let text): house.frame(text, to: id)
    case .handoff(let id, let state, let manager, let isTold):
      house.handoff(
        HandoffState(wireName: state), in: id, manager: manager.map { Manager(id: Scenario.managerID($0), name: $0) },
        tells: isTold)
    case .begin(let scene):
      house.dialogs[scene.id] = Dialog(scene)
      house.histories[scene.id] = scene.history
    case .power(let isOn): if isOn { house.revive() } else { house.kill() }
    case .losesAnswers(let isSo): house.losesAnswers = isSo
    case .wait(let seconds):
      // In steps, so that the screen shows what a clock makes of it.
      let step = seconds > 10 ? 5 : 1
      for _ in 0..<seconds / step {
        house.advance(by: .seconds(step))
        draw()
      }

    default: return judge(step)
    }
    return nil
  }

  private mutating func press(_ keys: [Key]) {
    for key in keys {
      house.happen(.key(key))
      draw(isChecked: false)
    }
  }

  /// The mouse does something over the first cell of a text.
  private mutating func point(_ act: MouseReport.Act, at text: String, row: Int?) -> String? {
    let rows = rows
    let wanted = row.map { $0 < 0 ? rows.count + $0 : $0 - 1 }
    let place = rows.indices.filter { wanted == nil || $0 == wanted }.lazy.compactMap { row in
      rows[row].ranges(of: text).first.map {
        Position(row: row, column: SafeText(String(rows[row][..<$0.lowerBound])).columns)
      }
    }.first
    guard let place else { return "“\(text)” is not on the screen" }
    guard let target = canvas.targets.target(row: place.row, column: place.column) else {
      return "nothing is under “\(text)”"
    }
    house.happen(.pointed(act, at: target))
    draw()
    return nil
  }

  private func judge(_ step: Scenario.Step) -> String? {
    let rows = rows
    switch step {
    case .see(let text, let row):
      return rows.part(row).contains { $0.contains(text) } ? nil : "“\(text)” is not on the screen"
    case .miss(let text, let row):
      return rows.part(row).contains { $0.contains(text) } ? "“\(text)” is on the screen" : nil
    case .count(let count, let text):
      let found = rows.reduce(0) { $0 + $1.occurrences(of: text) }
      return found == count ? nil : "“\(text)” is on the screen \(found) times"
    case .cursor(let text):
      guard let cursor = canvas.cursor else { return text.isEmpty ? nil : "there is no cursor" }
      return !text.isEmpty && rows[cursor.row].contains(text) ? nil : "the cursor is in “\(rows[cursor.row])”"
    case .stored(let count, let id, let text):
      let found = house.histories[id, default: []].count { $0.sender == .manager && $0.text == text }
      return found == count ? nil : "the server has “\(text)” \(found) times"
    case .draft(let id, let text):
      let draft = house.drafts[id] ?? ""
      return draft == text ? nil : "the draft on disk is “\(draft)”"
    case .bells(let count): return house.bells == count ? nil : "the bell has rung \(house.bells) times"
    case .quit: return house.hasQuit ? nil : "the console has not ended"
    default: return "not judged"
    }
  }

  // MARK: What every frame must be

  private mutating func check(_ canvas: Canvas, _ size: Size) {
    guard unsound.isEmpty else { return }
    if canvas.size != size { unsound.append("the canvas is \(canvas.size), the screen \(size)") }
    for row in 0..<size.rows {
      let width = (0..<size.columns).reduce(0) { $0 + canvas[row, $1].glyph.width }
      if width != size.columns { unsound.append("row \(row) of \(size) is \(width) cells wide") }
    }
    for (index, row) in canvas.dump().enumerated() {
      if let scalar = row.unicodeScalars.first(where: \.isForbidden) {
        unsound.append("U+\(String(scalar.value, radix: 16)) is in row \(index)")
      }
    }
    if let cursor = canvas.cursor, !(0..<size.rows ~= cursor.row && 0..<size.columns ~= cursor.column) {
      unsound.append("the cursor is at \(cursor) of \(size)")
    }
  }
}

extension Unicode.Scalar {
  /// What no cell may hold, whoever wrote it.
  fileprivate var isForbidden: Bool {
    switch value {
    case ..<0x20, 0x7F...0x9F, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xE0000...0xE007F: true
    default: false
    }
  }
}

extension [String] {
  /// One row, counted from 1 or from the bottom by negative numbers; all for nil.
  fileprivate func part(_ row: Int?) -> [String] {
    guard let row else { return self }
    let index = row < 0 ? count + row : row - 1
    return indices.contains(index) ? [self[index]] : []
  }
}

extension String {
  fileprivate func occurrences(of text: String) -> Int {
    guard !text.isEmpty else { return 0 }
    return ranges(of: text).count
  }
}

extension Key {
  fileprivate init(_ token: KeyToken) {
    switch token {
    case .character(let character): self = .character(character)
    case .named(let name): self = keys("<\(name)>").first ?? .unknown
    }
  }
}

extension Scenario {
  /// An operator's id: the same for the same name.
  static func managerID(_ name: String) -> UserID {
    name == Console.me.firstName ? Console.me.id : 100 + name.utf8.reduce(0) { ($0 * 31 + Int($1)) % 1000 }
  }
}

extension Dialog {
  fileprivate init(_ scene: Scenario.Scene) {
    self.init(id: scene.id)
    let then = Console.start.advanced(by: .seconds(-60 * scene.minutes))
    name = scene.name
    guestID = scene.guest
    channelType = "web"
    startedAt = then.advanced(by: .seconds(-600))
    lastMessageText = scene.messages.first?.text
    lastMessageAt = then
    handoffReason = scene.reason
    switch scene.holder {
    case .ai: break
    case .waiting:
      handoffStatus = .requested
      handoffRequestedAt = then
    case .mine:
      handoffStatus = .active
      handoffStartedAt = then
      assignedManagerID = Console.me.id
    case .other(let name):
      handoffStatus = .active
      handoffStartedAt = then
      assignedManagerID = Scenario.managerID(name)
    }
  }
}

extension Scenario.Scene {
  /// The messages, oldest first; the first of the script is the newest.
  fileprivate var history: [Message] {
    (messages.dropFirst() + messages.prefix(1)).enumerated().map { index, message in
      Message(
        id: id * 10 + index, sender: Sender(wireName: message.sender), text: message.text,
        timestamp: Console.start.advanced(by: .seconds(-60 * message.minutes)))
    }
  }
}
