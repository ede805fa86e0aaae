import Foundation
import Testing

@testable import Terminal

@Suite("The clipboard by OSC 52")
struct ClipboardTests {
  private func sent(_ text: String, _ multiplexer: TerminalFacts.Multiplexer = .none) -> String? {
    var facts = TerminalFacts { _ in nil }
    facts.multiplexer = multiplexer
    return Clipboard.sequence(for: text).map { String(decoding: $0.bytes(on: facts), as: UTF8.self) }
  }

  @Test func plain() {
    #expect(sent("héllo") == "\u{1B}]52;c;aMOpbGxv\u{7}")
    #expect(sent("") == "\u{1B}]52;c;\u{7}")
  }

  @Test func tmuxGetsItForItselfAndPassesItOn() {
    #expect(
      sent("ab", .tmux) == "\u{1B}]52;c;YWI=\u{7}\u{1B}Ptmux;\u{1B}\u{1B}]52;c;YWI=\u{7}\u{1B}\\")
  }

  @Test(arguments: 0..<100)
  func anyBytesComeBack(_ count: Int) throws {
    let original = String((0..<count).map { Character(Unicode.Scalar(UInt8(($0 * 37) % 128))) })
    let code = try #require(sent(original)).dropFirst(7).dropLast()
    #expect(Data(base64Encoded: String(code)) == Data(original.utf8))
    // Whatever the text is, no control of it gets out.
    #expect(code.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
  }

  @Test func tooMuchIsNotSent() {
    #expect(Clipboard.limit == 56_244)
    #expect(sent(String(repeating: "x", count: Clipboard.limit)) != nil)
    #expect(sent(String(repeating: "x", count: Clipboard.limit + 1)) == nil)
  }
}
