import NIOHTTP1
import WebSocket

/// What the gate does with each part of the HTTP conversation, as a value.
///
/// An upgrade waits until all earlier requests are answered (RFC 9110, section 7.8, with pipelining), or its 101
/// would overtake their responses.
struct UpgradeGateState {
  enum Action {
    /// Let the part through.
    case forward
    /// Keep it back.
    case hold
    /// The request is whole and it is its turn: ask for a decision.
    case decide(HTTPRequestHead)
    /// The server shuts down: answer with 503.
    case turnAway
  }

  private enum Stage {
    case forwarding
    case collecting(HTTPRequestHead)
    case waitingForTurn(HTTPRequestHead)
    case deciding
    case over
  }

  private var stage = Stage.forwarding
  private var unanswered = 0
  private var isQuiescing = false

  /// Whether reading would only pile up bytes.
  var holdsReads: Bool {
    switch stage {
    case .waitingForTurn, .deciding: true
    case .forwarding, .collecting, .over: false
    }
  }

  /// Whether HTTP has ended here.
  var isOver: Bool {
    if case .over = stage { true } else { false }
  }

  mutating func received(_ part: HTTPServerRequestPart) -> Action {
    switch (stage, part) {
    case (.forwarding, .head(let head)) where head.asksForWebSocket:
      guard head.announcesBody else {
        stage = .collecting(head)
        return .hold
      }
      // It will be refused; its body may be without end.
      stage = .waitingForTurn(head)
      return takeTurn()
    case (.forwarding, .head):
      unanswered += 1
      return .forward
    case (.forwarding, _):
      return .forward
    case (.collecting(let head), .end):
      stage = .waitingForTurn(head)
      return takeTurn()
    default:
      return .hold
    }
  }

  /// A response has been written whole.
  mutating func answered() -> Action {
    unanswered -= 1
    return takeTurn()
  }

  /// A decision is here; false when it is too late for one.
  mutating func decided(passing: Bool) -> Bool {
    guard case .deciding = stage else { return false }
    if passing { unanswered += 1 }
    stage = passing ? .forwarding : .over
    return true
  }

  /// The server shuts down. The application sees to the requests it has.
  mutating func quiesce() -> Action {
    isQuiescing = true
    switch stage {
    case .forwarding: return .forward
    case .deciding:
      stage = .over
      return .turnAway
    case .collecting, .waitingForTurn, .over: return .hold
    }
  }

  /// The decoder can make nothing of what comes; HTTP has ended with that.
  ///
  /// - Returns: whether an answer can say so: not if it would be taken for that to an earlier request.
  mutating func failed() -> Bool {
    defer { stage = .over }
    guard case .forwarding = stage else { return false }
    return unanswered == 0
  }

  mutating func closed() { stage = .over }

  private mutating func takeTurn() -> Action {
    guard case .waitingForTurn(let head) = stage, unanswered == 0 else { return .hold }
    guard !isQuiescing else {
      stage = .over
      return .turnAway
    }
    stage = .deciding
    return .decide(head)
  }
}

extension HTTPRequestHead {
  fileprivate var asksForWebSocket: Bool {
    // Most requests have no such header, and none of theirs is copied.
    headers.contains(name: "Upgrade") && UpgradeRequest.isAsked(by: HeaderFields(headers))
  }

  fileprivate var announcesBody: Bool {
    headers.contains(name: "Transfer-Encoding") || headers["Content-Length"].contains { $0 != "0" }
  }
}

extension HeaderFields {
  init(_ headers: HTTPHeaders) { self.init(headers.map { ($0.name, $0.value) }) }
}
