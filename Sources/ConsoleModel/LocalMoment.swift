public import ChatProtocol

// The operator's own wall clock, as far as words that are typed and shown need it.
extension Clock {
  /// The local calendar day and the second in it.
  func local(_ moment: Timestamp) -> (day: Int, second: Int) {
    // Held far inside of the range: a server may send any number, and a calendar must not overflow on it.
    let seconds = min(max(moment.seconds, -60_000_000_000), 250_000_000_000) + Int64(zone.offset(at: moment))
    let rest = ((seconds % 86_400) + 86_400) % 86_400
    return (Int((seconds - rest) / 86_400), Int(rest))
  }

  /// The moment at which a local calendar day has a time.
  func moment(day: Int, second: Int) -> Timestamp {
    zone.moment(showing: Int64(day) * 86_400 + Int64(second))
  }

  /// `14:07`, with the weekday (`Tue 9:00`) or the date (`15 Jan 9:00`) where it is not today.
  public func shortText(_ moment: Timestamp, _ format: TimeFormat = .hours24) -> String {
    let (day, second) = local(moment)
    let time = format.text(minute: second / 60)
    let today = local(now).day
    if day == today { return time }
    let date = CivilDate(daysSinceEpoch: day)
    if abs(day - today) < 7 { return "\(Self.weekdays[date.weekday]) \(time)" }
    let year = date.year == CivilDate(daysSinceEpoch: today).year ? "" : " \(date.year)"
    return "\(date.day) \(Self.months[date.month - 1])\(year) \(time)"
  }

  static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}

extension ConsoleState {
  /// A moment in the operator's local time and chosen format; the day where it is not today.
  public func shortText(_ moment: Timestamp) -> String { clock.shortText(moment, settings.timeFormat) }
}

extension Clock {
  /// Reads a moment to come: a time from now (`15m`, `1h30m`, `2d`), a time of day (`17:00`, today or else tomorrow), a
  /// day with or without one (`tomorrow`, `fri 14:00`; without, 9:00). Nil for anything else.
  public func moment(typed text: String) -> Timestamp? {
    let words = text.lowercased().split(separator: " ").filter { $0 != "at" && $0 != "in" }
    guard let first = words.first, words.count <= 2 else { return nil }
    let (today, second) = local(now)
    if words.count == 1 {
      if let span = Self.span(first) { return now.advanced(by: .seconds(span)) }
      if let time = Self.timeOfDay(first) { return moment(day: time > second ? today : today + 1, second: time) }
    }
    guard let day = day(named: first, today: today) else { return nil }
    guard words.count == 2 else { return moment(day: day, second: 9 * 3600) }
    guard let time = Self.timeOfDay(words[1]) else { return nil }
    let moment = moment(day: day, second: time)
    return moment > now ? moment : nil
  }

  private func day(named word: Substring, today: Int) -> Int? {
    if word == "today" { return today }
    if word == "tomorrow" || word == "tom" { return today + 1 }
    guard word.count >= 3, let wanted = Self.weekdays.firstIndex(where: { word.hasPrefix($0.lowercased()) }) else {
      return nil
    }
    let now = CivilDate(daysSinceEpoch: today).weekday
    return today + (wanted - now + 6) % 7 + 1
  }

  /// `1h30m` in seconds; nil for zero, for more than a year, and for what is none.
  private static func span(_ word: Substring) -> Int? {
    var seconds = 0
    var rest = word
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard let number = Int(digits), number <= 100_000, let unit = rest.dropFirst(digits.count).first else {
        return nil
      }
      switch unit {
      case "m": seconds += number * 60
      case "h": seconds += number * 3600
      case "d": seconds += number * 86_400
      case "w": seconds += number * 604_800
      default: return nil
      }
      rest = rest.dropFirst(digits.count + 1)
    }
    return (60...366 * 86_400).contains(seconds) ? seconds : nil
  }

  /// `9:00`, `17.30`, `9am`, `5pm` in seconds of the day.
  private static func timeOfDay(_ word: Substring) -> Int? {
    var word = word
    var afternoon = 0
    var isTwelveHours = false
    for (suffix, hours) in [("am", 0), ("pm", 12)] where word.hasSuffix(suffix) {
      word = word.dropLast(2)
      afternoon = hours
      isTwelveHours = true
    }
    let parts = word.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "." }
    guard (isTwelveHours ? 1...2 : 2...2).contains(parts.count), parts.allSatisfy({ (1...2).contains($0.count) }),
      let hour = Int(parts[0]), let minute = parts.count == 2 ? Int(parts[1]) : 0,
      (isTwelveHours ? 1...12 : 0...23).contains(hour), (0...59).contains(minute)
    else { return nil }
    return ((isTwelveHours ? hour % 12 + afternoon : hour) * 60 + minute) * 60
  }
}
