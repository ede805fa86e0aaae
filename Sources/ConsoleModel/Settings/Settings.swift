/// What the operator has chosen, with what holds where nothing was. A value of the state; ``Setting/all`` is the table
/// of what stands in the file.
public struct Settings: Hashable, Sendable {
  /// The profile where none is named.
  public var profile = "default"
  /// The theme's name; `auto` for the one that fits the terminal.
  public var theme = "auto"
  /// Whether the screen is drawn in ASCII only.
  public var ascii = false
  /// Whether the mouse is read: then selecting text needs Shift.
  public var mouse = false
  /// Whether nothing is written, taken or answered, in the console and by commands.
  public var readOnly = false
  /// The editor's command; empty for `$VISUAL`, `$EDITOR` or vi.
  public var editor = ""
  /// How times of the day are written.
  public var timeFormat = TimeFormat.hours24
  /// Whether a reply is searched for card numbers, keys and internal addresses before it is sent.
  public var secretsScan = true
  /// How wide the column of messages gets at most.
  public var messageColumns = 100
  /// The order of the list.
  public var listSort = ListSort.attention
  /// From when a wait is shown as a warning.
  public var waitWarning: Duration = .seconds(120)
  /// From when a wait has been too long.
  public var waitBreach: Duration = .seconds(300)
  /// What rings the bell.
  public var bell = NoticeLevel.message
  /// What shows a notice on the desktop.
  public var desktopNotices = NoticeLevel.message
  /// Whether the window's title counts what waits.
  public var title = true
  /// When nothing rings or pops up.
  public var quietHours: DayPart?
  /// Where the canned replies lie; a relative path begins at the settings.
  public var cannedDirectory = "canned"
  /// Where the macros lie; a relative path begins at the settings.
  public var macrosDirectory = "macros"
  /// The team's folders of both.
  public var teamDirectories: [String] = []
  /// The program that shows links and its arguments, the address last; empty for the desktop's own.
  public var linkOpener: [String] = []
  /// The saved filters, in their order; the first have the digits that are left.
  public var tabs: [FilterTab] = []

  /// What holds without a file.
  public init() {}
}

/// How times of the day are written.
public enum TimeFormat: String, Hashable, Sendable, CaseIterable {
  /// 14:07
  case hours24 = "24h"
  /// 2:07pm
  case hours12 = "12h"

  /// The most cells that a time of the day takes.
  public var columns: Int { self == .hours24 ? 5 : 7 }

  /// A time of the day, in minutes after midnight: `9:07`, or `9:07am`.
  public func text(minute: Int, padded: Bool = false) -> String {
    let (hours, minutes) = minute.quotientAndRemainder(dividingBy: 60)
    let shown = self == .hours24 ? hours : (hours + 11) % 12 + 1
    let isPadded = padded && self == .hours24 && shown < 10
    let time = (isPadded ? "0" : "") + "\(shown):" + (minutes < 10 ? "0" : "") + "\(minutes)"
    return self == .hours24 ? time : time + (hours < 12 ? "am" : "pm")
  }
}

/// The order of the list.
public enum ListSort: String, Hashable, Sendable, CaseIterable {
  /// What needs the operator first.
  case attention
  /// The last that was written in first.
  case newest
  /// The one that has been quiet for longest first.
  case oldest
}

/// The least that is told outside of the screen, in rising urgency.
public enum NoticeLevel: String, Hashable, Sendable, CaseIterable {
  /// A message in a dialog of mine, and all below.
  case message
  /// A wait that has been too long, and all below.
  case breach
  /// A visitor who asks for a human, and all below.
  case waiting
  /// A note with my name in it.
  case mention
  /// Nothing.
  case never
}

/// A part of the day, `22:00-07:00`; over midnight when it ends before it begins.
public struct DayPart: Hashable, Sendable {
  /// The minute of the day it begins with.
  public let start: Int
  /// The first minute of the day after it.
  public let end: Int

  /// From one minute of the day to another.
  public init(start: Int, end: Int) {
    self.start = start
    self.end = end
  }

  /// Reads `22:00-07:00`.
  init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(Self.minute)
    guard parts.count == 2, let start = parts[0], let end = parts[1], start != end else { return nil }
    self.init(start: start, end: end)
  }

  /// Whether a minute of the day is in it.
  public func contains(_ minute: Int) -> Bool {
    start <= end ? start..<end ~= minute : minute >= start || minute < end
  }

  /// As it is read.
  public var text: String { Self.text(start) + "-" + Self.text(end) }

  private static func minute(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) && $0.allSatisfy(\.isASCIIDigit) }),
      let hours = Int(parts[0]), let minutes = Int(parts[1]), hours < 24, minutes < 60
    else { return nil }
    return hours * 60 + minutes
  }

  private static func text(_ minute: Int) -> String {
    let (hours, minutes) = minute.quotientAndRemainder(dividingBy: 60)
    return (hours < 10 ? "0" : "") + String(hours) + ":" + (minutes < 10 ? "0" : "") + String(minutes)
  }
}

extension Character {
  var isASCIIDigit: Bool { isASCII && isNumber }
}
