public import ChatProtocol

/// A time that passes, as the list shows it: `<1m`, `12m`, `1h05m`, `3d`. Minutes are fine enough to choose whom to
/// answer first, and a clock that changes once a minute lets the console sleep in between.
public struct Elapsed: Hashable, Sendable {
  /// Since when.
  public let start: Timestamp

  /// The time that passes since a moment.
  public init(since start: Timestamp) {
    self.start = start
  }

  /// The words for a moment; a start that lies in the future, by a server's clock, counts as just now.
  public func text(at now: Timestamp) -> String {
    let minutes = wholeMinutes(at: now)
    switch minutes {
    case ..<1: return "<1m"
    case ..<60: return "\(minutes)m"
    case ..<1440:
      let rest = minutes % 60
      return "\(minutes / 60)h" + (rest < 10 ? "0" : "") + "\(rest)m"
    default: return "\(minutes / 1440)d"
    }
  }

  /// When the words change next.
  public func nextChange(after now: Timestamp) -> Timestamp {
    let minutes = wholeMinutes(at: now)
    let next = minutes < 1440 ? minutes + 1 : (minutes / 1440 + 1) * 1440
    return start.advanced(by: .seconds(next * 60))
  }

  private func wholeMinutes(at now: Timestamp) -> Int64 {
    max(0, now.duration(since: start).components.seconds / 60)
  }
}

/// A countdown in whole seconds, as the status bar shows it: never 0 before its time.
public struct Countdown: Hashable, Sendable {
  /// When it ends, on the monotonic clock.
  public let end: Duration

  /// The time up to a moment on the monotonic clock.
  public init(end: Duration) {
    self.end = end
  }

  /// The seconds that are left, rounded up.
  public func seconds(at now: Duration) -> Int64 {
    let left = end - now
    guard left > .zero else { return 0 }
    return left.components.seconds + (left.components.attoseconds > 0 ? 1 : 0)
  }

  /// When the number changes next; nil once it has ended.
  func nextChange(after now: Duration) -> Duration? {
    let left = seconds(at: now)
    return left > 0 ? end - .seconds(left - 1) : nil
  }
}

/// An age in whole seconds up to two minutes, and in whole minutes from there.
public struct Age: Hashable, Sendable {
  /// Since when, on the monotonic clock.
  public let start: Duration

  /// The time since a moment on the monotonic clock.
  public init(start: Duration) {
    self.start = start
  }

  /// The words for a moment: `12s`, `119s`, `2m`.
  public func text(at now: Duration) -> String {
    let seconds = wholeSeconds(at: now)
    return seconds < 120 ? "\(seconds)s" : "\(seconds / 60)m"
  }

  /// When the words change next.
  func nextChange(after now: Duration) -> Duration {
    let seconds = wholeSeconds(at: now)
    return start + .seconds(seconds < 119 ? seconds + 1 : (seconds / 60 + 1) * 60)
  }

  private func wholeSeconds(at now: Duration) -> Int64 {
    max(0, (now - start).components.seconds)
  }
}
