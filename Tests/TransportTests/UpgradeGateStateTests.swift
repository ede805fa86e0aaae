import NIOCore
import NIOHTTP1
import Testing

@testable import Transport

@Suite("The upgrade gate's decisions, as a table") struct UpgradeGateStateTests {
  private enum Step: Equatable {
    case forward, hold, decide(String)

    init(_ action: UpgradeGateState.Action) {
      switch action {
      case .forward: self = .forward
      case .hold: self = .hold
      case .decide(let head): self = .decide(head.uri)
      }
    }
  }

  /// The state as an object, which `#expect` can call.
  private final class Gate {
    var state = UpgradeGateState()

    func received(_ part: HTTPServerRequestPart) -> Step { Step(state.received(part)) }

    func answered() -> Step { Step(state.answered()) }

    func decided(passing: Bool) -> Bool { state.decided(passing: passing) }
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

  @Test("A decision after the end is too late") func late() {
    let gate = Gate()
    _ = gate.received(head("/ws", upgrade: "websocket"))
    _ = gate.received(.end(nil))
    gate.state.closed()
    #expect(!gate.decided(passing: true))
  }
}
