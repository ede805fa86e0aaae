import Synchronization

/// Lets only so many questions at once through to the models; the shell of a `WaitingLine`.
final class ModelGate: Sendable {
  private struct State {
    var line: WaitingLine
    var nextTicket: WaitingLine.Ticket = 0
    var waiting: [WaitingLine.Ticket: CheckedContinuation<Void, any Error>] = [:]
  }

  private let state: Mutex<State>

  init(limits: WaitingLine.Limits) {
    state = Mutex(State(line: WaitingLine(limits: limits)))
  }

  /// How many are asked now, and how many wait.
  var counts: (served: Int, waiting: Int) { state.withLock { $0.line.counts } }

  /// Runs the body when there is room.
  ///
  /// - Throws: `ModelFailure.busy` if the line is full, `CancellationError`, or what the body throws.
  func pass<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
    let ticket = state.withLock { state in
      state.nextTicket += 1
      return state.nextTicket
    }
    defer { leave(ticket) }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let actions = state.withLock { state in
          // The handler may have run before: then nobody else would take it out of the line.
          guard !Task.isCancelled else { return [WaitingLine.Action]?.none }
          state.waiting[ticket] = continuation
          return state.line.handle(.enter(ticket))
        }
        guard let actions else { return continuation.resume(throwing: CancellationError()) }
        carryOut(actions)
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume(throwing: CancellationError())
    }
    return try await body()
  }

  private func leave(_ ticket: WaitingLine.Ticket) {
    carryOut(state.withLock { $0.line.handle(.leave(ticket)) })
  }

  private func carryOut(_ actions: [WaitingLine.Action]) {
    for action in actions {
      switch action {
      case .serve(let ticket):
        state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume()
      case .turnAway(let ticket):
        state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume(throwing: ModelFailure.busy)
      }
    }
  }
}
