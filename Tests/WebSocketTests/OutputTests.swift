import Testing

@testable import WebSocket

@Suite("Output: joined, kept, handed out in parts") struct OutputTests {
  /// Queues long messages between short ones.
  ///
  /// - Returns: what is to come of it.
  private func fill(_ end: inout WebSocketConnection) throws -> [UInt8] {
    let long = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var another = connection(end.role)
    var expected: [UInt8] = []
    for step in 0..<6 {
      let payload = step % 3 == 1 ? long : Array(long[..<(step * 10)])
      try end.send(payload)
      try another.send(payload)
      expected += another.takeOutput()
    }
    return expected
  }

  @Test("Parts of any size are together what all at once is", arguments: [1, 7, 1000, 32768, 65536, 1 << 20])
  func parts(limit: Int) throws {
    for role in [WebSocketConnection.Role.client, .server] {
      var end = connection(role)
      let expected = try fill(&end)
      var bytes: [UInt8] = []
      #expect(end.pendingOutputSize == expected.count)
      while end.pendingOutputSize > 0 {
        let before = bytes.count
        let mark = end.drainOutput(atMost: limit) { part in part.withUnsafeBytes { bytes += $0 } }
        #expect(mark == nil)
        #expect(bytes.count - before == min(limit, expected.count - before))
      }
      #expect(bytes == expected)
    }
  }

  @Test("What is sent while a part of the output is still there comes behind it") func sendingBetween() throws {
    var end = connection(.server)
    var expected: [UInt8] = []
    var bytes: [UInt8] = []
    for step in 0..<400 {
      let payload = [UInt8](repeating: UInt8(truncatingIfNeeded: step), count: step % 50 == 0 ? 40_000 : step)
      try end.send(payload)
      expected += frame(2, payload, masked: false)
      _ = end.drainOutput(atMost: 300) { part in part.withUnsafeBytes { bytes += $0 } }
    }
    bytes += end.takeOutput()
    #expect(bytes == expected)
    #expect(end.pendingOutputSize == 0)
  }

  @Test("A ping is marked when its last byte is handed out, and no sooner") func pingMark() throws {
    var end = connection(.server)
    try end.send([UInt8](repeating: 1, count: 50_000))
    try end.sendPing()
    try end.send([UInt8](repeating: 2, count: 50_000))
    let pingEnd = 4 + 50_000 + 10
    #expect(end.drainOutput(atMost: pingEnd - 1) { _ in } == nil)
    let mark = end.drainOutput(atMost: 1) { _ in }
    #expect(mark != nil)
    if let mark { end.pingsLeft(mark, now: .seconds(1)) }
    #expect(end.drainOutput { _ in } == nil, "its leaving is known")
    let pong = frame(10, [0, 0, 0, 0, 0, 0, 0, 1])
    #expect(end.feed(pong, now: .seconds(3)) == [.pong(roundTrip: .seconds(2))])
  }

  @Test("A long message is handed out from where it lies, not from a copy") func sharedStorage() throws {
    let message = TextMessage(String(repeating: "a", count: 1 << 20))
    let place = message.utf8.withUnsafeBytes { $0.baseAddress }
    var end = connection(.server)
    try end.send(message)
    var places: [UnsafeRawPointer?] = []
    _ = end.drainOutput { part in part.withUnsafeBytes { places.append($0.baseAddress) } }
    #expect(places.count == 2 && places.last == place)
  }

  @Test("A failing writer loses nothing") func failingWriter() throws {
    struct WriteFailed: Error {}
    var end = connection(.server)
    let expected = try fill(&end)
    do throws(WriteFailed) {
      _ = try end.drainOutput { _ throws(WriteFailed) in throw WriteFailed() }
      Issue.record("the error is lost")
    } catch {}
    #expect(end.takeOutput() == expected)
  }
}
