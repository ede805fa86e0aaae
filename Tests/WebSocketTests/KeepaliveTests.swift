import Testing

@testable import WebSocket

@Suite("Pings, round trips and dead peers") struct KeepaliveTests {
  private let settings = WebSocketConnection.Keepalive(interval: .seconds(25), timeout: .seconds(15))

  @Test("The round trip counts from the ping's leaving") func roundTrip() throws {
    var server = connection(.server)
    try server.sendPing()
    let pings = flush(&server, at: .milliseconds(500))
    let payload = try #require(pings.first?.payload)
    #expect(server.feed(frame(10, payload), now: .milliseconds(530)) == [.pong(roundTrip: .milliseconds(30))])
    #expect(server.feed(frame(10, payload), now: .milliseconds(560)) == [.pong(roundTrip: nil)])
  }

  @Test("5.5.3: a pong answers the older pings too; a strange one answers none") func lastPing() throws {
    var server = connection(.server)
    try server.sendPing()
    try server.sendPing()
    let pings = flush(&server, at: .zero)
    #expect(server.feed(frame(10, Array("strange!".utf8)), now: .seconds(1)) == [.pong(roundTrip: nil)])
    #expect(server.feed(frame(10, pings[1].payload), now: .seconds(1)) == [.pong(roundTrip: .seconds(1))])
    #expect(server.feed(frame(10, pings[0].payload), now: .seconds(1)) == [.pong(roundTrip: nil)])
  }

  @Test("Pings nobody answers do not pile up") func boundedLedger() throws {
    var server = connection(.server)
    for _ in 0..<100 { try server.sendPing() }
    let pings = flush(&server, at: .zero)
    #expect(server.feed(frame(10, pings[10].payload)) == [.pong(roundTrip: nil)])
    #expect(server.feed(frame(10, pings[99].payload)) == [.pong(roundTrip: .zero)])
  }

  @Test("Silence brings a ping, further silence the end") func deadPeer() {
    var client = connection(.client, keepalive: settings)
    #expect(client.deadline == .seconds(25))
    #expect(client.timerFired(now: .seconds(24)) == nil)
    #expect(client.takeOutput().isEmpty)
    #expect(client.timerFired(now: .seconds(25)) == nil)
    #expect(flush(&client, at: .seconds(26)).map(\.opcode) == [9])
    #expect(client.deadline == .seconds(41))
    guard case .ended(let ending) = client.timerFired(now: .seconds(41)) else {
      Issue.record("the peer is dead")
      return
    }
    #expect(ending.cause == .keepaliveTimedOut)
    #expect(client.directive == .close)
  }

  @Test("Any byte is a sign of life") func anyByte() {
    var client = connection(.client, keepalive: settings)
    _ = client.timerFired(now: .seconds(25))
    _ = flush(&client, at: .seconds(25))
    _ = client.feed([0x81], now: .seconds(30))
    #expect(client.deadline == .seconds(55))
  }

  @Test("A ping that is still queued condemns nobody") func queuedPing() {
    var client = connection(.client, keepalive: settings)
    _ = client.timerFired(now: .seconds(25))
    #expect(client.deadline == nil)
    #expect(client.timerFired(now: .seconds(500)) == nil)
    #expect(client.isOpen == true)
  }

  @Test("After the machine has slept the peer is asked again before it is judged") func sleep() {
    var client = connection(.client, keepalive: settings)
    _ = client.timerFired(now: .seconds(25))
    _ = flush(&client, at: .seconds(25))
    #expect(client.timerFired(now: .seconds(8 * 3600)) == nil)
    #expect(client.isOpen == true)
    #expect(flush(&client, at: .seconds(8 * 3600)).map(\.opcode) == [9])
    #expect(client.deadline == .seconds(8 * 3600 + 15))
  }

  @Test("While closing, the closing's deadline rules") func closing() throws {
    var client = connection(.client, keepalive: settings)
    try client.close(now: .seconds(1))
    #expect(client.deadline == .seconds(6))
  }
}
