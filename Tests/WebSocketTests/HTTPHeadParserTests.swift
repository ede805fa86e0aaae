import Testing

@testable import WebSocket

/// RFC 9112, sections 2 to 5: what a head is, and what it costs to find that out.
@Suite("HTTP heads") struct HTTPHeadParserTests {
  /// Parses the bytes in reads of `size`.
  private func parse(
    _ parser: inout HTTPHeadParser, _ bytes: [UInt8], inReadsOf size: Int
  ) throws(HandshakeError) -> HTTPHead? {
    for start in stride(from: 0, to: bytes.count, by: size) {
      var offset = 0
      let read = Array(bytes[start..<min(start + size, bytes.count)])
      let head = try read.span.bytes.withUnsafeBytes { read throws(HandshakeError) in try parser.parse(read, &offset) }
      if let head { return head }
    }
    return nil
  }

  private func head(fieldCount: Int, valueSize: Int = 1) -> [UInt8] {
    let value = String(repeating: "v", count: valueSize)
    return Array(("GET / HTTP/1.1\r\n" + String(repeating: "Name: \(value)\r\n", count: fieldCount) + "\r\n").utf8)
  }

  @Test("Lines are put together from reads of any size") func reads() throws {
    let bytes = Array("HTTP/1.1 101\r\nA:\r\nB: \t \r\nC:c\r\nD:  d d \r\nD: e\r\n\r\nrest".utf8)
    for size in 1...bytes.count {
      var parser = HTTPHeadParser(limit: 100)
      let head = try #require(try parse(&parser, bytes, inReadsOf: size))
      #expect(head.startLine == "HTTP/1.1 101")
      #expect(head.fields == HeaderFields([("A", ""), ("B", ""), ("C", "c"), ("D", "d d"), ("D", "e")]))
    }
  }

  @Test("Each byte is looked at once, however small the reads and however many the fields")
  func work() throws {
    for fieldCount in [1, 10, 100] {
      for valueSize in [1, 100, 1000] {
        let bytes = head(fieldCount: fieldCount, valueSize: valueSize)
        for size in [1, 7, 1000, bytes.count] {
          var parser = HTTPHeadParser(limit: bytes.count)
          #expect(try parse(&parser, bytes, inReadsOf: size)?.fields.fields.count == fieldCount)
          #expect(parser.examined == bytes.count)
        }
      }
    }
  }

  @Test("The limit in bytes is exact, and bounds the work on a line without end", arguments: [1, 7, 100_000])
  func sizeLimit(size: Int) throws {
    let bytes = head(fieldCount: 3)
    var parser = HTTPHeadParser(limit: bytes.count)
    #expect(try parse(&parser, bytes, inReadsOf: size) != nil)
    parser = HTTPHeadParser(limit: bytes.count - 1)
    #expect(throws: HandshakeError.headTooBig(limit: bytes.count - 1)) {
      _ = try parse(&parser, bytes, inReadsOf: size)
    }
    for start in ["", "a\r\nb:"] {
      let endless = Array(start.utf8) + Array(repeating: UInt8(ascii: "c"), count: 100_000)
      parser = HTTPHeadParser(limit: 1000)
      #expect(throws: HandshakeError.headTooBig(limit: 1000)) { _ = try parse(&parser, endless, inReadsOf: size) }
      #expect(parser.examined == 1000)
    }
  }

  @Test("The number of fields is bounded", arguments: [1, 100_000]) func fieldLimit(size: Int) throws {
    let most = HTTPHeadParser.maximumFieldCount
    var parser = HTTPHeadParser(limit: 1 << 20)
    #expect(try parse(&parser, head(fieldCount: most), inReadsOf: size)?.fields.fields.count == most)
    parser = HTTPHeadParser(limit: 1 << 20)
    #expect(throws: HandshakeError.tooManyFields(limit: most)) {
      _ = try parse(&parser, head(fieldCount: 50_000), inReadsOf: size)
    }
    var server = ServerHandshake(maximumHeadSize: 1 << 20)
    let refusal = #expect(throws: HTTPRefusal.self) {
      var offset = 0
      _ = try server.receive(head(fieldCount: most + 1).span.bytes, from: &offset)
    }
    #expect(refusal?.status == 431)
  }

  @Test("A control character is refused at its byte, wherever it stands") func controlCharacters() {
    let sound = Array("GET / HTTP/1.1\r\nName: value\r\n".utf8)
    for byte in UInt8(0)...0x7F where (byte < 0x20 && byte != 9 || byte == 0x7F) {
      for position in sound.indices {
        var bytes = sound
        bytes[position] = byte
        guard bytes != sound else { continue }
        var parser = HTTPHeadParser(limit: 1000)
        var failedAt: Int?
        for index in bytes.indices where failedAt == nil {
          do throws(HandshakeError) {
            _ = try parse(&parser, [bytes[index]], inReadsOf: 1)
          } catch {
            failedAt = index
          }
        }
        // A CR may end a line anywhere: only what follows shows that it does not.
        let expected = byte == 0x0D && sound[position] >= 0x20 ? position + 1 : position
        #expect(failedAt == expected, "\(byte) at \(position)")
      }
    }
  }
}
