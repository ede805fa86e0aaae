import Testing

@testable import ChatServer

@Suite struct EventStreamParserTests {
  private static let streams: [(String, [ServerSentEvent])] = [
    ("data: one\n\n", [.init(data: "one")]),
    ("data: one\r\n\r\ndata: two\r\n\r\n", [.init(data: "one"), .init(data: "two")]),
    ("data: one\r\rdata:two\r\r", [.init(data: "one"), .init(data: "two")]),
    // One space behind the colon goes, a second stays.
    ("data:  two spaces\n\n", [.init(data: " two spaces")]),
    ("data: first\ndata: second\ndata\ndata:\n\n", [.init(data: "first\nsecond\n\n")]),
    (": a comment\n:\ndata: x\n: another\n\n", [.init(data: "x")]),
    ("event: ping\ndata: {}\n\ndata: y\n\n", [.init(type: "ping", data: "{}"), .init(data: "y")]),
    // An event without data is none, and leaves no type behind.
    ("event: ping\n\ndata: y\n\n", [.init(data: "y")]),
    ("id: 4\nretry: 10\nunknown: z\ndata: x\n\n", [.init(data: "x")]),
    ("\u{FEFF}data: x\n\n", [.init(data: "x")]),
    ("data: \u{1F600} \u{E9}\n\n", [.init(data: "\u{1F600} \u{E9}")]),
    ("data: a:b: c\n\n", [.init(data: "a:b: c")]),
    // What is not complete at the end is no event.
    ("data: one\n\ndata: two\n", [.init(data: "one")]),
    ("\n\n\n", []),
  ]

  @Test(arguments: streams) func everySplitGivesTheSame(_ stream: String, _ events: [ServerSentEvent]) throws {
    let bytes = Array(stream.utf8)
    for first in 0...bytes.count {
      for second in first...bytes.count {
        var parser = EventStreamParser()
        var read = try parser.read(bytes[..<first])
        read += try parser.read(bytes[first..<second])
        read += try parser.read(bytes[second...])
        #expect(read == events, "split at \(first) and \(second)")
      }
    }
    var parser = EventStreamParser()
    #expect(try bytes.flatMap { try parser.read([$0]) } == events)
  }

  @Test func aLineHasALimit() throws {
    var parser = EventStreamParser(limits: .init(line: 10, stream: 1000))
    #expect(try parser.read(Array("data: 1234\n\n".utf8)) == [.init(data: "1234")])
    var strict = EventStreamParser(limits: .init(line: 10, stream: 1000))
    #expect(throws: EventStreamParser.Failure.lineTooLong) { try strict.read(Array("data: 12345".utf8)) }
  }

  @Test func theStreamHasALimit() throws {
    var parser = EventStreamParser(limits: .init(line: 100, stream: 12))
    #expect(try parser.read(Array("data: 1234\n\n".utf8)) == [.init(data: "1234")])
    #expect(throws: EventStreamParser.Failure.streamTooLong) { try parser.read([UInt8(ascii: "\n")]) }
  }
}
