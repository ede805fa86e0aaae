/// Reads a file of scenarios.
struct ScenarioReader {
  /// What is wrong with a file, and where.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let file: String

  /// Reads all scenarios of a file's text. What stands before the first `==` belongs to each of them.
  ///
  /// - Throws: ``Failure`` with file and line.
  static func read(_ text: String, file: String) throws -> [Scenario] {
    let reader = ScenarioReader(file: file)
    var shared = Scenario(file: file, title: "")
    var scenarios: [Scenario] = []
    for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      var line = raw[...]
      while line.first == " " { line = line.dropFirst() }
      if line.isEmpty || line.first == "#" { continue }
      if line.hasPrefix("==") {
        var next = shared
        next.title = String(line.dropFirst(2).drop { $0 == " " })
        scenarios.append(next)
      } else if scenarios.isEmpty {
        try reader.read(line, number: index + 1, into: &shared)
      } else {
        try reader.read(line, number: index + 1, into: &scenarios[scenarios.count - 1])
      }
    }
    return scenarios
  }

  // MARK: Lines

  private func read(_ line: Substring, number: Int, into scenario: inout Scenario) throws {
    var words = Words(rest: line, place: "\(file):\(number)")
    let verb = try words.word()
    switch verb {
    case "tmux": scenario.runsInTerminal = true
    case "still": scenario.isStill = true
    case "mouse": scenario.hasMouse = true
    case "size": scenario.size = try words.size()
    case "server":
      let features = words.remaining.split(separator: " ").map(String.init)
      scenario.features = features == ["part-1"] ? nil : features
    case "dialog": scenario.dialogs.append(try dialog(&words))
    case "why": try change(&scenario, &words) { $0.reason = $1 }
    case "guest": try change(&scenario, &words) { $0.guest = $1 }
    case "canned", "macro": scenario.texts.append((verb, try words.word(), words.text))
    case "message":
      let (id, sender, minutes) = (try words.number(), try words.word(), try words.minutes())
      let text = words.text
      try change(&scenario, id, words.place) { $0.messages.append((sender, minutes, text)) }
    default: scenario.steps.append((number, try step(verb, &words)))
    }
  }

  private func dialog(_ words: inout Words) throws -> Scenario.Scene {
    let id = try words.number()
    let holder: Scenario.Holder =
      switch try words.word() {
      case "ai": .ai
      case "waiting": .waiting
      case "mine": .mine
      case let name: .other(name)
      }
    let minutes = try words.minutes()
    var scene = Scenario.Scene(id: id, holder: holder, minutes: minutes, name: try words.name())
    scene.messages = [("user", minutes, words.text)]
    return scene
  }

  private func change(
    _ scenario: inout Scenario, _ words: inout Words, _ change: (inout Scenario.Scene, String) -> Void
  ) throws {
    let id = try words.number()
    let text = words.text
    try self.change(&scenario, id, words.place) { change(&$0, text) }
  }

  private func change(
    _ scenario: inout Scenario, _ id: Int, _ place: String, _ change: (inout Scenario.Scene) -> Void
  ) throws {
    guard let index = scenario.dialogs.firstIndex(where: { $0.id == id }) else {
      throw Failure(description: "\(place): there is no dialog \(id) above")
    }
    change(&scenario.dialogs[index])
  }

  private func step(_ verb: String, _ words: inout Words) throws -> Scenario.Step {
    switch verb {
    case "keys": return .keys(KeyToken.read(words.remaining))
    case "type": return .type(words.text)
    case "paste": return .paste(words.text)
    case "resize":
      let size = try words.size()
      return .resize(columns: size.columns, rows: size.rows)
    case "focus": return .focus(try words.word() == "in")
    case "click": return .click(try words.textAfterRow(), row: words.row)
    case "wheel": return .wheel(try words.number(), over: words.text)

    case "visitor": return .say(dialog: try words.number(), sender: "user", text: words.text, isTold: true)
    case "ai": return .say(dialog: try words.number(), sender: "assistant", text: words.text, isTold: true)
    case "operator": return .say(dialog: try words.number(), sender: "manager", text: words.text, isTold: true)
    case "system": return .say(dialog: try words.number(), sender: "system", text: words.text, isTold: true)
    case "store": return .say(dialog: try words.number(), sender: "user", text: words.text, isTold: false)
    case "frame": return .frame(dialog: try words.number(), text: words.text)
    case "asks", "takes", "gives", "withdraws": return try handoff(verb, &words, isTold: true)
    case "quietly": return try handoff(try words.word(), &words, isTold: false)
    case "begins": return .begin(try dialog(&words))
    case "down": return .power(false)
    case "up": return .power(true)
    case "answers": return .losesAnswers(try words.word() == "lost")
    case "wait": return .wait(seconds: try words.seconds())

    case "see": return .see(try words.textAfterRow(), row: words.row)
    case "miss": return .miss(try words.textAfterRow(), row: words.row)
    case "count": return .count(try words.number(), words.text)
    case "cursor": return .cursor(words.text)
    case "stored": return .stored(try words.number(), dialog: try words.number(), text: words.text)
    case "draft": return .draft(dialog: try words.number(), text: words.text)
    case "bells": return .bells(try words.number())
    case "quit": return .quit
    default: throw Failure(description: "\(words.place): no step is called “\(verb)”")
    }
  }

  private func handoff(_ verb: String, _ words: inout Words, isTold: Bool) throws -> Scenario.Step {
    let id = try words.number()
    let manager = words.remaining.isEmpty ? nil : words.text
    let states = ["asks": "requested", "takes": "active", "gives": "released", "withdraws": "cancelled"]
    guard let state = states[verb] else { throw Failure(description: "\(words.place): no hand-off is “\(verb)”") }
    return .handoff(dialog: id, state: state, manager: manager, isTold: isTold)
  }
}

