public import ChatProtocol

/// A moment as this machine's clock and calendar show it.
public struct LocalMoment: Sendable {
  private let offset: @Sendable (Timestamp) -> Int

  /// - Parameter offset: Seconds east of Greenwich at a moment.
  public init(offset: @escaping @Sendable (Timestamp) -> Int) {
    self.offset = offset
  }

  /// `2025-01-15 10:30`; `-` for none.
  public func minutes(_ timestamp: Timestamp?) -> String {
    guard let timestamp else { return "-" }
    return String(text(timestamp).prefix(16))
  }

  /// `2025-01-15 10:30:00`; `-` for none.
  public func seconds(_ timestamp: Timestamp?) -> String {
    guard let timestamp else { return "-" }
    return String(text(timestamp).prefix(19))
  }

  private func text(_ timestamp: Timestamp) -> String {
    // Held far inside of the range: a server may send any number, and a calendar must not overflow on it.
    let held = min(max(timestamp.milliseconds, -60_000_000_000_000), 250_000_000_000_000)
    let moment = Timestamp(milliseconds: held)
    return moment.advanced(by: .seconds(offset(moment))).description.replacing("T", with: " ")
  }
}

/// How long something has lasted, in one word: `12s`, `7m`, `3h`, `2d`.
public func span(_ duration: Duration) -> String {
  let seconds = max(0, duration.components.seconds)
  return switch seconds {
  case ..<120: "\(seconds)s"
  case ..<7200: "\(seconds / 60)m"
  case ..<172_800: "\(seconds / 3600)h"
  default: "\(seconds / 86_400)d"
  }
}
