public import ChatProtocol
import ConsoleModel

/// What a screen depends on beside the console's state: facts of the machine that the state is not to know.
public struct RenderEnvironment: Sendable {
  /// Seconds east of Greenwich at a moment, daylight saving included.
  public var utcOffset: @Sendable (Timestamp) -> Int
  /// How times of the day are written; a scene takes it from the settings.
  var timeFormat = TimeFormat.hours24

  /// Makes an environment; UTC by default.
  public init(utcOffset: @escaping @Sendable (Timestamp) -> Int = { _ in 0 }) {
    self.utcOffset = utcOffset
  }

  func local(_ timestamp: Timestamp) -> LocalTime {
    LocalTime(timestamp, utcOffset: utcOffset(timestamp), format: timeFormat)
  }
}
