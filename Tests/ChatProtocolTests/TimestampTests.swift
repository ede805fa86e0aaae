import ChatProtocol
import Testing

@Suite("Timestamps in every shape of the wire")
struct TimestampTests {
  /// 2025-01-15T10:30:00Z.
  static let base: Int64 = 1_736_937_000_000

  static let good: [(String, Int64)] = [
    ("2025-01-15T10:30:00Z", base),
    ("2025-01-15T10:30:00z", base),
    ("2025-01-15t10:30:00Z", base),
    ("2025-01-15T10:30:00", base),
    ("2025-01-15 10:30:00", base),
    ("2025-01-15 10:30:00Z", base),
    ("2025-01-15T10:30:00.405491Z", base + 405),
    ("2025-01-15T10:30:00.405491", base + 405),
    ("2025-01-15 10:30:00.405491", base + 405),
    ("2025-01-15T10:30:00.4Z", base + 400),
    ("2025-01-15T10:30:00.04Z", base + 40),
    ("2025-01-15T10:30:00.004Z", base + 4),
    ("2025-01-15T10:30:00.0009Z", base),
    ("2025-01-15T10:30:00.999999999999Z", base + 999),
    ("2025-01-15T12:30:00+02:00", base),
    ("2025-01-15T12:30:00+0200", base),
    ("2025-01-15T05:00:00-05:30", base),
    ("2025-01-15T10:30:00+00:00", base),
    ("2025-01-15T10:30:00-00:00", base),
    ("2025-01-15T10:30:00.5+00:00", base + 500),
    ("1970-01-01T00:00:00Z", 0),
    ("1969-12-31T23:59:59.999Z", -1),
    ("0001-01-01T00:00:00Z", -62_135_596_800_000),
    ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ("2024-02-29T00:00:00Z", 1_709_164_800_000),
    ("2000-02-29T00:00:00Z", 951_782_400_000),
    ("2016-12-31T23:59:60Z", 1_483_228_800_000),
  ]

  @Test(arguments: good)
  func reads(text: String, milliseconds: Int64) {
    #expect(Timestamp(text)?.milliseconds == milliseconds)
  }

  static let bad = [
    "", " ", "now", "2025", "2025-01-15", "2025-01-15T", "2025-01-15T10:30", "2025-01-15T10:30Z",
    "2025-01-15T10:30:0Z", "2025-1-15T10:30:00Z", "25-01-15T10:30:00Z", "2025-01-15T10:30:00.Z",
    "2025-01-15T10:30:00,5Z", "2025-01-15T10:30:00 Z", " 2025-01-15T10:30:00Z", "2025-01-15T10:30:00Z ",
    "2025-01-15T10:30:00ZZ", "2025-01-15T10:30:00+02", "2025-01-15T10:30:00+24:00", "2025-01-15T10:30:00+02:60",
    "2025-01-15T10:30:00+2:00", "2025-00-15T10:30:00Z", "2025-13-15T10:30:00Z", "2025-01-00T10:30:00Z",
    "2025-01-32T10:30:00Z", "2025-02-29T10:30:00Z", "1900-02-29T10:30:00Z", "2025-04-31T10:30:00Z",
    "2025-01-15T24:00:00Z", "2025-01-15T10:60:00Z", "2025-01-15T10:30:61Z", "0000-01-01T00:00:00Z",
    "-2025-01-15T10:30:00Z", "+2025-01-15T10:30:00Z", "２０２５-01-15T10:30:00Z", "2025-01-15T10:30:00\u{0}",
    "2025-01-15T10:30:00.0000000000000000000000000000Z", "2025-01-15X10:30:00Z", "1736937000", "2025/01/15 10:30:00",
  ]

  @Test(arguments: bad)
  func refuses(text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test(
    "what is written is read back",
    arguments: [Int64(0), -1, 1, 999, base + 7, -62_135_596_800_000, 253_402_300_799_999])
  func roundTrip(milliseconds: Int64) {
    let timestamp = Timestamp(milliseconds: milliseconds)
    #expect(Timestamp(timestamp.description) == timestamp)
  }

  @Test("every day of four centuries has the right date and the right weekday")
  func calendar() throws {
    var weekday = try #require(CivilDate(year: 1900, month: 1, day: 1)).weekday
    var day = try #require(CivilDate(year: 1900, month: 1, day: 1)).daysSinceEpoch
    for year in 1900..<2300 {
      for month in 1...12 {
        for dayOfMonth in 1...31 {
          guard let date = CivilDate(year: year, month: month, day: dayOfMonth) else { continue }
          guard date.daysSinceEpoch == day, CivilDate(daysSinceEpoch: day) == date, date.weekday == weekday else {
            Issue.record("\(date) is not day \(day)")
            return
          }
          day += 1
          weekday = (weekday + 1) % 7
        }
      }
    }
  }

  @Test(
    "seconds are rounded down, before 1970 too",
    arguments: [(Int64(1999), Int64(1)), (0, 0), (-1, -1), (-1000, -1), (-1001, -2)])
  func seconds(milliseconds: Int64, seconds: Int64) {
    #expect(Timestamp(milliseconds: milliseconds).seconds == seconds)
  }

  @Test("arithmetic holds at the ends instead of trapping")
  func extremes() {
    for end in [Int64.min, Int64.min + 1, -1, 0, Int64.max] {
      let timestamp = Timestamp(milliseconds: end)
      #expect(!timestamp.description.isEmpty)
      _ = timestamp.seconds
      for duration in [Duration.seconds(Int64.max), .seconds(Int64.min), .milliseconds(1), .milliseconds(-1), .zero] {
        _ = timestamp.advanced(by: duration)
      }
      for other in [Int64.min, 0, Int64.max] {
        _ = timestamp.duration(since: Timestamp(milliseconds: other))
      }
    }
    #expect(Timestamp(milliseconds: .max).advanced(by: .seconds(1)).milliseconds == .max)
    #expect(Timestamp(milliseconds: .min).advanced(by: .seconds(-1)).milliseconds == .min)
    #expect(Timestamp(milliseconds: .min).duration(since: Timestamp(milliseconds: .max)) < .zero)
    #expect(Timestamp(milliseconds: .max).duration(since: Timestamp(milliseconds: .min)) > .zero)
  }

  @Test func advancesAndMeasures() {
    let start = Timestamp(milliseconds: Self.base)
    let later = start.advanced(by: .milliseconds(1500))
    #expect(later.milliseconds == Self.base + 1500)
    #expect(later.duration(since: start) == .milliseconds(1500))
    #expect(start.duration(since: later) == .milliseconds(-1500))
    #expect(start < later)
  }
}
