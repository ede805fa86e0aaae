import Testing

@testable import WebSocket

@Suite("RFC 6455 section 8.1 and RFC 3629, UTF-8") struct UTF8Tests {
  /// How many bytes are taken before the first that cannot be; nil when all are.
  private func firstBad(_ bytes: [UInt8]) -> Int? {
    var validator = UTF8Validator()
    return bytes.firstIndex { byte in !withUnsafeBytes(of: byte) { validator.validate($0) } }
  }

  @Test("Every scalar is valid, in one piece and byte by byte") func everyScalar() {
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      var validator = UTF8Validator()
      let isValid = Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter).allSatisfy { byte in
        withUnsafeBytes(of: byte) { validator.validate($0) }
      }
      if !isValid || !validator.isComplete { Issue.record("U+\(String(value, radix: 16))") }
    }
  }

  @Test("Every pair and triple of bytes is judged as the standard library judges it") func shortSequences() {
    for first in UInt8(0x80)...0xFF {
      for second in stride(from: UInt8(0), through: 0xFE, by: 1) {
        for tail in [[], [0x80], [0xBF], [0x41], [0x80, 0x80], [0xBF, 0xBF]] as [[UInt8]] {
          let bytes = [first, second] + tail
          let expected = String(validating: bytes, as: UTF8.self) != nil
          #expect((TextMessage(validating: bytes) != nil) == expected, "\(bytes)")
        }
      }
    }
  }

  @Test(
    "The bad byte itself is refused, not the end of its character",
    arguments: [
      ([0xC0], 0), ([0xC1], 0), ([0xF5], 0), ([0xFF], 0), ([0x80], 0),
      ([0xE0, 0x9F], 1), ([0xED, 0xA0], 1), ([0xF0, 0x8F], 1), ([0xF4, 0x90], 1),
      ([0x61, 0xE2, 0x82, 0x28], 3), ([0xF0, 0x9F, 0x91, 0xC0], 3), ([0xC3, 0x28], 1),
    ] as [([UInt8], Int)])
  func badByte(bytes: [UInt8], index: Int) {
    #expect(firstBad(bytes) == index)
  }

  @Test("A bad byte anywhere in a long text is found") func badByteAnywhere() {
    for position in 0..<100 {
      var bytes = Array(repeating: UInt8(0x61), count: 100)
      bytes[position] = 0x80
      #expect(TextMessage(validating: bytes) == nil, "at \(position)")
    }
  }

  @Test("A long text of many alphabets is judged alike in pieces of any size") func pieces() {
    let bytes = Array(
      String(repeating: "Länge Съешь ещё этих 视野无限 🙂🚀 and a long stretch of ASCII only. ", count: 5).utf8)
    for size in [1, 2, 3, 7, 31, 32, 33, 64, bytes.count] {
      var validator = UTF8Validator()
      let isValid = stride(from: 0, to: bytes.count, by: size).allSatisfy { start in
        bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { validator.validate($0) }
      }
      #expect(isValid && validator.isComplete, "in pieces of \(size)")
    }
    for position in bytes.indices {
      var broken = bytes
      broken[position] = 0xFF
      #expect(firstBad(broken) == position)
      #expect(TextMessage(validating: broken) == nil)
      #expect(
        (TextMessage(validating: Array(bytes[...position])) == nil)
          == (position + 1 < bytes.count && bytes[position + 1] & 0xC0 == 0x80))
    }
  }

  @Test("A message fails at its bad byte, before the frame and the message are whole") func streaming() {
    var server = connection(.server)
    let whole = frame(1, [0xCE, 0xBA, 0xF4, 0x90, 0x80, 0x80], fin: false)
    _ = server.feed(Array(whole[..<(6 + 3)]))
    #expect(server.violation == nil)
    _ = server.feed([whole[6 + 3]])
    #expect(server.violation == .invalidUTF8)
  }

  @Test("A character may lie across fragments") func acrossFragments() {
    var server = connection(.server)
    let bytes = Array("€👋".utf8)
    let frames = bytes.indices.flatMap { index in
      frame(index == 0 ? 1 : 0, [bytes[index]], fin: index == bytes.count - 1)
    }
    #expect(server.feed(frames) == [text("€👋")])
  }

  @Test("Binary is not judged") func binary() {
    var server = connection(.server)
    #expect(server.feed(frame(2, [0xFF, 0xC0])) == [.binary([0xFF, 0xC0])])
  }
}
