import ConsoleModel
import Testing

@testable import Terminal

@Suite("What is sent beside the frames")
struct ControlSequenceTests {
  private static let plain = TerminalFacts { ["TERM": "xterm-256color"][$0] }
  private static let tmux = TerminalFacts { ["TERM": "tmux-256color", "TMUX": "x"][$0] }
  private static let screen = TerminalFacts { ["TERM": "screen-256color"][$0] }

  @Test(
    "only titles, notices and writes into the clipboard pass",
    arguments: [
      ("\u{07}", true), ("\u{1B}]2;3 waiting - chatai\u{07}", true), ("\u{1B}]9;chatai: #1 asks\u{1B}\\", true),
      ("\u{1B}]777;notify;chatai;#1\u{1B}\\", true), ("\u{1B}]99;i=x:u=2;text\u{1B}\\", true),
      ("\u{1B}]52;c;aGVsbG8=\u{07}", true), ("\u{1B}]52;cp;aGVsbG8=\u{1B}\\", true),
      ("\u{1B}]52;;aGVsbG8=\u{07}", true),
      // Questions, other commands, other strings, modes.
      ("\u{1B}]52;c;?\u{07}", false), ("\u{1B}]11;?\u{07}", false), ("\u{1B}]0;x\u{07}", false),
      ("\u{1B}]8;;http://x/\u{07}", false), ("\u{1B}]1337;File=:AAAA\u{07}", false), ("\u{1B}[2J", false),
      ("\u{1B}[c", false), ("\u{1B}P$qm\u{1B}\\", false), ("\u{1B}Ptmux;\u{1B}\u{1B}]9;x\u{07}\u{1B}\\", false),
      ("\u{1B}c", false), ("text", false), ("", false), ("\u{1B}]", false), ("\u{1B}]2", false),
      ("\u{07}\u{07}", false),
      // A second sequence behind or inside of the first.
      ("\u{1B}]2;x\u{07}\u{1B}[2J", false), ("\u{1B}]2;x\u{07}y\u{07}", false), ("\u{1B}]2;a\u{1B}[31mb\u{07}", false),
      ("\u{1B}]9;a\nb\u{07}", false), ("\u{1B}]2;ü\u{07}", false), ("\u{1B}]2;\u{9C}x\u{07}", false),
      ("\u{1B}]52;c;aGVs;bG8=\u{07}", false), ("\u{1B}]52;c;aGV\u{1B}\u{07}", false),
      ("\u{1B}]52;z;aGVsbG8=\u{07}", false),
      ("\u{1B}]2;unfinished", false), ("\u{1B}]2;unfinished\u{1B}", false),
    ])
  func allowList(text: String, isAllowed: Bool) {
    #expect((ControlSequence(Array(text.utf8)) != nil) == isAllowed)
  }

  @Test("long ones do not pass")
  func bounds() {
    let long = { (count: Int) in String(repeating: "A", count: count) }
    #expect(ControlSequence(Array("\u{1B}]2;\(long(200))\u{07}".utf8)) != nil)
    #expect(ControlSequence(Array("\u{1B}]2;\(long(201))\u{07}".utf8)) == nil)
    #expect(ControlSequence(Array("\u{1B}]52;c;\(long(74_994))\u{07}".utf8)) != nil)
    #expect(ControlSequence(Array("\u{1B}]52;c;\(long(75_001))\u{07}".utf8)) == nil)
  }

  private func sent(_ text: String, on facts: TerminalFacts) -> String? {
    ControlSequence(Array(text.utf8)).map { String(decoding: $0.bytes(on: facts), as: UTF8.self) }
  }

