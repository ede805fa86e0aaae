import Testing

@testable import WebSocket

/// RFC 6455, section 7: how a connection ends.
@Suite("RFC 6455 section 7, closing") struct ClosingTests {
  @Test(
    "7.1: the peer closes; its frame is answered with its code", arguments: [1000, 1001, 1012, 3000, 4009] as [UInt16])
  func peerCloses(code: UInt16) {
    var server = connection(.server)
    let expected = CloseFrame(CloseCode(rawValue: code), reason: "done")
    #expect(server.feed(close(code, Array("done".utf8))) == [.closeReceived(expected)])
    #expect(server.takeOutput() == close(code, Array("done".utf8), masked: false))
    #expect(server.directive == .close)
    let ended = ending(server.transportEnded())
    #expect(ended == Ending(cause: .closeHandshake, received: expected, sent: expected))
    #expect(ended?.isClean == true)
    #expect(ended?.code.rawValue == code)
  }

  @Test("7.1.5: an empty Close is 1005 and answered empty") func emptyClose() {
    var client = connection(.client)
    #expect(client.feed(frame(8, masked: false)) == [.closeReceived(.empty)])
    #expect(PlainFrame.parse(client.takeOutput()).map(\.payload) == [[]])
    #expect(ending(client.transportEnded())?.code == .noStatus)
  }

  @Test("7.1.1: a client waits for the server to drop TCP, but not for ever") func clientWaits() {
    var client = connection(.client)
    _ = client.feed(close(1000, masked: false), now: .seconds(3))
    #expect(client.directive == .keepOpen)
    #expect(client.deadline == .seconds(8))
    #expect(client.timerFired(now: .seconds(7)) == nil)
    #expect(ending(client.timerFired(now: .seconds(8)))?.isClean == true)
    #expect(client.directive == .close)
  }

  @Test("7.1.2: this end closes; messages on their way still arrive") func weClose() throws {
    var server = connection(.server)
    try server.close(CloseFrame(.goingAway, reason: "restart"), now: .zero)
    #expect(server.takeOutput() == close(1001, Array("restart".utf8), masked: false))
    #expect(server.directive == .keepOpen)
    #expect(server.feed(frame(1, [0x61]) + frame(9) + close(1001)).prefix(1) == [text("a")])
    #expect(server.takeOutput().isEmpty, "nothing follows our Close, not even a pong")
    #expect(server.directive == .close)
    #expect(ending(server.transportEnded())?.cause == .closeHandshake)
  }

  @Test("7.1.2: closing within a message being received keeps its frames apart") func closeAmidMessage() throws {
    var server = connection(.server)
    let whole = frame(1, Array("hello".utf8)) + close(1000)
    #expect(server.feed(Array(whole.prefix(8))).isEmpty)
    try server.close(now: .zero)
    #expect(server.feed(Array(whole.dropFirst(8))) == [text("hello"), .closeReceived(CloseFrame(.normal))])
  }

  @Test("Closing twice sends one frame and keeps one deadline") func closeTwice() throws {
    var client = connection(.client)
    try client.close(now: .seconds(1))
    try client.close(CloseFrame(.goingAway), now: .seconds(4))
    #expect(PlainFrame.parse(client.takeOutput()).count == 1)
    #expect(client.deadline == .seconds(6))
  }

  @Test("A peer that keeps sending does not prolong the closing") func oneDeadline() throws {
    var server = connection(.server)
    try server.close(now: .zero)
    for second in 1...4 { _ = server.feed(frame(1, [0x61]), now: .seconds(second)) }
    #expect(server.deadline == .seconds(5))
    let ended = ending(server.timerFired(now: .seconds(5)))
    #expect(ended?.cause == .closeTimedOut)
    #expect(ended?.code == .abnormal)
    #expect(server.feed(frame(1, [0x61]), now: .seconds(6)).isEmpty)
  }

  @Test("7.1.5: TCP that ends without a Close is 1006") func transportEnds() {
    var client = connection(.client)
    let ended = ending(client.transportEnded())
    #expect(ended == Ending(cause: .transportEnded, received: nil, sent: nil))
    #expect(ended?.code == .abnormal)
    #expect(ended?.isClean == false)
    #expect(client.transportEnded() == nil)
    #expect(client.abort() == nil)
  }

  @Test("Aborting ends at once, and once") func abort() {
    var client = connection(.client)
    #expect(ending(client.abort())?.cause == .aborted)
    #expect(client.directive == .close)
    #expect(client.deadline == nil)
    #expect(client.takeOutput().isEmpty)
    #expect(client.transportEnded() == nil)
  }

  @Test("7.4.1: codes that may not be sent are refused", arguments: [0, 999, 1004, 1006, 1015, 2999, 5000] as [UInt16])
  func unsendable(code: UInt16) throws {
    var client = connection(.client)
    let code = CloseCode(rawValue: code)
    #expect(throws: WebSocketConnection.SendError.unsendableCloseCode(code)) {
      try client.close(CloseFrame(code), now: .zero)
    }
    #expect(client.isOpen == true)
    try client.close(.empty, now: .zero)
    #expect(PlainFrame.parse(client.takeOutput()).map(\.payload) == [[]])
  }

  @Test("5.5.1: a long reason is cut at a character's end") func longReason() {
    let frame = CloseFrame(.normal, reason: String(repeating: "я", count: 100))
    #expect(frame.reason == String(repeating: "я", count: 61))
    #expect(frame.payload.count <= 125)
  }

  @Test("Nothing is sent after a Close") func sendAfterClose() throws {
    var client = connection(.client)
    try client.close(now: .zero)
    _ = client.takeOutput()
    #expect(throws: WebSocketConnection.SendError.notOpen) { try client.send(TextMessage("x")) }
    #expect(throws: WebSocketConnection.SendError.notOpen) { try client.send([1]) }
    #expect(throws: WebSocketConnection.SendError.notOpen) { try client.sendPing() }
    #expect(throws: WebSocketConnection.SendError.notOpen) { try client.sendPong() }
    #expect(client.takeOutput().isEmpty)
  }
}
