public import ChatProtocol

/// What waits, in numbers: what a status bar has room for.
public struct StatusSummary: Hashable, Sendable, Codable {
  /// How many visitors wait for a human.
  public var waiting: Int
  /// How many dialogs are mine.
  public var mine: Int
  /// How long the first of those who wait has waited, in seconds; nil if nobody waits, or nobody knows.
  public var longestWaitSeconds: Int64?
  /// Whether the server answered.
  public var isReachable: Bool
  /// When it was asked.
  public var at: Timestamp

  enum CodingKeys: String, CodingKey {
    case waiting, mine, at
    case longestWaitSeconds = "longest_wait_seconds"
    case isReachable = "reachable"
  }

  /// A summary of the queue and of the dialogs that are mine.
  public init(queue: [QueueEntry], mine: [Dialog], at now: Timestamp) {
    waiting = queue.count
    self.mine = mine.count { $0.handoffStatus == .active || $0.handoffStatus == .none }
    longestWaitSeconds =
      queue.compactMap { entry -> Int64? in
        if let since = entry.requestedAt { return max(0, now.duration(since: since).components.seconds) }
        return entry.waitTimeMinutes.flatMap { Int64(exactly: ($0 * 60).rounded()) }
      }.max()
    isReachable = true
    at = now
  }

  /// The summary of a server that does not answer.
  public static func unreachable(at now: Timestamp) -> StatusSummary {
    var summary = StatusSummary(queue: [], mine: [], at: now)
    summary.isReachable = false
    return summary
  }

  /// What stands where the server does not answer, whatever the format.
  public static let unknown = "?"

  /// What is printed when no format is named.
  public static let plainFormat = "{waiting} waiting{longest} {mine} mine"

  /// The line of a format: `{waiting}` and `{mine}` are numbers, `{longest}` is a space and the longest wait, such as
  /// ` 3m`, or nothing when nobody waits.
  public func line(_ format: String) -> String {
    guard isReachable else { return Self.unknown }
    return
      format
      .replacing("{waiting}", with: "\(waiting)")
      .replacing("{mine}", with: "\(mine)")
      .replacing("{longest}", with: longestWaitSeconds.map { " " + span(.seconds($0)) } ?? "")
  }

  /// The line for tmux's `status-right`: in bold red while somebody waits.
  public var tmuxLine: String {
    guard isReachable else { return Self.unknown }
    guard waiting > 0 else { return line(Self.plainFormat) }
    return line("#[fg=red,bold]{waiting} waiting{longest}#[default] {mine} mine")
  }
}
