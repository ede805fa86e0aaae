import ChatProtocol
import Testing

@testable import ConsoleModel

@Suite("The time zone's rule")
struct LocalZoneTests {
  private static func at(_ text: String) -> Timestamp { Timestamp(text) ?? .distantPast }

  /// Berlin in 2026: forward on 29 March, back on 25 October, at 1:00 UTC.
  static let berlin = LocalZone(
    offset: 3600,
    changes: [
      LocalZone.Change(at: at("2026-03-29T01:00:00Z"), offset: 7200),
      LocalZone.Change(at: at("2026-10-25T01:00:00Z"), offset: 3600),
    ])

  @Test(
    "A time that is typed is that which the clocks will show",
    arguments: [
      // Saturday before they are put forward: 9:00 on Sunday is an hour earlier than on Saturday.
      ("2026-03-28T12:00:00Z", "tomorrow 9:00", "2026-03-29T07:00:00Z"),
      ("2026-03-28T12:00:00Z", "tomorrow 1:30", "2026-03-29T00:30:00Z"),
      ("2026-03-28T12:00:00Z", "mon", "2026-03-30T07:00:00Z"),
      // 2:30 is never shown that night.
      ("2026-03-28T12:00:00Z", "tomorrow 2:30", "2026-03-29T01:30:00Z"),
      ("2026-03-29T12:00:00Z", "tomorrow 9:00", "2026-03-30T07:00:00Z"),
      // Across the change an hour stays an hour.
      ("2026-03-29T00:30:00Z", "1h", "2026-03-29T01:30:00Z"),
      ("2026-03-28T22:50:00Z", "0:10", "2026-03-28T23:10:00Z"),
      // Saturday before they are put back.
      ("2026-10-24T12:00:00Z", "tomorrow 9:00", "2026-10-25T08:00:00Z"),
      // 2:30 is shown twice that night: the first of them.
      ("2026-10-24T12:00:00Z", "tomorrow 2:30", "2026-10-25T00:30:00Z"),
      ("2026-10-24T12:00:00Z", "tomorrow 3:30", "2026-10-25T02:30:00Z"),
      ("2026-10-24T12:00:00Z", "mon 9:00", "2026-10-26T08:00:00Z"),
      ("2026-07-01T12:00:00Z", "fri 14:00", "2026-07-03T12:00:00Z"),
    ])
  func typedMoments(now: String, typed: String, moment: String) {
    let clock = Clock(now: Self.at(now), monotonic: .zero, zone: Self.berlin)
    #expect(clock.moment(typed: typed) == Self.at(moment))
  }

  @Test(
    "A moment is shown as the clocks show it then",
    arguments: [
      ("2026-03-28T12:00:00Z", "2026-03-29T07:00:00Z", "Sun 9:00"),
      ("2026-03-28T12:00:00Z", "2026-03-29T00:59:00Z", "Sun 1:59"),
      ("2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "Sun 3:00"),
      ("2026-10-24T12:00:00Z", "2026-10-25T08:00:00Z", "Sun 9:00"),
      ("2026-10-25T12:00:00Z", "2026-10-24T12:00:00Z", "Sat 14:00"),
    ])
  func shownMoments(now: String, moment: String, text: String) {
    let clock = Clock(now: Self.at(now), monotonic: .zero, zone: Self.berlin)
    #expect(clock.shortText(Self.at(moment)) == text)
  }

  @Test(
    "The system is asked for single moments, and the changes between are found",
    arguments: ["2026-01-01T00:00:00Z", "2026-03-29T00:59:59Z", "2026-07-01T00:00:00Z", "2026-10-25T01:00:00Z"])
  func probing(now: String) {
    let zone = LocalZone(around: Self.at(now)) { Self.berlin.offset(at: $0) }
    for change in Self.berlin.changes where abs(change.at.seconds - Self.at(now).seconds) < 360 * 86_400 {
      #expect(zone.changes.contains(change))
    }
    for hours in stride(from: -300 * 24, through: 300 * 24, by: 7) {
      let moment = Self.at(now).advanced(by: .seconds(hours * 3600))
      #expect(zone.offset(at: moment) == Self.berlin.offset(at: moment))
    }
  }

  @Test func aZoneWithoutChanges() {
    let zone = LocalZone(around: Self.at("2026-01-01T00:00:00Z")) { _ in 19_800 }
    #expect(zone == LocalZone(offset: 19_800))
    #expect(zone.moment(showing: 19_800) == Timestamp(milliseconds: 0))
  }
}
