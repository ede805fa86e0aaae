import Testing

@testable import WebSocket

/// The 25 failures that broke other WebSocket libraries in the field, one test a row under the row's number. Those
/// that need sockets are in TransportTests; each says where it was seen.
@Suite("What broke other WebSocket libraries") struct FieldFailures {}

extension FieldFailures {
  @Test(
    "1. A 64-bit length with the top bit set traps nothing",
    arguments: [1 << 63, 1 << 63 | 125, .max] as [UInt64], [WebSocketConnection.Role.client, .server])
  func topBit(length: UInt64, role: WebSocketConnection.Role) throws {
    // apple/swift-nio PR #3603 (CVE-2026-43678): `Int(length)` trapped, one frame ended the process.
    for opcode in [1, 2, 9] as [UInt8] {
      let bytes = frame(opcode, masked: role == .server, length: length, lengthBytes: 8)
      for size in [bytes.count, 1] {
        var end = connection(role)
        #expect(end.feed(bytes, inReadsOf: size).isEmpty)
        let answer = try #require(PlainFrame.parse(end.takeOutput()).first)
        #expect(try CloseFrame(payload: answer.payload).code == .protocolError)
      }
    }
  }

  @Test("1. A length that would overflow the sum of the fragments is over the limit") func overflow() {
    // gorilla/websocket PR #537 (CVE-2020-27813): the limit was added up before it was compared.
    var server = connection(.server, limit: 100)
    _ = server.feed(frame(2, Array(repeating: 7, count: 60), fin: false))
    _ = server.feed(frame(0, length: 1 << 63 - 1, lengthBytes: 8))
    #expect(ending(server.transportEnded())?.cause == .violation(.messageTooBig(limit: 100)))
  }

  @Test("17. The default limit takes 1 MiB, and no byte more") func defaultLimit() {
    // coder/websocket #312: 32 KiB by default closed honest connections; uWebSockets #533: no limit at all.
    let payload = [UInt8](repeating: 0x61, count: 1 << 20)
    var server = WebSocketConnection(role: .server, now: .zero)
    #expect(server.feed(frame(1, payload)).count == 1)
    #expect(server.feed(frame(1, payload + [0x61])).isEmpty)
    #expect(ending(server.transportEnded())?.cause == .violation(.messageTooBig(limit: 1 << 20)))
  }

  @Test("17. Who goes over the limit is told 1009 and the limit; who set it gets it with the error")
  func limitIsSaid() throws {
    // python-websockets/websockets #1382: a connection closed with a code, and no word of which limit.
    var server = connection(.server, limit: 1000)
    var client = connection(.client)
    try client.send(Array(repeating: 1, count: 1001))
    _ = server.feed(client.takeOutput())
    let told = client.feed(server.takeOutput())
    #expect(told == [.closeReceived(CloseFrame(.messageTooBig, reason: "message over 1000 bytes"))])
    #expect(ending(client.transportEnded())?.code == .messageTooBig)
    #expect(ending(server.transportEnded())?.cause == .violation(.messageTooBig(limit: 1000)))
  }

  @Test("17. Fragments are bounded in bytes, not in number") func fragments() {
    // websockets 17.4 refuses more than 4,096 fragments with 1009, and so an honest message of many small ones.
    var server = connection(.server, limit: 65_536)
    let middle = (1..<65_535).flatMap { _ in frame(0, [0x61], fin: false) }
    let events = server.feed(frame(1, [0x61], fin: false) + middle + frame(0, [0x61]))
    #expect(events == [text(String(repeating: "a", count: 65_536))])
    _ = server.feed(frame(1, [0x61], fin: false) + middle + frame(0, [0x61], fin: false) + frame(0, [0x61]))
    #expect(ending(server.transportEnded())?.cause == .violation(.messageTooBig(limit: 65_536)))
  }

  @Test(
    "20. RSV1 that nobody agreed to is 1002 on every frame",
    arguments: [0, 1, 2, 8, 9, 10] as [UInt8], [WebSocketConnection.Role.client, .server])
  func rsv1WithoutExtension(opcode: UInt8, role: WebSocketConnection.Role) {
    // python-websockets/websockets #1720: RSV1 on a continuation was accepted.
    let isMasked = role == .server
    var end = connection(role)
    if opcode == 0 { _ = end.feed(frame(1, [0x61], fin: false, masked: isMasked)) }
    #expect(end.feed(frame(opcode, rsv: 4, masked: isMasked)).isEmpty)
    #expect(ending(end.transportEnded())?.cause == .violation(.unexpectedReservedBits))
  }

  @Test("Also: a client that fails a connection masks its Close; a server masks none") func maskedClose() {
    // apple/swift-nio PR #3040: the error handler of a client sent an unmasked Close, a violation of its own.
    for role in [WebSocketConnection.Role.client, .server] {
      var end = connection(role)
      _ = end.feed(frame(3, masked: role == .server))
      let sent = PlainFrame.parse(end.takeOutput())
      #expect(sent.map(\.opcode) == [8])
      #expect(sent.map(\.masked) == [role == .client])
    }
  }

  @Test("Also: a client's unmasked Close is refused, not obeyed") func unmaskedClose() {
    // The other end of the same fault: the frame closes the connection, but as a violation.
    var server = connection(.server)
    #expect(server.feed(close(1000, masked: false)).isEmpty)
    let ended = ending(server.transportEnded())
    #expect(ended?.cause == .violation(.unmaskedFrame))
    #expect(ended?.isClean == false)
  }

  @Test("Also: a fragment may end within a character, and a control frame hold a part of one") func partialCharacter() {
    // python-websockets PR #1711: a fragment cut within a character crashed the debug log.
    let bytes = Array("за €5 👋".utf8)
    for cut in 0...bytes.count {
      var server = connection(.server)
      _ = server.feed(frame(1, Array(bytes[..<cut]), fin: false))
      #expect(server.feed(frame(9, Array(bytes[..<cut]))).map { "\($0)".isEmpty } == [false])
      #expect(server.feed(frame(0, Array(bytes[cut...]))) == [text("за €5 👋")])
    }
  }
}
