import Testing

@testable import WebSocket

/// What fuzzing has found, each as the rule that was broken.
@Suite("Fuzzing findings") struct FindingTests {
  @Test("The ending tells no close reason that was never sent: without a code there is no place for one")
  func reasonWithoutCode() throws {
    #expect(CloseFrame(.noStatus, reason: "lost") == .empty)
    var connection = WebSocketConnection(role: .server, now: .zero)
    try connection.close(CloseFrame(.noStatus, reason: "lost"), now: .zero)
    let end = connection.transportEnded()
    guard case .ended(let ending)? = end else {
      Issue.record("not ended: \(String(describing: end))")
      return
    }
    #expect(ending.sent == .empty)
  }

  @Test("What a compressed text is failed for does not depend on where the reads are cut", arguments: [1, 2, 3, 100])
  func badCompressedText(readSize: Int) throws {
    // "H" and a byte that is no text, then a code that no tree has.
    let corrupt: [UInt8] = [0xF2, 0x48, 0xFF, 0x2B, 0x00, 0x00, 0xFF, 0xFF]
    #expect(try cause(ofCompressedText: corrupt, limit: 1000, readSize: readSize) == .violation(.invalidUTF8))
    // Bad from its first byte on, and longer than it may be.
    let tooLong = try #require(compressed(Array(repeating: 0xFF, count: 300)))
    #expect(try cause(ofCompressedText: tooLong, limit: 100, readSize: readSize) == .violation(.invalidUTF8))
  }

  @Test("Empty messages leave the frames before them alone when even they are for the compressor")
  func emptyMessagesCompressed() throws {
    var wishes = PermessageDeflate.Configuration()
    wishes.minimumSize = 0
    let (server, client) = try agreement(client: wishes, server: wishes)
    var connection = WebSocketConnection(role: .server, deflate: server, now: .zero)
    let sent = ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "", "", "b", ""].map { TextMessage($0) }
    for message in sent { try connection.send(message) }
    var output: [UInt8] = []
    _ = connection.drainOutput { span in span.withUnsafeBytes { output += $0 } }
    var peer = WebSocketConnection(role: .client, deflate: client, now: .zero)
    var received: [TextMessage] = []
    var offset = 0
    while case .text(let message)? = peer.receive(output.span.bytes, from: &offset, now: .zero) {
      received.append(message)
    }
    #expect(received == sent)
  }

  @Test("A compressed message is taken when there is no limit at all")
  func compressedWithoutLimit() throws {
    let cause = try cause(ofCompressedText: DeflateSeeds.hello, limit: .max, readSize: 100)
    #expect(cause == .transportEnded)
  }

  /// How a connection ends that gets this payload in a text frame, and then the end of TCP.
  private func cause(ofCompressedText payload: [UInt8], limit: Int, readSize: Int) throws
    -> WebSocketConnection.Ending.Cause?
  {
    let (server, _) = try agreement(client: .init(), server: .init())
    var configuration = WebSocketConnection.Configuration()
    configuration.maximumMessageSize = limit
    var connection = WebSocketConnection(role: .server, configuration: configuration, deflate: server, now: .zero)
    FrameSeeds.frame(1, payload, rsv: 4, key: [0, 0, 0, 0]).inReads(of: [readSize]) { read in
      var offset = 0
      while connection.receive(read, from: &offset, now: .zero) != nil {}
      return true
    }
    guard case .ended(let ending)? = connection.transportEnded() else { return nil }
    return ending.cause
  }

  private func compressed(_ message: [UInt8]) -> [UInt8]? {
    var deflater = Deflater(
      .init(windowBits: 9, keepsContext: false, level: 6, memoryLevel: 5, minimumSize: 0, prefersShorter: true))
    var output: [UInt8] = []
    return message.withUnsafeBytes { deflater?.compress($0, into: &output) } == true ? output : nil
  }
}
