import NIOCore
import NIOHTTP1
import Testing

@testable import Transport

@Suite("The upgrade gate's decisions, as a table") struct UpgradeGateStateTests {
  private enum Step: Equatable {
    case forward, hold, decide(String), turnAway

    init(_ action: UpgradeGateState.Action) {
      switch action {
      case .forward: self = .forward
      case .hold: self = .hold
      case .decide(let head): self = .decide(head.uri)
      case .turnAway: self = .turnAway
      }
    }
  }

  /// The state as an object, which `#expect` can call.
  private final class Gate {
    var state = UpgradeGateState()

    func received(_ part: HTTPServerRequestPart) -> Step { Step(state.received(part)) }

    func answered() -> Step { Step(state.answered()) }

    func decided(passing: Bool) -> Bool { state.decided(passing: passing) }

    func quiesce() -> Step { Step(state.quiesce()) }

    func failed() -> Bool { state.failed() }
  }

  private func head(_ uri: String, upgrade: String? = nil) -> HTTPServerRequestPart {
    var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: uri)
    if let upgrade { head.headers.add(name: "Upgrade", value: upgrade) }
    return .head(head)
  }

  @Test("Ordinary requests pass, other upgrades too") func ordinary() {
    let gate = Gate()
    let parts = [head("/"), .body(ByteBuffer()), .end(nil), head("/2", upgrade: "h2c"), .end(nil)]
    for part in parts { #expect(gate.received(part) == .forward) }
    #expect(gate.answered() == .hold)
    #expect(!gate.state.holdsReads)
  }

  @Test("An upgrade is decided when it is whole") func upgrade() {
    let gate = Gate()
    #expect(gate.received(head("/ws", upgrade: "WebSocket")) == .hold)
    #expect(!gate.state.holdsReads)
    #expect(gate.received(.body(ByteBuffer())) == .hold)
    #expect(gate.received(.end(nil)) == .decide("/ws"))
    #expect(gate.state.holdsReads)
    #expect(gate.received(head("/")) == .hold)
    #expect(gate.decided(passing: false))
    #expect(!gate.decided(passing: false), "one decision")
    #expect(gate.received(head("/")) == .hold)
  }

  @Test("An upgrade waits for the responses before it") func pipelining() {
    let gate = Gate()
    for part in [head("/1"), .end(nil), head("/2"), .end(nil)] { _ = gate.received(part) }
    #expect(gate.received(head("/ws", upgrade: "websocket")) == .hold)
    #expect(gate.received(.end(nil)) == .hold)
    #expect(gate.answered() == .hold)
    #expect(gate.answered() == .decide("/ws"))
  }

  @Test("What is passed on counts as a request") func passed() {
    let gate = Gate()
    _ = gate.received(head("/ws", upgrade: "websocket"))
    _ = gate.received(.end(nil))
    #expect(gate.decided(passing: true))
    #expect(!gate.state.holdsReads)
    #expect(gate.answered() == .hold)
    #expect(gate.received(head("/")) == .forward)
  }

  @Test("A request with a body is judged at its head: the body may never end", arguments: ["5", "00", "0, 5"])
  func body(length: String) {
    let gate = Gate()
    guard case .head(var upgrade) = head("/ws", upgrade: "websocket") else { return }
    upgrade.headers.add(name: "Content-Length", value: length)
    #expect(gate.received(.head(upgrade)) == .decide("/ws"))
    #expect(gate.received(.body(ByteBuffer())) == .hold)
    #expect(gate.received(.end(nil)) == .hold)
  }

  @Test("A server that shuts down turns away who is to be decided on, now or later") func quiesce() {
    var gate = Gate()
    #expect(gate.quiesce() == .forward, "the application's connection")
    _ = gate.received(head("/ws", upgrade: "websocket"))
    #expect(gate.received(.end(nil)) == .turnAway)
    #expect(!gate.decided(passing: false))

    gate = Gate()
    for part in [head("/1"), .end(nil), head("/ws", upgrade: "websocket"), .end(nil)] { _ = gate.received(part) }
    #expect(gate.quiesce() == .hold, "an earlier response is under way")
    #expect(gate.answered() == .turnAway)

    gate = Gate()
    _ = gate.received(head("/ws", upgrade: "websocket"))
    _ = gate.received(.end(nil))
    #expect(gate.quiesce() == .turnAway)
    #expect(gate.state.isOver)
    #expect(gate.quiesce() == .hold)
  }

  @Test("What is no HTTP is answered only where the answer can be taken for no other") func failed() {
    #expect(Gate().failed())
    let gate = Gate()
    _ = gate.received(head("/1"))
    #expect(!gate.failed())
    #expect(gate.state.isOver)
  }

  @Test("A decision after the end is too late") func late() {
    let gate = Gate()
    _ = gate.received(head("/ws", upgrade: "websocket"))
    _ = gate.received(.end(nil))
    gate.state.closed()
    #expect(!gate.decided(passing: true))
  }
}