  @Test("multiplexers pass notices on, keep titles, and have a say in the clipboard")
  func envelopes() {
    let notice = "\u{1B}]9;x\u{1B}\\"
    #expect(sent(notice, on: Self.plain) == notice)
    #expect(sent(notice, on: Self.tmux) == "\u{1B}Ptmux;\u{1B}\u{1B}]9;x\u{1B}\u{1B}\\\u{1B}\\")
    #expect(sent(notice, on: Self.screen) == "\u{1B}P\u{1B}]9;x\u{07}\u{1B}\\")
    let title = "\u{1B}]2;x\u{07}"
    for facts in [Self.plain, Self.tmux, Self.screen] {
      #expect(sent(title, on: facts) == title)
      #expect(sent("\u{07}", on: facts) == "\u{07}")
    }
    let copy = "\u{1B}]52;c;QQ==\u{07}"
    #expect(sent(copy, on: Self.plain) == copy)
    #expect(sent(copy, on: Self.tmux) == copy + "\u{1B}Ptmux;\u{1B}\(copy)\u{1B}\\")
    #expect(sent(copy, on: Self.screen) == copy + "\u{1B}P\(copy)\u{1B}\\")
  }

  @Test("what screen takes is in pieces that together are the sequence")
  func pieces() throws {
    let copy = "\u{1B}]52;c;\(String(repeating: "QUJD", count: 1000))\u{07}"
    let bytes = try #require(ControlSequence(Array(copy.utf8))?.bytes(on: Self.screen)).dropFirst(copy.utf8.count)
    let pieces = String(decoding: bytes, as: UTF8.self).split(separator: "\u{1B}\\")
    #expect(pieces.allSatisfy { $0.utf8.count <= 768 })
    #expect(pieces.map { $0.dropFirst(2) }.joined() == copy)
  }

  // MARK: Notices

  private static let waiting = Announcement(kind: .waiting, dialogID: 4821, count: 1, rings: true, pops: true)

  @Test(
    "each terminal has its own notice",
    arguments: [
      ("linux", nil), ("vt100", nil), ("xterm-256color", "\u{1B}]9;chatai: #4821 asks for a human\u{07}"),
      ("foot", "\u{1B}]777;notify;chatai;#4821 asks for a human\u{1B}\\"),
      ("rxvt-unicode", "\u{1B}]777;notify;chatai;#4821 asks for a human\u{1B}\\"),
      ("xterm-kitty", "\u{1B}]99;i=chatai-4821:u=2:o=unfocused;chatai: #4821 asks for a human\u{1B}\\"),
    ] as [(String, String?)])
  func notices(type: String, expected: String?) {
    let facts = TerminalFacts { ["TERM": type][$0] }
    let notice = NoticeEncoder(facts: facts).notice(Self.waiting)
    #expect(notice.map { String(decoding: $0.bytes(on: facts), as: UTF8.self) } == expected)
  }

  @Test("the settings overrule what the terminal seems to be")
  func channels() {
    let linux = TerminalFacts { ["TERM": "linux"][$0] }
    #expect(NoticeEncoder(facts: Self.plain, channel: .none).notice(Self.waiting) == nil)
    for channel in [NoticeEncoder.Channel.osc9, .osc777, .osc99] {
      #expect(NoticeEncoder(facts: linux, channel: channel).notice(Self.waiting) != nil)
    }
  }

  @Test("all announcements can be sent, and titles where there are any")
  func everyAnnouncement() {
    for kind in Announcement.Kind.allCases {
      for count in [1, 3] {
        let announcement = Announcement(kind: kind, dialogID: .max, count: count, rings: true, pops: true)
        for channel in [NoticeEncoder.Channel.osc9, .osc777, .osc99] {
          #expect(NoticeEncoder(facts: Self.plain, channel: channel).notice(announcement) != nil)
        }
      }
    }
    #expect(NoticeEncoder(facts: Self.plain).title("1 waiting - chatai") != nil)
    #expect(NoticeEncoder(facts: Self.plain).title("\u{1B}[31m") == nil)
    #expect(NoticeEncoder(facts: TerminalFacts { ["TERM": "linux"][$0] }).title("x") == nil)
  }
}
