import ChatProtocol
import ConsoleModel
import Foundation
import Testing

@testable import Headless

private let local = LocalMoment { _ in 3600 }

@Suite("What commands print")
struct OutputTests {
  // MARK: Names

  @Test func `A command that the console has is called the same, and says the same of itself`() throws {
    for command in HeadlessCommand.allCases {
      #expect(!command.help.isEmpty, "\(command)")
      guard let id = command.verb else {
        #expect(VerbID(rawValue: command.name) == nil, "\(command.name) is a verb: it needs its line of help")
        continue
      }
      let verb = try #require(Verb.all.first { $0.id == id })
      #expect(command.name == id.rawValue)
      #expect(verb.help.hasPrefix(command.help))
    }
    let names = HeadlessCommand.allCases.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count)
  }

  @Test func `What others see something of is refused with --read-only, by the verbs' table`() {
    let writing: Set<HeadlessCommand> = [
      .reply, .takeover, .release, .requeue, .transfer, .request, .cancel, .online, .away, .webSocket, .macro,
    ]
    for command in HeadlessCommand.allCases {
      #expect(command.writes == writing.contains(command), "\(command)")
      if let id = command.verb, ![.canned, .macro].contains(command) {
        #expect(Verb.all.first { $0.id == id }?.writes == command.writes)
      }
      #expect((command.readOnlyRefusal == nil) == !command.writes)
      let refusal = command.readOnlyRefusal ?? command.name
      #expect(refusal.hasPrefix(command.name) && !refusal.contains("\n"))
    }
  }

  // MARK: JSON

  @Test func `JSON has no character that could do anything, and says the same`() throws {
    let text = "a\u{1B}[2J\u{7F}\u{9B}31m\u{202E}b\u{2066}\u{200B}\u{FEFF}\u{E0041}\u{2028}\n\t\"\\ é 漢 🎉\u{AD}\u{E000}"
    let line = try JSONText.line(["text": text])
    #expect(
      line.unicodeScalars.allSatisfy {
        $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value)
          && ![.format, .lineSeparator, .privateUse].contains($0.properties.generalCategory)
      })
    #expect(line.contains("\\u202e") && line.contains("\\u009b") && line.contains("é 漢 🎉"))
    #expect(try JSONDecoder().decode([String: String].self, from: Data(line.utf8))["text"] == text)
    #expect(!line.contains("\n"))
  }

  // MARK: The list

  @Test func `Who waits is first, the longest wait at the top; then mine; then the rest by activity`() {
    let dialogs = [
      dialog(1, .none, last: 500), dialog(2, .requested, at: 100, last: 100),
      dialog(3, .active, at: 1, last: 50, manager: 7),
      dialog(4, .requested, at: 90, last: 400), dialog(5, .active, at: 1, last: 900, manager: 8), dialog(6, .none),
    ]
    let entries = inOrderOfNeed(dialogs.map { DialogEntry($0, account: 7) })
    #expect(entries.map(\.id) == [4, 2, 3, 5, 1, 6])
  }

  @Test func `Rows are aligned, kept within the terminal, and hostile names are text`() {
    var hostile = dialog(4821, .requested, at: 0, last: 0, text: "line one\nline two \u{1B}[2J")
    hostile.name = "Ана \u{202E}evil"
    var other = dialog(7, .none, last: 60, text: "漢字漢字漢字漢字漢字漢字")
    other.name = "Bo"
    let entries = [hostile, other].map { DialogEntry($0, account: 1) }
    let lines = DialogTable.lines(entries, columns: nil, now: moment(125), local: local)
    #expect(lines[0] == "#4821  waiting  for 2m            Ана ‹U+202E›evil  line one↵line two ^[[2J")
    #expect(lines[1].hasPrefix("#7     ai       2023-11-14 23:14  Bo"))
    for line in DialogTable.lines(entries, columns: 40, now: moment(125), local: local) {
      #expect(PlainText.line(line, columns: 40) == line)
    }
  }

  @Test func `The queue fills in what a list leaves out`() {
    let queued = QueueEntry(dialogID: 1, requestedAt: moment(5), lastUserText: "help")
    let entry = DialogEntry(dialog(1), account: 1, queued: queued)
    #expect(entry.holder == .nobodyYet(since: moment(5)))
    #expect(entry.lastLine?.text == "help")
    #expect(DialogEntry(dialog(1, .active, manager: 1), account: 1, queued: queued).holder == .me)
  }

  // MARK: Transcripts

  @Test func `A transcript in its forms`() throws {
    var shown = dialog(4, .active, at: 9, manager: 7)
    shown.name = "Ana *Petrova*"
    let messages = [
      message(1, at: 0, "# hello\n<b>you</b>"),
      Message(id: 2, sender: .manager, text: "5 &lt; 6", timestamp: moment(1), author: Manager(id: 7, name: "Olga")),
      Message(id: 3, sender: .manager, text: "inner", timestamp: nil, kind: .note),
    ]
    let transcript = Transcript(dialog: shown, messages: messages, capabilities: .partOne)
    #expect(
      try transcript.rendered(as: .text, local: local) == """
        #4 Ana *Petrova*, with operator 7
        2023-11-14 23:13:20 Ana *Petrova*: # hello
            <b>you</b>
        2023-11-14 23:13:21 Olga: 5 < 6
        - operator (note): inner

        """)
    let markdown = try transcript.rendered(as: .md, local: local)
    #expect(markdown.contains("**Ana \\*Petrova\\***"))
    #expect(markdown.contains("> \\# hello\n> \\<b\\>you\\</b\\>\n"))
    let json = try JSONSerialization.jsonObject(with: Data(try transcript.rendered(as: .json, local: local).utf8))
    #expect(((json as? [String: Any])?["messages"] as? [Any])?.count == 3)
  }

  @Test func `Times from anywhere have a text`() {
    for milliseconds in [Int64.min, -1, 0, .max] {
      #expect(local.seconds(Timestamp(milliseconds: milliseconds)).count == 19)
    }
    #expect([0, 119, 120, 7199, 7200, 200_000].map { span(.seconds($0)) } == ["0s", "119s", "2m", "119m", "2h", "2d"])
  }

  // MARK: The status line

  @Test func `A status line has its numbers, or a question mark`() {
    let queue = [QueueEntry(dialogID: 1, requestedAt: moment(0)), QueueEntry(dialogID: 2, waitTimeMinutes: 1)]
    let busy = StatusSummary(queue: queue, mine: [dialog(3, .active)], at: moment(190))
    #expect(busy.line(StatusSummary.plainFormat) == "2 waiting 3m 1 mine")
    #expect(busy.tmuxLine == "#[fg=red,bold]2 waiting 3m#[default] 1 mine")
    #expect(busy.line("{waiting}/{mine} {nothing} %") == "2/1 {nothing} %")
    let quiet = StatusSummary(queue: [], mine: [], at: moment(0))
    #expect(quiet.tmuxLine == "0 waiting 0 mine")
    #expect(StatusSummary.unreachable(at: moment(0)).line("{waiting}") == "?")
    #expect(StatusSummary.unreachable(at: moment(0)).tmuxLine == "?")
  }

  // MARK: Watch records

  @Test func `A record as a line and as JSON`() throws {
    let event = WatchEvent(dialogID: 4, content: .message(message(35, at: 0, "two\nlines \u{9B}")), visitor: "Ana")
    let record = WatchRecord(event: event, cursor: "1~abc~")
    #expect(record.line(local: local, now: moment(0)) == "2023-11-14 23:13:20 #4 Ana: two↵lines ‹U+009B›")
    #expect(
      try JSONText.line(record)
        == #"{"cursor":"1~abc~","dialog_id":4,"message":{"id":35,"sender":"user","text":"two\nlines \u009b","timestamp":"2023-11-14T22:13:20.000Z"},"type":"message","visitor":"Ana"}"#
    )
    let handoff = WatchEvent(dialogID: 4, content: .handoff(.active, Manager(id: 7, name: nil), reason: nil))
    #expect(
      WatchRecord(event: handoff, cursor: "").line(local: local, now: moment(0)).hasSuffix("#4 * handed to operator 7"))
  }

  // MARK: Statuses

  @Test func `Statuses have numbers of their own, and a failed call has one`() {
    #expect(Headless.ExitStatus.allCases.map(\.rawValue) == Array(0...7))
    let failures: [(APIFailure, Headless.ExitStatus, Headless.ExitStatus)] = [
      (.unreachable(""), .unreachable, .unreachable), (.noAnswer(""), .unknown, .unreachable),
      (.unauthorized, .signedOut, .signedOut), (.forbidden(ErrorDetail("")), .refused, .refused),
      (.conflict(ErrorDetail("")), .refused, .refused), (.server(status: 500, ErrorDetail("")), .unknown, .failure),
      (.tooManyRequests(retryAfter: nil), .unreachable, .unreachable), (.malformed(""), .unknown, .failure),
    ]
    for (failure, writing, reading) in failures {
      #expect(Headless.ExitStatus(failure) == writing)
      #expect(Headless.ExitStatus(reading: failure) == reading)
    }
  }

  // MARK: Frames

  @Test func `Bytes in hexadecimal and back`() {
    #expect(FrameText.bytes(hex: "de AD be:ef,00 0x7f") == [0xDE, 0xAD, 0xBE, 0xEF, 0, 0x7F])
    #expect(FrameText.bytes(hex: "") == [])
    for bad in ["d", "xy", "0x", "dé", "12 3"] { #expect(FrameText.bytes(hex: bad) == nil) }
    #expect(FrameText.hex([0, 255, 16]) == "00 ff 10")
    #expect(
      FrameText.dump(Array("Hello, \u{1B}[2J world!".utf8)) == [
        "000000  48 65 6c 6c 6f 2c 20 1b 5b 32 4a 20 77 6f 72 6c  Hello, .[2J worl",
        "000010  64 21                                            d!",
      ])
  }
}
