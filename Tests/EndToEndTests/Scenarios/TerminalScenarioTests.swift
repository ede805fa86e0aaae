import Foundation
import Testing

/// The scenarios of `Tests/Scenarios` that say `tmux`, with the real program in a real terminal. Headless, on the
/// canvas, all of them are played; here it is proven that terminal, sockets, HTTP and disk do the same.
@Suite("Scenarios in a terminal", .serialized, .timeLimit(.minutes(3)))
struct TerminalScenarioTests {
  @Test(arguments: Scenario.inTerminal)
  func scenario(_ scenario: Scenario) async throws {
    let stage = try await TerminalStage(scenario)
    for (line, step) in scenario.steps {
      do {
        try await stage.play(step)
      } catch {
        throw EndToEndFailure("\(scenario.file).scenario:\(line): \(error)")
      }
    }
  }
}

/// The real program against the scripted server.
private struct TerminalStage {
  private let home: TemporaryDirectory
  private let server: PartOneServer
  private let console: ConsoleScreen

  init(_ scenario: Scenario) async throws {
    home = try TemporaryDirectory("chatai-e2e-scenario")
    server = try PartOneServer()
    try await server.control("reset", try World(scenario).json)
    _ = try Child.require(
      Programs.console, ["login", "--server", server.url, "--email", PartOneServer.email, "--password-stdin"],
      input: PartOneServer.password + "\n", environment: ConsoleScreen.environment(home: home))
    for (kind, name, text) in scenario.texts {
      let folder = "\(home.path)/config/chatai/\(kind == "macro" ? "macros" : "canned")"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name).\(kind == "macro" ? "toml" : "md")"))
    }
    console = try await ConsoleScreen(columns: scenario.size.columns, rows: scenario.size.rows, home: home)
    try await console.wait(for: "the list") { $0.contains("online") && !$0.contains("Reading the dialogs") }
  }

  func play(_ step: Scenario.Step) async throws {
    switch step {
    case .keys(let tokens):
      for token in tokens { try await press(token) }
    case .type(let text): try console.type(text)
    case .paste(let text): try console.paste(text)
    case .resize(let columns, let rows): try console.resize(columns: columns, rows: rows)
    case .say(let id, let sender, let text, let isTold):
      try await server.control("\(isTold ? "say" : "store")?dialog=\(id)&sender=\(sender)", text)
    case .frame(let id, let text): try await server.control("raw?dialog=\(id)", text)
    case .handoff(let id, let state, let manager, let isTold):
      let body = try manager.map { try json(World.Manager(name: $0)) } ?? ""
      try await server.control("handoff?dialog=\(id)&state=\(state)&tells=\(isTold ? 1 : 0)", body)
    case .begin(let scene): try await server.control("begin", try json(World.Dialog(scene)))
    case .power(let isOn): try await server.control(isOn ? "up" : "down")
    // It passes by itself: what must be true then is waited for.
    case .wait: break

    case .see(let text, let row):
      try await wait(for: "“\(text)”\(row.map { " in row \($0)" } ?? "")") {
        $0.part(row).contains { $0.contains(text) }
      }
    case .miss(let text, let row):
      try await wait(for: "“\(text)” to be gone") { !$0.part(row).contains { $0.contains(text) } }
    case .count(let count, let text):
      try await wait(for: "“\(text)” \(count) times") {
        $0.reduce(0) { $0 + $1.components(separatedBy: text).count - 1 } == count
      }
    case .cursor(let text):
      let console = console
      try await wait(for: "“\(text)” in the cursor's row") { rows in
        // The cursor may have to move first.
        (try? console.cursorRow()).map { rows.indices.contains($0) && rows[$0].contains(text) } ?? false
      }
    case .stored(let count, let id, let text):
      let server = server
      try await eventually("the server does not have “\(text)” \(count) times") {
        try await server.storedReplies(in: id).count { $0 == text } == count ? true : nil
      }
    case .quit:
      try await eventually("the console has not ended") { try console.exitStatus() }
    case .focus, .click, .wheel, .losesAnswers, .draft, .bells:
      throw EndToEndFailure("this step is for the canvas only")
    }
  }

  private func wait(for what: String, where condition: @escaping ([String]) -> Bool) async throws {
    try await console.wait(within: .seconds(60), for: what) {
      condition($0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }
  }

  private func press(_ token: KeyToken) async throws {
    switch token {
    case .character(let character): try console.type(String(character))
    case .named("Esc"):
      // With the next key right behind it, it would be Alt.
      try console.press("Escape")
      try await Task.sleep(for: .milliseconds(150))
    case .named(let name): try console.press(Self.names[name] ?? name.replacing("A-", with: "M-"))
    }
  }

  /// Where tmux calls a key by another name.
  private static let names = ["S-Tab": "BTab", "BS": "BSpace", "Del": "DC", "PgUp": "PPage", "PgDn": "NPage"]
}

/// A scenario's world, as the Python server reads it.
private struct World: Encodable {
  struct Manager: Encodable {
    let id: Int
    let name: String

    init(name: String) {
      self.name = name
      id = 100 + name.utf8.reduce(0) { ($0 * 31 + Int($1)) % 1000 }
    }
  }

  struct Account: Encodable {
    let id = 7
    let email = "maria@shop.example"
    let role = "admin"
    let first_name = "Maria"
  }

  struct Message: Encodable {
    let sender: String
    let minutes: Int
    let text: String
  }

  struct Dialog: Encodable {
    let id: Int
    let state: String
    let minutes: Int
    let name: String?
    let guest: String?
    let reason: String?
    let manager: Int?
    let messages: [Message]

    init(_ scene: Scenario.Scene) {
      id = scene.id
      minutes = scene.minutes
      name = scene.name
      guest = scene.guest
      reason = scene.reason
      switch scene.holder {
      case .ai: (state, manager) = ("none", nil)
      case .waiting: (state, manager) = ("requested", nil)
      case .mine: (state, manager) = ("active", Account().id)
      case .other(let name): (state, manager) = ("active", Manager(name: name).id)
      }
      messages = (scene.messages.dropFirst() + scene.messages.prefix(1))
        .map { Message(sender: $0.sender, minutes: $0.minutes, text: $0.text) }
    }
  }

  let features: [String]?
  let plain = true
  let account = Account()
  let dialogs: [Dialog]

  init(_ scenario: Scenario) {
    features = scenario.features
    dialogs = scenario.dialogs.map(Dialog.init)
  }

  var json: String { get throws { try EndToEndTests.json(self) } }
}

private func json(_ value: some Encodable) throws -> String {
  String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
}

extension [String] {
  /// One row, counted from 1 or from the bottom by negative numbers; all for nil.
  fileprivate func part(_ row: Int?) -> [String] {
    guard let row else { return self }
    let index = row < 0 ? count + row : row - 1
    return indices.contains(index) ? [self[index]] : []
  }
}

extension Scenario: CustomTestStringConvertible {
  var testDescription: String { "\(file): \(title)" }

  /// Those that are for a terminal too.
  static let inTerminal: [Scenario] = {
    let directory = Programs.repository.appending(path: "Tests/Scenarios")
    do {
      return try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        .filter { $0.hasSuffix(".scenario") }
        .flatMap { name in
          let text = String(decoding: try Data(contentsOf: directory.appending(path: name)), as: UTF8.self)
          return try ScenarioReader.read(text, file: String(name.dropLast(".scenario".count)))
        }
        .filter(\.runsInTerminal)
    } catch {
      fatalError("the scenarios cannot be read: \(error)")
    }
  }()
}
