import Foundation

/// `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.
enum RetryAfter {
  /// How long to wait; nil for what is neither. A date that is over is no wait at all.
  static func parse(_ value: String, at now: Date) -> Duration? {
    let text = value.trimmed
    if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
      // More digits than a number has is longer than anybody waits.
      return .seconds(min(Int64(text) ?? .max, 86_400))
    }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(secondsFromGMT: 0)
    // IMF-fixdate (RFC 9110, section 5.6.7); the older forms may not be sent.
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    guard let date = format.date(from: text) else { return nil }
    return .seconds(min(max(date.timeIntervalSince(now), 0), 86_400))
  }
}
