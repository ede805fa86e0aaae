import NIOCore
import Synchronization
import WebSocket

/// Ends all the WebSockets of one server together.
///
/// A server makes one and gives it to its upgrade handlers. When it is to stop, and has stopped listening, it awaits
/// `drain(within:)`: every open connection is sent its `WebSocketHandler.Configuration.shutdownFrame` (1001, 1012 or
/// what the server chose), every request to open one that is being read or decided on is answered with 503 and
/// `Retry-After`, and so is every later one. Connections have one deadline for all that, together; then they are
/// dropped.
public final class WebSocketDrain: Sendable {
  /// What has become of the connections.
  public struct Report: Hashable, Sendable {
    /// How many there were.
    public let connections: Int
    /// How many of them had to be dropped at the deadline.
    public let dropped: Int
    /// From the beginning of the shutdown to the last one's end.
    public let duration: Duration
  }

  private struct State: Sendable {
    var machine = DrainState<ObjectIdentifier>()
    var channels: [ObjectIdentifier: any Channel] = [:]
    var report: Report?
    var waiting: [CheckedContinuation<Report, Never>] = []
  }

  private let state = Mutex(State())
  /// What is said to requests that come too late.
  let refusal: HTTPRefusal

  /// - Parameter retryAfter: when those who are turned away may come again; whole seconds are sent. Default 5 s.
  public init(retryAfter: Duration = .seconds(5)) {
    let fields = HeaderFields([("Retry-After", String(max(0, retryAfter.components.seconds)))])
    refusal = HTTPRefusal(status: 503, fields: fields, text: "the server is shutting down")
  }

  /// How many connections are WebSockets, or are about to be.
  public var connectionCount: Int { state.withLock(\.machine.count) }

  /// Ends them all. A second call waits for the same end.
  ///
  /// - Parameter deadline: for all of them, to answer their Close frames and close.
  /// - Returns: when the last one has gone or has been dropped.
  public func drain(within deadline: Duration) async -> Report {
    let timer = Task {
      try await Task.sleep(for: deadline)
      handle(.deadline)
    }
    defer { timer.cancel() }
    handle(.begin)
    return await withCheckedContinuation { continuation in
      let report = state.withLock { state in
        if state.report == nil { state.waiting.append(continuation) }
        return state.report
      }
      if let report { continuation.resume(returning: report) }
    }
  }

  /// Counts a connection in until it closes.
  func enter(_ channel: any Channel) {
    let member = ObjectIdentifier(channel)
    state.withLock { $0.channels[member] = channel }
    handle(.entered(member))
    channel.closeFuture.whenComplete { [self] _ in handle(.left(member)) }
  }

  private func handle(_ event: DrainState<ObjectIdentifier>.Event) {
    let effects = state.withLock { state in
      if case .left(let member) = event { state.channels[member] = nil }
      return state.machine.handle(event, now: MonotonicTime.now).map { action -> (action: Action, to: [any Channel]) in
        switch action {
        case .quiesce(let members), .drop(let members): (action, members.compactMap { state.channels[$0] })
        case .finish: (action, [])
        }
      }
    }
    for (action, channels) in effects {
      switch action {
      case .quiesce:
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
      case .drop:
        for channel in channels { channel.close(promise: nil) }
      case .finish(let report): finish(report)
      }
    }
  }

  private typealias Action = DrainState<ObjectIdentifier>.Action

  private func finish(_ report: Report) {
    let waiting = state.withLock { state in
      state.report = report
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume(returning: report) }
  }
}
