import ConsoleModel
import Terminal
import Testing

@Suite("Reports of the mouse")
struct MouseTests {
  private func keys(_ bytes: [UInt8], reads: Bool = true, byByte: Bool = false) -> [Key] {
    var decoder = KeyDecoder()
    decoder.readsMouse = reads
    guard byByte else { return decoder.handle(.bytes(bytes)) + decoder.handle(.silence) }
    return bytes.flatMap { decoder.handle(.bytes([$0])) } + decoder.handle(.silence)
  }

  private func keys(_ text: String, reads: Bool = true) -> [Key] { keys(Array(text.utf8), reads: reads) }

  @Test(
    "What the console acts on",
    arguments: [
      ("\u{1B}[<0;1;1M", MouseReport(.press, row: 0, column: 0)),
      ("\u{1B}[<0;80;24M", MouseReport(.press, row: 23, column: 79)),
      ("\u{1B}[<0;300;200M", MouseReport(.press, row: 199, column: 299)),
      ("\u{1B}[<64;10;5M", MouseReport(.wheelUp, row: 4, column: 9)),
      ("\u{1B}[<65;10;5M", MouseReport(.wheelDown, row: 4, column: 9)),
      ("\u{1B}[<00;010;005M", MouseReport(.press, row: 4, column: 9)),
    ])
  func reports(bytes: String, report: MouseReport) {
    #expect(keys(bytes) == [.mouse(report)])
    #expect(keys(Array(bytes.utf8), byByte: true) == [.mouse(report)])
    #expect(keys("a" + bytes + "b") == [.character("a"), .mouse(report), .character("b")])
    #expect(keys(bytes, reads: false) == [.unknown], "not asked for")
  }

  @Test(
    "What it does not act on, and what is broken, is swallowed whole",
    arguments: [
      // Releases, the other buttons, modifiers, movement, the horizontal wheel.
      "\u{1B}[<0;1;1m", "\u{1B}[<1;1;1M", "\u{1B}[<2;1;1M", "\u{1B}[<4;1;1M", "\u{1B}[<8;1;1M", "\u{1B}[<16;1;1M",
      "\u{1B}[<32;1;1M", "\u{1B}[<35;1;1M", "\u{1B}[<66;1;1M", "\u{1B}[<67;1;1M", "\u{1B}[<128;1;1M",
      // Cells that are none.
      "\u{1B}[<0;0;1M", "\u{1B}[<0;1;0M", "\u{1B}[<0;-1;1M", "\u{1B}[<0;100000;1M",
      "\u{1B}[<0;99999999999999999999;1M", "\u{1B}[<18446744073709551616;1;1M",
      // Too few, too many, none at all, something else.
      "\u{1B}[<0;1M", "\u{1B}[<0;1;1;1M", "\u{1B}[<;;M", "\u{1B}[<M", "\u{1B}[<m", "\u{1B}[<0;;1M", "\u{1B}[<0;1;M",
      "\u{1B}[<0:1:1M", "\u{1B}[<0; 1;1M", "\u{1B}[<0;1;1 M", "\u{1B}[<0;1;1~", "\u{1B}[<0;1;1R", "\u{1B}[<+0;1;1M",
      "\u{1B}[<0x0;1;1", "\u{1B}[<<0;1;1M", "\u{1B}[?0;1;1M", "\u{1B}[>0;1;1M", "\u{1B}[0;1;1M",
    ])
  func nothing(bytes: String) {
    for reads in [true, false] {
      let found = keys(bytes, reads: reads)
      #expect(!found.contains { if case .mouse = $0 { true } else { false } })
      // Bytes after the sequence's own end are text, as after any other; none of it is.
      let end = bytes.utf8.dropFirst(2).firstIndex { 0x40...0x7E ~= $0 } ?? bytes.utf8.endIndex
      let rest = end == bytes.utf8.endIndex ? 0 : bytes.utf8.distance(from: end, to: bytes.utf8.endIndex) - 1
      #expect(found.filter { if case .character = $0 { true } else { false } }.count == rest, "\(found)")
    }
  }

  @Test("A report without an end never becomes text, however long")
  func endless() {
    let digits = String(repeating: "1", count: 60)
    #expect(keys("\u{1B}[<0;" + digits).allSatisfy { $0 == .unknown })
    #expect(keys("\u{1B}[<0;1") == [.unknown])
    // The next sequence begins anew.
    #expect(keys("\u{1B}[<0;1\u{1B}[A") == [.unknown, .up])
    #expect(keys("\u{1B}[<0;1\u{1B}[<0;2;3M") == [.unknown, .mouse(MouseReport(.press, row: 2, column: 1))])
  }

  @Test("Reports of the old kind, of terminals that do not know the new one, are swallowed with their bytes")
  func old() {
    for (button, column, row) in [(0x20, 0x21, 0x21), (0x20, 0x71, 0x72), (0x60, 0x1B, 0x0D), (0x03, 0xC3, 0xFF)] {
      let bytes = [0x1B, 0x5B, 0x4D, UInt8(button), UInt8(column), UInt8(row)]
      #expect(keys(bytes + [0x78]) == [.unknown, .character("x")])
      #expect(keys(bytes + [0x78], byByte: true) == [.unknown, .character("x")])
    }
    // One that is cut off does not swallow what is typed later.
    #expect(keys([0x1B, 0x5B, 0x4D, 0x20]) == [.unknown])
    var decoder = KeyDecoder()
    decoder.readsMouse = true
    _ = decoder.handle(.bytes([0x1B, 0x5B, 0x4D, 0x20]))
    #expect(decoder.isAmbiguous)
    _ = decoder.handle(.silence)
    #expect(decoder.handle(.bytes([0x71])) == [.character("q")])
  }

  @Test("A report inside of a paste is text without its ESC")
  func pasted() {
    #expect(keys("\u{1B}[200~a\u{1B}[<0;1;1Mb\u{1B}[201~") == [.paste("a[<0;1;1Mb")])
  }

  @Test("Any bytes: no trap, and the decoder comes to rest")
  func any() {
    var generator = SystemRandomNumberGenerator()
    let alphabet: [UInt8] = Array("\u{1B}[<;0123456789Mm".utf8) + [0x00, 0x20, 0x7F, 0xC3, 0xFF]
    for _ in 0..<2000 {
      var decoder = KeyDecoder()
      decoder.readsMouse = true
      let bytes = (0..<40).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
      let found = decoder.handle(.bytes(bytes)) + decoder.handle(.silence)
      #expect(!decoder.isAmbiguous)
      for case .mouse(let report) in found {
        #expect(0..<99_999 ~= report.row && 0..<99_999 ~= report.column, "\(bytes)")
      }
    }
  }
}