/// A line, read word by word.
private struct Words {
  var rest: Substring
  let place: String
  /// The row that `textAfterRow` found.
  private(set) var row: Int?

  init(rest: Substring, place: String) {
    self.rest = rest
    self.place = place
  }

  /// What is left, as it stands.
  var remaining: String { String(rest) }

  /// What is left, with `\n`, `\e`, `\t`, `\\` and `\u{…}` meaning what they mean in Swift (`\e` is ESC).
  var text: String { unescaped(remaining) }

  mutating func word() throws -> String {
    guard !rest.isEmpty else { throw ScenarioReader.Failure(description: "\(place): something is missing at the end") }
    let word = rest.prefix { $0 != " " }
    rest = rest[word.endIndex...].drop { $0 == " " }
    return String(word)
  }

  mutating func number() throws -> Int {
    let word = try word()
    guard let number = Int(word) else { throw ScenarioReader.Failure(description: "\(place): “\(word)” is no number") }
    return number
  }

  mutating func minutes() throws -> Int { try seconds() / 60 }

  /// `90s`, `3m`, `2h`.
  mutating func seconds() throws -> Int {
    let word = try word()
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = word.last.flatMap({ units[$0] }), let number = Int(word.dropLast()) else {
      throw ScenarioReader.Failure(description: "\(place): “\(word)” is no time such as 90s, 3m, 2h")
    }
    return number * unit
  }

  /// `80x24`.
  mutating func size() throws -> (columns: Int, rows: Int) {
    let word = try word()
    let parts = word.split(separator: "x").compactMap { Int($0) }
    guard parts.count == 2 else { throw ScenarioReader.Failure(description: "\(place): “\(word)” is no size") }
    return (parts[0], parts[1])
  }

  /// A name in quotes, or `-` for none.
  mutating func name() throws -> String? {
    guard rest.first == "\"" else {
      _ = try word()
      return nil
    }
    let name = rest.dropFirst().prefix { $0 != "\"" }
    rest = rest[name.endIndex...].dropFirst().drop { $0 == " " }
    return unescaped(String(name))
  }

  /// A text, after `row N` if that stands before it.
  mutating func textAfterRow() throws -> String {
    if rest.hasPrefix("row ") {
      _ = try word()
      row = try number()
    }
    return text
  }

  private func unescaped(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let character = rest.popFirst() {
      guard character == "\\", let code = rest.popFirst() else {
        result.append(character)
        continue
      }
      switch code {
      case "n": result.append("\n")
      case "e": result.append("\u{1B}")
      case "t": result.append("\t")
      case "u":
        let hex = rest.dropFirst().prefix { $0 != "}" }
        rest = rest[hex.endIndex...].dropFirst()
        if let scalar = UInt32(hex, radix: 16).flatMap(Unicode.Scalar.init) { result.unicodeScalars.append(scalar) }
      default: result.append(code)
      }
    }
    return result
  }
}
