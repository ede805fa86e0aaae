import Testing

@testable import WebSocket

@Suite("The storage of a long message: kept for the next, not for ever") struct SpareStorageTests {
  private static let size = 100_000
  private let long = frame(2, [UInt8](repeating: 7, count: size))

  @Test("It is freed a second after the last long message") func freed() {
    var server = connection(.server)
    #expect(server.deadline == nil)
    #expect(server.feed(long, now: .seconds(3)).count == 1)
    #expect(server.feed(long, now: .seconds(5)).count == 1)
    #expect(server.holdsSpareStorage == true)
    #expect(server.deadline == .seconds(6))
    #expect(server.timerFired(now: .milliseconds(5999)) == nil)
    #expect(server.holdsSpareStorage == true)
    #expect(server.timerFired(now: .seconds(6)) == nil)
    #expect(server.holdsSpareStorage == false)
    #expect(server.deadline == nil)
  }

  @Test("The sooner of it and the keepalive is the deadline, and neither loses the other") func keepalive() {
    let settings = WebSocketConnection.Keepalive(interval: .seconds(25), timeout: .seconds(15))
    var server = connection(.server, keepalive: settings)
    _ = server.feed(long, now: .zero)
    #expect(server.deadline == .seconds(1))
    #expect(server.timerFired(now: .seconds(1)) == nil)
    #expect(server.takeOutput().isEmpty)
    #expect(server.deadline == .seconds(25))
    #expect(server.timerFired(now: .seconds(25)) == nil)
    #expect(!server.takeOutput().isEmpty)
  }

  @Test("A message on its way keeps it until its own end") func messageOpen() {
    var server = connection(.server)
    _ = server.feed(long, now: .zero)
    _ = server.feed(Array(long.dropLast()), now: .milliseconds(500))
    #expect(server.timerFired(now: .seconds(1)) == nil)
    let last = server.feed(Array(long.suffix(1)), now: .seconds(2))
    #expect(last == [.binary([UInt8](repeating: 7, count: SpareStorageTests.size))])
    #expect(server.deadline == .seconds(3))
  }

  @Test("A short message does not live in it", arguments: [5, 1000], [[0], [1], []])
  func shortMessage(size: Int, cut: [Int]) throws {
    let short = frame(2, [UInt8](repeating: 1, count: size))
    let reads = cut.isEmpty ? [short] : [Array(short[...cut[0]]), Array(short[(cut[0] + 1)...])]
    var server = connection(.server)
    _ = server.feed(long)
    let events = reads.flatMap { server.feed($0) }
    guard case .binary(let bytes) = try #require(events.last) else {
      Issue.record("no message")
      return
    }
    #expect(bytes == [UInt8](repeating: 1, count: size))
    #expect(bytes.capacity <= 2 * MessageAssembler.retainedCapacity)
    #expect(server.holdsSpareStorage == false)
  }

  @Test("Its next message does not change one that is still held") func sharedStorage() {
    var server = connection(.server)
    let first = server.feed(long)
    let other = server.feed(frame(2, [UInt8](repeating: 9, count: SpareStorageTests.size)))
    #expect(first == [.binary([UInt8](repeating: 7, count: SpareStorageTests.size))])
    #expect(other == [.binary([UInt8](repeating: 9, count: SpareStorageTests.size))])
  }

  @Test("The end of the connection frees it") func end() {
    var server = connection(.server)
    _ = server.feed(long)
    #expect(server.transportEnded() != nil)
    #expect(server.holdsSpareStorage == false)
  }
}

extension WebSocketConnection {
  fileprivate var holdsSpareStorage: Bool { message.holdsSpareStorage }
}
