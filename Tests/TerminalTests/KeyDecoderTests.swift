import ConsoleModel
import Terminal
import Testing

@Suite("Key decoder")
struct KeyDecoderTests {
  private func keys(_ bytes: String) -> [Key] {
    var decoder = KeyDecoder()
    return decoder.handle(.bytes(Array(bytes.utf8))) + decoder.handle(.silence)
  }

  @Test(
    "One sequence, one key",
    arguments: [
      ("a", .character("a")), ("é", .character("é")), ("漢", .character("漢")), ("😀", .character("😀")),
      ("e\u{301}", .character("e\u{301}")), ("👩‍👩‍👧", .character("👩‍👩‍👧")),
      ("\r", .enter), ("\n", .control("j")), ("\t", .tab), ("\u{7F}", .backspace), ("\u{8}", .backspace),
      ("\0", .control("@")), ("\u{3}", .control("c")), ("\u{1A}", .control("z")), ("\u{1C}", .control("\\")),
      ("\u{1F}", .control("_")), ("\u{1B}", .escape),
      ("\u{1B}[A", .up), ("\u{1B}OA", .up), ("\u{1B}[B", .down), ("\u{1B}OC", .right), ("\u{1B}[D", .left),
      ("\u{1B}[1;5D", .alt("b")), ("\u{1B}[1;3C", .alt("f")), ("\u{1B}[1;2C", .right), ("\u{1B}Od", .alt("b")),
      ("\u{1B}[H", .home), ("\u{1B}OF", .end), ("\u{1B}[1~", .home), ("\u{1B}[8~", .end),
      ("\u{1B}[3~", .delete), ("\u{1B}[3;5~", .delete), ("\u{1B}[5~", .pageUp), ("\u{1B}[6~", .pageDown),
      ("\u{1B}[Z", .backTab), ("\u{1B}OM", .enter), ("\u{1B}[I", .focusIn), ("\u{1B}[O", .focusOut),
      ("\u{1B}OP", .function(1)), ("\u{1B}[[A", .function(1)), ("\u{1B}[[E", .function(5)),
      ("\u{1B}[15~", .function(5)), ("\u{1B}[17~", .function(6)), ("\u{1B}[24~", .function(12)),
      ("\u{1B}[1;5P", .function(1)),
      ("\u{1B}x", .alt("x")), ("\u{1B}é", .alt("é")), ("\u{1B}\r", .alt("\r")), ("\u{1B}\u{7F}", .alt("\u{7F}")),
      ("\u{1B}[", .alt("[")), ("\u{1B}O", .alt("O")), ("\u{1B}]", .alt("]")),
      ("\u{1B}[99~", .unknown), ("\u{1B}[2~", .unknown), ("\u{1B}[1;", .unknown), ("\u{1B}[<0;1;1M", .unknown),
    ] as [(String, Key)])
  func single(bytes: String, key: Key) {
    #expect(keys(bytes) == [key])
  }

  @Test(
    "The same keys however the bytes are parted",
    arguments: ["aé漢\u{1B}[1;5Dx\u{1B}OP\u{1B}[200~p\r\nq\u{1B}[201~\u{1B}[Iz", "\u{1B}fé\u{1B}[3~\u{7F}"])
  func parted(bytes: String) {
    let whole = keys(bytes)
    var decoder = KeyDecoder()
    var single: [Key] = []
    for byte in bytes.utf8 { single += decoder.handle(.bytes([byte])) }
    #expect(single == whole)
    #expect(!decoder.isAmbiguous)
  }

  @Test("ESC is a key only after silence")
  func escape() {
    var decoder = KeyDecoder()
    #expect(decoder.handle(.bytes([0x1B])).isEmpty)
    #expect(decoder.isAmbiguous)
    #expect(decoder.handle(.silence) == [.escape])
    #expect(!decoder.isAmbiguous)
    #expect(decoder.handle(.silence).isEmpty)
    #expect(decoder.handle(.bytes([0x1B, 0x1B])) == [.escape])
    #expect(decoder.handle(.bytes(Array("[A".utf8))) == [.up])
  }

