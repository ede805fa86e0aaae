/// A moment as HTTP writes it, in any of its three forms (RFC 9110, section 5.6.7).
package struct HTTPDate: Hashable, Sendable {
  /// Leap seconds left out, as everywhere.
  package let secondsSince1970: Int

  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

  /// Nil for what is none of `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and
  /// `Sun Nov  6 08:49:37 1994`.
  package init?(_ text: String) {
    var parts = text.split { $0 == " " || $0 == "," || $0 == "-" }.dropFirst()
    guard parts.count == 4 || parts.count == 5 && ASCII.equal(parts[5], "GMT") else { return nil }
    if parts.count == 4 {
      // Unix' own order: month, day, time, year.
      parts = [parts[2], parts[1], parts[4], parts[3]]
    } else {
      parts = [parts[1], parts[2], parts[3], parts[4]]
    }
    let clock = parts[3].split(separator: ":", omittingEmptySubsequences: false).map { HTTPDate.number($0, digits: 2) }
    guard let day = HTTPDate.number(parts[0], digits: parts[0].count == 1 ? 1 : 2), (1...31).contains(day),
      let month = HTTPDate.months.firstIndex(where: { ASCII.equal($0, parts[1]) }),
      let year = HTTPDate.year(parts[2]),
      clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
      hour < 24, minute < 60, second <= 60
    else { return nil }
    let days = HTTPDate.days(year: year, month: month + 1, day: day)
    secondsSince1970 = ((days * 24 + hour) * 60 + minute) * 60 + second
  }

  private static func number(_ text: Substring, digits: Int) -> Int? {
    text.utf8.count == digits && ASCII.isNumber(text) ? Int(text) : nil
  }

  /// Two digits are a year of the last century or of this one.
  private static func year(_ text: Substring) -> Int? {
    number(text, digits: 4) ?? number(text, digits: 2).map { $0 < 70 ? 2000 + $0 : 1900 + $0 }
  }

  /// The days from 1 January 1970 on, by the Gregorian calendar. Years begin in March here, so that the leap day is
  /// their last.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let marchYear = month > 2 ? year : year - 1
    let monthsSinceMarch = (month + 9) % 12
    let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
    return 365 * marchYear + leapDays + (153 * monthsSinceMarch + 2) / 5 + day - 1 - 719_468
  }
}
