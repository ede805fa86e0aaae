import ConsoleModel
import Testing

@testable import Terminal

@Suite("Questions to the terminal")
struct TerminalInquiryTests {
  private func answers(_ text: String) -> [TerminalAnswer] {
    var decoder = KeyDecoder()
    _ = decoder.handle(.bytes(Array(text.utf8)))
    return decoder.takeAnswers()
  }

  @Test(
    "answers are read strictly, and are no keys",
    arguments: [
      ("\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\", [.background(RGB(red: 255, green: 255, blue: 255))]),
      ("\u{1B}]11;rgb:1e/1e/2e\u{07}", [.background(RGB(red: 30, green: 30, blue: 46))]),
      ("\u{1B}]11;rgb:f/0/8\u{07}", [.background(RGB(red: 255, green: 0, blue: 136))]),
      ("\u{1B}[?2026;2$y", [.mode(2026, isKnown: true)]), ("\u{1B}[?2026;1$y", [.mode(2026, isKnown: true)]),
      ("\u{1B}[?2026;0$y", [.mode(2026, isKnown: false)]), ("\u{1B}[?2026;4$y", [.mode(2026, isKnown: false)]),
      ("\u{1B}[?62;22c", [.attributes]), ("\u{1B}[?6c", [.attributes]),
      ("\u{1B}]11;rgb:zz/00/00\u{07}", []), ("\u{1B}]11;rgb:00/00\u{07}", []), ("\u{1B}]11;rgb:00000/0/0\u{07}", []),
      ("\u{1B}]11;rgba:00/00/00/00\u{07}", []), ("\u{1B}]10;rgb:00/00/00\u{07}", []), ("\u{1B}]11;red\u{07}", []),
      ("\u{1B}[?2026;9$y", []), ("\u{1B}[?2026$y", []), ("\u{1B}[?;$y", []), ("\u{1B}[>0;1;2c", []),
      ("\u{1B}P1$r0m\u{1B}\\", []), ("\u{1B}]52;c;aGVsbG8=\u{07}", []),
    ] as [(String, [TerminalAnswer])])
  func reading(text: String, expected: [TerminalAnswer]) {
    #expect(answers(text) == expected)
    var decoder = KeyDecoder()
    let keys = decoder.handle(.bytes(Array(text.utf8))) + decoder.handle(.silence)
    #expect(keys.allSatisfy { $0 == .unknown })
  }

  @Test("an answer that comes in two parts is whole all the same, and one that never ends lets go of the keyboard")
  func slowLine() {
    var decoder = KeyDecoder()
    #expect(decoder.handle(.bytes(Array("\u{1B}]11;rgb:ff".utf8))).isEmpty)
    #expect(decoder.isInsideAnswer)
    #expect(decoder.handle(.bytes(Array("ff/ffff/ffff\u{1B}\\x".utf8))) == [.character("x")])
    #expect(decoder.takeAnswers().count == 1)

    _ = decoder.handle(.bytes(Array("\u{1B}]11;rgb:ff".utf8)))
    #expect(decoder.handle(.silence).isEmpty)
    #expect(decoder.handle(.bytes(Array("j".utf8))) == [.character("j")])

    _ = decoder.handle(.bytes(Array("\u{1B}]11;rgb:ff".utf8)))
    #expect(decoder.handle(.bytes(Array("\u{03}j".utf8))) == [.control("c"), .character("j")])
    #expect(decoder.takeAnswers().isEmpty)
  }

  @Test("each question is answered once, in its time")
  func machine() {
    var inquiry = TerminalInquiry()
    let white = TerminalAnswer.background(RGB(red: 255, green: 255, blue: 255))
    let mode = TerminalAnswer.mode(2026, isKnown: true)
    #expect(inquiry.handle(.answer(white)).isEmpty, "nobody has asked yet")
    #expect(inquiry.handle(.start) == [.send(TerminalInquiry.questions), .setTimer(TerminalInquiry.timeout)])
    #expect(inquiry.handle(.answer(white)) == [.background(isLight: true)])
    #expect(inquiry.handle(.answer(white)).isEmpty)
    #expect(inquiry.handle(.answer(.mode(1, isKnown: true))).isEmpty)
    #expect(inquiry.handle(.answer(mode)) == [.synchronizedOutput])
    #expect(inquiry.handle(.answer(.attributes)) == [.cancelTimer])
    #expect(inquiry.handle(.answer(mode)).isEmpty)
  }

  @Test("what comes after the time is nobody's")
  func timeout() {
    var inquiry = TerminalInquiry()
    _ = inquiry.handle(.start)
    #expect(inquiry.handle(.timedOut).isEmpty)
    #expect(inquiry.handle(.answer(.background(RGB(red: 0, green: 0, blue: 0)))).isEmpty)
    #expect(inquiry.handle(.answer(.mode(2026, isKnown: true))).isEmpty)
  }

  @Test(arguments: [
    (0, 0, 0, false), (255, 255, 255, true), (253, 246, 227, true), (0, 43, 54, false), (40, 40, 40, false),
  ])
  func lightness(red: Int32, green: Int32, blue: Int32, isLight: Bool) {
    #expect(RGB(red: red, green: green, blue: blue).isLight == isLight)
  }
}
