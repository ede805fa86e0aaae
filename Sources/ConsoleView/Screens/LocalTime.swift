import ChatProtocol
import ConsoleModel

/// A moment as the operator's wall clock and calendar show it.
struct LocalTime: Hashable {
  /// Days since 1970-01-01, for telling one day from another.
  let day: Int
  private let secondOfDay: Int
  private let format: TimeFormat

  init(_ timestamp: Timestamp, utcOffset: Int, format: TimeFormat = .hours24) {
    self.format = format
    // Held far inside of the range: a server may send any number, and a calendar must not overflow on it.
    let seconds = min(max(timestamp.seconds, -60_000_000_000), 250_000_000_000) + Int64(utcOffset)
    let remainder = seconds % 86_400
    secondOfDay = Int(remainder < 0 ? remainder + 86_400 : remainder)
    day = Int((seconds - Int64(secondOfDay)) / 86_400)
  }

  /// `14:07`, or `2:07pm`.
  var clock: String { format.text(minute: secondOfDay / 60, padded: true) }

  /// `14:07:20`; where half days are written without the seconds, for which columns have no room.
  var clockWithSeconds: String { format == .hours24 ? clock + ":" + twoDigits(secondOfDay % 60) : clock }

  /// `Today`, `Yesterday`, else `Monday 13 January`, with the year where it is not the present one.
  func dayTitle(today: LocalTime) -> String {
    switch today.day - day {
    case 0: return "Today"
    case 1: return "Yesterday"
    default:
      let date = CivilDate(daysSinceEpoch: day)
      let title = "\(Self.weekdays[date.weekday]) \(date.day) \(Self.months[date.month - 1])"
      return date.year == CivilDate(daysSinceEpoch: today.day).year ? title : title + " \(date.year)"
    }
  }

  /// In at most seven cells: the clock on the same day, else the date, else the year: `14:07`, `13 Jan`, `2024`.
  func short(today: LocalTime) -> String {
    if day == today.day { return clock }
    let date = CivilDate(daysSinceEpoch: day)
    if date.year == CivilDate(daysSinceEpoch: today.day).year {
      return "\(date.day) \(Self.months[date.month - 1].prefix(3))"
    }
    return "\(date.year)"
  }

  private static let weekdays = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ]
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
}

private func twoDigits(_ number: Int) -> String {
  number < 10 ? "0\(number)" : "\(number)"
}
