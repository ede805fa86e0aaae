/// A point in time on the wire: UTC, to the millisecond.
///
/// The protocol's timestamps come in four shapes (`2025-01-15T10:30:00Z`, `…:00.405491Z`, `…:00.405491` without a
/// zone, `2025-01-15 10:30:00`) and all of them are UTC; an explicit offset (`+02:00`) is honoured too. Parsing is
/// done here, by hand, because Foundation's ISO 8601 parser takes only one of them.
public struct Timestamp: Hashable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
  public var milliseconds: Int64

  /// Makes a timestamp of a number of milliseconds since 1970-01-01T00:00:00Z.
  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
  public var seconds: Int64 {
    milliseconds.flooredQuotient(by: 1000)
  }

  /// This moment, later (or earlier) by a duration, to the millisecond; held at the ends of the range.
  public func advanced(by duration: Duration) -> Timestamp {
    let (seconds, attoseconds) = duration.components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    let limit: Int64 = seconds < 0 ? .min : .max
    guard !overflow else { return Timestamp(milliseconds: limit) }
    let (delta, beyond) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
    let (sum, overflowed) = milliseconds.addingReportingOverflow(delta)
    return Timestamp(milliseconds: beyond || overflowed ? limit : sum)
  }

  /// The time from an earlier moment to this one; negative if `other` is later.
  public func duration(since other: Timestamp) -> Duration {
    let (difference, overflow) = milliseconds.subtractingReportingOverflow(other.milliseconds)
    guard overflow else { return .milliseconds(difference) }
    return .milliseconds(self < other ? Int64.min : Int64.max)
  }
}

extension Timestamp: Comparable {
  public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool {
    lhs.milliseconds < rhs.milliseconds
  }
}

// MARK: - Text

extension Timestamp: LosslessStringConvertible {
  /// RFC 3339 in UTC with milliseconds: `2025-01-15T10:30:00.405Z`.
  public var description: String {
    let date = CivilDate(daysSinceEpoch: Int(seconds.flooredQuotient(by: 86_400)))
    let secondOfDay = Int(seconds.flooredRemainder(by: 86_400))
    let millisecond = Int(milliseconds.flooredRemainder(by: 1000))
    return date.description + "T" + padded(secondOfDay / 3600, 2) + ":" + padded(secondOfDay / 60 % 60, 2)
      + ":" + padded(secondOfDay % 60, 2) + "." + padded(millisecond, 3) + "Z"
  }

  /// Reads any of the wire's shapes. Returns nil for anything else, for a day that the calendar does not have, and
  /// for years outside 0001–9999.
  public init?(_ text: String) {
    guard text.utf8.count <= 40 else { return nil }
    var scanner = DigitScanner(text)
    guard let year = scanner.number(digits: 4), scanner.skip("-"),
      let month = scanner.number(digits: 2), scanner.skip("-"),
      let day = scanner.number(digits: 2),
      scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
      let hour = scanner.number(digits: 2), scanner.skip(":"),
      let minute = scanner.number(digits: 2), scanner.skip(":"),
      let second = scanner.number(digits: 2)
    else { return nil }
    guard let date = CivilDate(year: year, month: month, day: day), hour < 24, minute < 60, second <= 60
    else { return nil }

    var millisecond = 0
    if scanner.skip(".") {
      guard let fraction = scanner.fraction() else { return nil }
      millisecond = fraction
    }
    guard let offset = scanner.zoneOffsetSeconds() else { return nil }

    let secondsOfDay = hour * 3600 + minute * 60 + second - offset
    self.init(milliseconds: (Int64(date.daysSinceEpoch) * 86_400 + Int64(secondsOfDay)) * 1000 + Int64(millisecond))
  }
}

extension Timestamp: Codable {
  /// Decodes any of the wire's shapes; throws `DecodingError.dataCorrupted` for anything else.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let timestamp = Timestamp(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a timestamp")
    }
    self = timestamp
  }

  /// Encodes as RFC 3339 with `Z` and milliseconds.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

// MARK: - Parsing

/// Reads fixed-width decimal fields from the front of a string's UTF-8.
private struct DigitScanner {
  private var rest: Substring.UTF8View

  init(_ text: String) {
    rest = text[...].utf8
  }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard let first = rest.first, UInt32(first) == character.value else { return false }
    rest.removeFirst()
    return true
  }

  mutating func number(digits: Int) -> Int? {
    var value = 0
    for _ in 0..<digits {
      guard let digit = self.digit() else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  /// Any number of digits after the point, as milliseconds, rounded down.
  mutating func fraction() -> Int? {
    guard var value = digit() else { return nil }
    var count = 1
    while let next = digit() {
      if count < 3 { value = value * 10 + next }
      count += 1
    }
    while count < 3 {
      value *= 10
      count += 1
    }
    return value
  }

  /// The zone at the end: `Z`, `±hh:mm`, `±hhmm`, or nothing, which means UTC. Nil if anything else follows.
  mutating func zoneOffsetSeconds() -> Int? {
    if rest.isEmpty { return 0 }
    if skip("Z") || skip("z") { return rest.isEmpty ? 0 : nil }
    let sign: Int
    if skip("+") {
      sign = 1
    } else if skip("-") {
      sign = -1
    } else {
      return nil
    }
    guard let hours = number(digits: 2) else { return nil }
    _ = skip(":")
    guard let minutes = number(digits: 2), rest.isEmpty, hours < 24, minutes < 60 else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }

  private mutating func digit() -> Int? {
    guard let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
    rest.removeFirst()
    return Int(byte - UInt8(ascii: "0"))
  }
}
