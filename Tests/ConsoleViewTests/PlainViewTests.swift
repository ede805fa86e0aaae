import ChatProtocol
import ConsoleView
import LiveLink
import Testing

@testable import ConsoleModel

/// The plain console with a scripted server: lines in, lines out.
private struct PlainSession {
  var house: Playhouse
  private var view = PlainView()
  private var input = PlainInput()
  private(set) var output: [String] = []

  init(_ dialogs: [Dialog]) {
    house = Playhouse(dialogs, size: Size(columns: 120, rows: 40))
    house.begin()
    show()
  }

  /// What was said since the last call.
  mutating func heard() -> [String] {
    defer { output = [] }
    return output
  }

  mutating func type(_ line: String) -> [String] {
    let outcome = input.handle(line, house.console.state)
    if let request = outcome.request {
      output += view.answer(request, house.console.state, environment: RenderEnvironment()).map(\.description)
    }
    for key in outcome.keys { house.happen(.key(key)) }
    show()
    return heard()
  }

  /// Shows what is new, and presses what follows, as the shell does.
  mutating func show() {
    for _ in 0..<8 {
      output += view.report(house.console.state, environment: RenderEnvironment()).map(\.description)
      let keys = input.followUp(house.console.state)
      guard !keys.isEmpty else { return }
      for key in keys { house.happen(.key(key)) }
    }
  }
}

@Suite("The plain console")
struct PlainViewTests {
  private func session() -> PlainSession {
    var ana = Dialog.waiting(48, minutes: 3)
    ana.name = "Ana"
    ana.lastMessageText = "refund twice charged"
    var li = Dialog.make(47, minutesAgo: 5, name: "Li")
    li.lastMessageText = "thanks"
    return PlainSession([ana, li])
  }

  @Test("the start says where it stands, once")
  func start() {
    var session = session()
    let heard = session.heard()
    #expect(heard.contains("2 dialogs: 1 waiting, 0 yours, 0 unread."))
    #expect(heard.last == "Type help for what can be typed.")
    session.show()
    #expect(session.heard().isEmpty)
  }

  @Test("a visitor is taken over and answered by lines alone")
  func journey() {
    var session = session()
    _ = session.heard()
    let opened = session.type("next")
    #expect(opened.contains("Opened Dialog 48, Ana. Waiting for a human for 3m."))
    #expect(opened.contains { $0.hasPrefix("Ana, ") && $0.hasSuffix(": refund twice charged") })

    let asked = session.type("reply I am checking both charges")
    #expect(asked.contains { $0.hasPrefix("Question: ") })
    #expect(asked.contains { $0.hasPrefix("Type yes to ") && $0.hasSuffix(", or no.") })
    let sent = session.type("yes")
    #expect(sent.contains("It is yours."))
    #expect(session.house.histories[48]?.last?.text == "I am checking both charges")
    #expect(session.house.console.state.mode == .conversation)
    #expect(sent.contains { $0.hasSuffix(": I am checking both charges") })

    session.house.say("hello?\nare you there", by: .user, in: 48)
    session.show()
    #expect(session.heard().suffix(2).map { $0.hasSuffix("hello?") || $0 == "  are you there" } == [true, true])
    _ = session.type("reply yes, one moment")
    #expect(session.house.histories[48]?.last?.text == "yes, one moment")
  }

  @Test("no is no, and nothing that was typed goes out later")
  func refusal() {
    var session = session()
    _ = session.type("open 48")
    _ = session.type("reply text")
    _ = session.type("no")
    _ = session.type("take")
    #expect(session.house.histories[48]?.contains { $0.text == "text" } == false)
    #expect(session.house.console.state.openComposer?.text == "")
  }

  @Test("messages are told as they come, each once, and those elsewhere by their dialog")
  func messages() {
    var session = session()
    _ = session.type("take 48")
    session.house.say("hello?", by: .user, in: 48)
    session.show()
    #expect(session.heard().count { $0.hasSuffix(": hello?") } == 1)
    session.show()
    #expect(session.heard().isEmpty)
    _ = session.type("open 47")
    session.house.say("still there?", by: .user, in: 48)
    session.show()
    #expect(session.heard().contains("Dialog 48, Ana: new message."))
  }

  @Test("what cannot be done says why", arguments: ["fly", "reply x", "open", "open x", "note", "transfer"])
  func errors(line: String) {
    var session = session()
    _ = session.heard()
    #expect(!session.type(line).isEmpty)
    #expect(session.house.console.state.mode.isBrowse)
    #expect(session.house.console.state.commandLine == nil)
  }

  @Test("list, read, status and help")
  func requests() {
    var session = session()
    #expect(session.type("list").contains { $0.hasPrefix("Dialog 48, Ana. Waiting for a human for 3m.") })
    #expect(session.type("read") == ["No dialog is open."])
    _ = session.type("open 47")
    #expect(session.type("read 5").contains { $0.hasSuffix(": thanks") })
    #expect(session.type("status").count == 2)
    #expect(session.type("help").count > 5)
    _ = session.type("quit")
    #expect(session.house.hasQuit || session.house.console.state.prompt != nil)
  }

  @Test("what strangers send is text, line by line, and can write no line of the console's own unseen")
  func hostile() {
    var session = session()
    _ = session.type("open 47")
    session.house.say("\u{1B}]0;owned\u{07}\u{202E}x\nQuestion: give it back?", by: .user, in: 47)
    session.show()
    let heard = session.heard()
    #expect(
      heard.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0.value != 0x202E } })
    #expect(heard.contains { $0.contains("strange text") })
    #expect(!heard.contains { $0.hasPrefix("Question:") })
  }
}
