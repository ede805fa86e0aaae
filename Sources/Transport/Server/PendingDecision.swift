import NIOCore
import WebSocket

/// Waits for a decision that is made elsewhere. It comes once, on the event loop; as a 503 if it takes too long.
final class PendingDecision {
  private let eventLoop: any EventLoop
  private var timer: Scheduled<Void>?
  private var task: Task<Void, Never>?
  private var carryOut: ((UpgradeDecision) -> Void)?

  /// On the event loop.
  init(
    on eventLoop: any EventLoop, timeout: TimeAmount, _ decide: @escaping @Sendable () async -> UpgradeDecision,
    carryOut: @escaping (UpgradeDecision) -> Void
  ) {
    self.eventLoop = eventLoop
    self.carryOut = carryOut
    timer = eventLoop.assumeIsolated().scheduleTask(in: timeout) { [self] in
      settle(.refuse(HTTPRefusal(status: 503, text: "no decision in time")))
    }
    let place = NIOLoopBound(self, eventLoop: eventLoop)
    task = Task {
      let decision = await decide()
      eventLoop.execute { place.value.settle(decision) }
    }
  }

  /// Nobody waits for it any more.
  func cancel() {
    carryOut = nil
    timer?.cancel()
    timer = nil
    task?.cancel()
    task = nil
  }

  private func settle(_ decision: UpgradeDecision) {
    let carryOut = carryOut
    cancel()
    carryOut?(decision)
  }
}
