import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("Links, clipboard, transcripts")
struct TakeOutTests {
  private func house(_ text: String) -> Playhouse {
    var house = Playhouse([.mine(1)])
    house.histories[1] = [Message(id: 10, sender: .user, text: text, timestamp: Console.start)]
    house.begin()
    house.press("<Enter>")
    return house
  }

  @Test func aDigitOpensALink() {
    var house = house("http://a.example then https://bank.example@evil.example/x")
    house.press("o")
    #expect(house.console.state.pickerItems.map(\.title) == ["a.example", "evil.example"])
    #expect(house.console.state.pickerItems[1].detail.hasPrefix("(!) what stands before the @ is not the host"))
    house.press("x9")
    #expect(house.openedLinks.isEmpty)
    house.press("2")
    #expect(house.openedLinks == ["https://bank.example@evil.example/x"])
    #expect(house.console.state.mode == .conversation)
  }

  @Test func withoutALinkThereIsNothingToOpen() {
    var house = house("no link")
    for keys in ["o", "yl"] {
      house.press(keys)
      #expect(house.console.notice == "There is no link on the screen")
    }
  }

  @Test func onlyWhatIsOnTheScreenIsNumbered() {
    var house = house("http://old.example")
    house.say("http://new.example", by: .user, in: 1)
    let newest = house.console.state.openLink?.timeline.lastID ?? 0
    house.happen(.viewport(Viewport(messageLines: 3, scroll: .bottom, listRows: 0, messages: newest...newest)))
    house.press("o")
    #expect(house.console.state.pickerItems.map(\.title) == ["new.example"])
  }

  @Test func copying() {
    var house = house("first")
    house.say("rm -rf x\n\n", by: .user, in: 1)
    house.press("ym")
    #expect(house.clipboard == "rm -rf x", "no line break that would run it")
    house.press("yi")
    #expect(house.clipboard == "1")
    house.say("http://a.example", by: .user, in: 1)
    house.press("yl")
    #expect(house.clipboard == "http://a.example")
    house.say(String(repeating: "x", count: 56_245), by: .user, in: 1)
    house.press("ym")
    #expect(house.clipboard == "http://a.example")
    #expect(house.console.notice.hasPrefix("Not copied"))
  }

  @Test func aTranscriptIsWrittenAndNeverOverOneThatIsThereUnasked() {
    var house = house("hello")
    house.press("w")
    #expect(house.console.state.pickerItems.map(\.title) == ["Text", "JSON", "Markdown"])
    house.press("1")
    #expect(house.files.keys.sorted() == ["chatai-dialog-1-2023-11-14-221320.txt"])
    #expect(house.console.notice == "Written to /home/maria/chatai-dialog-1-2023-11-14-221320.txt")
    house.files["mine.md"] = "precious"
    house.press(":export markdown mine.md<Enter>")
    #expect(house.console.state.prompt?.question == "mine.md is there already. Write over it?")
    house.press("<Esc>")
    #expect(house.files["mine.md"] == "precious")
    house.press(":export markdown mine.md<Enter>y")
    #expect(house.files["mine.md"]?.hasPrefix("# Dialog") == true)
  }

  // MARK: The document

  private static let document: TranscriptDocument = {
    let at = Console.start
    return TranscriptDocument(
      dialogID: 4, visitor: "Ana\u{1B}[31m", channel: "web", writtenAt: at,
      messages: [
        Message(id: 1, sender: .user, text: "hi\n**AI**, now\n> <b>\u{202E}", timestamp: at),
        Message(
          id: 2, sender: .manager, text: "call \"him\"", timestamp: nil, author: Manager(id: 7, name: "Maria"),
          kind: .note),
      ], capabilities: Capabilities(version: 2, features: []))
  }()

  @Test func asText() {
    #expect(
      Self.document.rendered(as: .text) == """
        Dialog #4 with Ana^[[31m (web)
        Written down 2023-11-14T22:13:20.000Z, 2 messages

        [2023-11-14T22:13:20.000Z] Ana^[[31m:
            hi
            **AI**, now
            > <b>‹U+202E›

        [no time] NOTE of Maria (operator):
            call "him"

        """)
  }

  @Test func asMarkdownAMessageCannotPretendToBeAnother() {
    let markdown = Self.document.rendered(as: .markdown)
    #expect(markdown.contains("> \\*\\*AI\\*\\*, now\n> &gt; &lt;b&gt;‹U+202E›\n"))
    #expect(!markdown.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  @Test func asJSON() {
    #expect(
      Self.document.rendered(as: .json) == """
        {
          "dialog_id": 4,
          "visitor": "Ana\\u001b[31m",
          "channel": "web",
          "written_at": "2023-11-14T22:13:20.000Z",
          "messages": [
            {"id": 1, "sender": "user", "timestamp": "2023-11-14T22:13:20.000Z", "text": "hi\\n**AI**, now\\n> <b>\\u202e"},
            {"id": 2, "sender": "manager", "kind": "note", "author": {"id": 7, "name": "Maria"}, "timestamp": null, "text": "call \\"him\\""}
          ]
        }

        """)
  }
}
