import NIOCore
import Transport
import WebSocket

/// Keeps so many messages in flight on each of its connections, and compares every reply with what was sent.
///
/// A closed loop: a reply that came in whole lets the next message go out. All of it on one event loop.
final class LoadGenerator {
  struct Plan: Sendable {
    var request: WebSocketClient.Request
    var connections: Int
    var depth: Int
    var messages: LoadMessages
    var warmUp: TimeAmount
    var duration: TimeAmount
  }

  /// What was counted between the warm-up's end and the duration's.
  struct Result: Sendable {
    var replies = 0
    /// Those before and after included.
    var allReplies = 0
    var seconds = 0.0
    var latencies = LatencyHistogram()
  }

  enum Failure: Error, CustomStringConvertible {
    case wrongReply(connection: Int, message: Int)
    case notOpened(connection: Int, String)
    case ended(connection: Int, String)
    case stalled

    var description: String {
      switch self {
      case .wrongReply(let connection, let message):
        "connection \(connection): the reply to message \(message) is not what was sent"
      case .notOpened(let connection, let reason): "connection \(connection) did not open: \(reason)"
      case .ended(let connection, let reason): "connection \(connection) ended: \(reason)"
      case .stalled: "nothing has come for 10 s"
      }
    }
  }

  private struct Connection {
    var handle: WebSocketClient.Handle
    var sent = 0
    var received = 0
    /// When the messages in flight were sent, by their number modulo the depth.
    var sendingTimes: [NIODeadline]
  }

  private enum Phase { case opening, warmingUp, measuring, ebbing, over }

  private static let stallTimeout = TimeAmount.seconds(10)

  private let plan: Plan
  private let eventLoop: any EventLoop
  private let promise: EventLoopPromise<Result>
  private var phase = Phase.opening
  private var connections: [Connection] = []
  private var openConnections = 0
  private var inFlight = 0
  private var result = Result()
  private var measuringSince = NIODeadline.distantPast
  private var repliesAtLastCheck = 0

  private init(_ plan: Plan, on eventLoop: any EventLoop, promise: EventLoopPromise<Result>) {
    self.plan = plan
    self.eventLoop = eventLoop
    self.promise = promise
  }

  /// - Throws: `Failure`, on the first reply that is wrong, late or lost.
  static func run(_ plan: Plan, on eventLoop: any EventLoop) async throws -> Result {
    let promise = eventLoop.makePromise(of: Result.self)
    eventLoop.execute { LoadGenerator(plan, on: eventLoop, promise: promise).open() }
    return try await promise.futureResult.get()
  }

  private func open() {
    let box = NIOLoopBound(self, eventLoop: eventLoop)
    let times = [NIODeadline](repeating: .distantPast, count: plan.depth)
    for index in 0..<plan.connections {
      let attach: (WebSocketClient.Handle) -> WebSocketClient.Listener = { handle in
        self.connections.append(Connection(handle: handle, sendingTimes: times))
        return { event in box.value.receive(event, on: index) }
      }
      WebSocketClient.connect(plan.request, attaching: attach, on: eventLoop)
    }
    watchForStall()
  }

  private func receive(_ event: WebSocketClient.Event, on index: Int) {
    switch event {
    case .opened: opened()
    case .text(let text):
      guard case .texts(let texts) = plan.messages else { return wrongReply(on: index) }
      replied(text == texts[connections[index].received % texts.count], on: index)
    case .binary(let bytes):
      guard case .binaries(let binaries) = plan.messages else { return wrongReply(on: index) }
      replied(bytes == binaries[connections[index].received % binaries.count], on: index)
    case .pong: break
    case .refused(let refusal): finish(.failure(.notOpened(connection: index, "status \(refusal.status)")))
    case .failed(let error): finish(.failure(.notOpened(connection: index, error.description)))
    case .closed(let ending): finish(.failure(.ended(connection: index, "code \(ending.code)")))
    }
  }

  private func opened() {
    openConnections += 1
    guard openConnections == plan.connections else { return }
    phase = .warmingUp
    for index in connections.indices {
      for _ in 0..<plan.depth { send(on: index, at: .now()) }
    }
    schedule(in: plan.warmUp) { $0.measure() }
  }

  private func measure() {
    phase = .measuring
    measuringSince = .now()
    schedule(in: plan.duration) { $0.ebb() }
  }

  /// Sends no more, and waits for what is in flight, so that the last replies are compared too.
  private func ebb() {
    phase = .ebbing
    result.seconds = Double((NIODeadline.now() - measuringSince).nanoseconds) / 1e9
  }

  private func send(on index: Int, at now: NIODeadline) {
    let number = connections[index].sent
    connections[index].sent += 1
    connections[index].sendingTimes[number % plan.depth] = now
    inFlight += 1
    switch plan.messages {
    case .texts(let texts): connections[index].handle.send(text: texts[number % texts.count])
    case .binaries(let binaries): connections[index].handle.send(binary: binaries[number % binaries.count])
    }
  }

  private func replied(_ isRight: Bool, on index: Int) {
    guard isRight, connections[index].received < connections[index].sent else { return wrongReply(on: index) }
    let now = NIODeadline.now()
    let number = connections[index].received
    connections[index].received += 1
    inFlight -= 1
    result.allReplies += 1
    switch phase {
    case .measuring:
      let latency = now - connections[index].sendingTimes[number % plan.depth]
      result.latencies.record(nanoseconds: UInt64(max(0, latency.nanoseconds)))
      result.replies += 1
      send(on: index, at: now)
    case .warmingUp:
      send(on: index, at: now)
    case .ebbing where inFlight == 0:
      finish(.success(result))
    case .opening, .ebbing, .over:
      break
    }
  }

  private func wrongReply(on index: Int) {
    finish(.failure(.wrongReply(connection: index, message: connections[index].received)))
  }

  private func watchForStall() {
    schedule(in: Self.stallTimeout) { generator in
      guard generator.result.allReplies > generator.repliesAtLastCheck else {
        return generator.finish(.failure(.stalled))
      }
      generator.repliesAtLastCheck = generator.result.allReplies
      generator.watchForStall()
    }
  }

  private func schedule(in time: TimeAmount, _ action: @escaping (LoadGenerator) -> Void) {
    eventLoop.assumeIsolated().scheduleTask(in: time) { [self] in
      if phase != .over { action(self) }
    }
  }

  private func finish(_ outcome: Swift.Result<Result, Failure>) {
    guard phase != .over else { return }
    phase = .over
    for connection in connections { connection.handle.close() }
    promise.completeWith(outcome.mapError { $0 as any Error })
  }
}