  @Test("Bad UTF-8 costs its own bytes and nothing else")
  func badText() {
    for bad in [[0xFF], [0xC0, 0xAF], [0xE6, 0xBC], [0xED, 0xA0, 0x80], [0x80], [0xC2, 0x9B]] as [[UInt8]] {
      var decoder = KeyDecoder()
      let keys = decoder.handle(.bytes([0x61] + bad + [0x62])) + decoder.handle(.silence)
      #expect(keys.first == .character("a"))
      #expect(keys.last == .character("b"))
      #expect(keys.dropFirst().dropLast().allSatisfy { $0 == .unknown } && keys.count > 2)
    }
    var decoder = KeyDecoder()
    #expect(decoder.handle(.bytes([0xE6])).isEmpty)
    #expect(decoder.isAmbiguous)
    #expect(decoder.handle(.silence) == [.unknown])
  }

  @Test("A paste is one text, whatever is in it")
  func paste() {
    let start = "\u{1B}[200~"
    let end = "\u{1B}[201~"
    #expect(keys(start + "a\r\nb\rc\nd\te" + end) == [.paste("a\nb\nc\nd\te")])
    #expect(keys(start + "\u{3}\u{1B}[Aq\u{1B}\u{9B}\u{7F}" + end) == [.paste("[Aq")])
    #expect(keys(start + "x\u{1B}[20\u{1B}[201" + end + "y") == [.paste("x[20[201"), .character("y")])
    #expect(keys(start + end) == [.paste("")])
    var decoder = KeyDecoder()
    #expect(decoder.handle(.bytes(Array((start + "half").utf8))).isEmpty)
    #expect(!decoder.isAmbiguous)
    #expect(decoder.handle(.silence).isEmpty)
    #expect(decoder.handle(.bytes(Array(end.utf8))) == [.paste("half")])
  }

  @Test("A paste is cut at its limit")
  func longPaste() throws {
    var decoder = KeyDecoder()
    var keys = decoder.handle(.bytes(Array("\u{1B}[200~".utf8)))
    let chunk = [UInt8](repeating: 0x78, count: 1 << 16) + Array("\u{1B}[20".utf8)
    for _ in 0..<40 { keys += decoder.handle(.bytes(chunk)) }
    keys += decoder.handle(.bytes(Array("\u{1B}[201~a".utf8)))
    #expect(keys.count == 2)
    guard case .paste(let text) = try #require(keys.first) else { return #expect(Bool(false), "no paste") }
    #expect(text.utf8.count <= KeyDecoder.maximumPaste)
    #expect(text.utf8.count > KeyDecoder.maximumPaste - 1_000)
    #expect(keys.last == .character("a"))
  }

  @Test("Answers of the terminal and endless sequences are swallowed")
  func swallowed() {
    #expect(keys("\u{1B}]11;rgb:0/0/0\u{7}a") == [.character("a")])
    #expect(keys("\u{1B}P1$r0m\u{1B}\\a") == [.character("a")])
    #expect(keys("\u{1B}[?62;c") == [])
    #expect(keys("\u{1B}]11;never ends") == [])
    let endless = keys("\u{1B}[" + String(repeating: "1;", count: 500))
    #expect(endless.first == .unknown)
    #expect(keys("\u{1B}[1\u{1B}[A") == [.unknown, .up])
  }

  @Test("terminfo has the first word on what a sequence means")
  func terminfo() {
    var decoder = KeyDecoder(terminal: [Array("\u{1B}[1~".utf8): .function(9)])
    #expect(decoder.handle(.bytes(Array("\u{1B}[1~\u{1B}[4~".utf8))) == [.function(9), .end])
  }

  @Test("Any bytes at all leave a decoder that still works")
  func anyBytes() {
    var state: UInt64 = 99
    for _ in 0..<500 {
      var decoder = KeyDecoder()
      let bytes = (0..<40).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let byte = UInt8(truncatingIfNeeded: state >> 56)
        return byte & 3 == 0 ? 0x1B : byte & 3 == 1 ? 0x5B : byte
      }
      _ = decoder.handle(.bytes(bytes))
      _ = decoder.handle(.silence)
      _ = decoder.handle(.bytes(Array("\u{1B}[201~".utf8)))
      #expect(decoder.handle(.bytes([0x71])) == [.character("q")])
    }
  }
}
