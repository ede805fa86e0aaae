/// One setting of the file: the one table of them reads, checks, explains and prints them.
public struct Setting: Sendable {
  /// The key with the tables it stands in: `notices.bell`.
  public let key: String
  /// What it does: a sentence or two.
  public let help: String
  /// What may stand there.
  public let expected: String
  /// The words that may stand there, where only some may.
  public let words: [String]
  /// The value that settings have, as the file has it.
  let get: @Sendable (Settings) -> TOMLValue
  /// Takes a value over; says why not, if it cannot be.
  let set: @Sendable (inout Settings, TOMLValue) -> String?

  /// The table. A new setting is a property of ``Settings`` and a line here.
  public static let all: [Setting] = [
    text(
      "profile", \.profile,
      "The profile that is used where neither --profile nor CHATAI_PROFILE names one; in config.toml only."),
    text(
      "theme", \.theme,
      "The colours: auto (what fits the terminal), dark, light, high-contrast, mono, or a file in themes/."),
    flag("ascii", \.ascii, "Draw lines and marks in ASCII only."),
    flag("mouse", \.mouse, "Read the mouse: click, wheel. Selecting text then needs Shift (Option in iTerm2)."),
    flag(
      "read_only", \.readOnly,
      "Only look on, as with --read-only: nothing is written, taken or answered, in the console and by commands."),
    command(
      "editor", \.editor,
      "The editor for e and Ctrl-O with its arguments, run without a shell; empty: $VISUAL, $EDITOR or vi."),
    choice("time_format", \.timeFormat, "How times of the day are written on the screen: 14:07, or 2:07pm."),
    flag("secrets_scan", \.secretsScan, "Ask before a reply with a card number, a key or an internal address is sent."),
    whole(
      "screen.message_columns", \.messageColumns, 40...400, "cells", "How wide the column of messages gets at most."),
    choice(
      "list.sort", \.listSort,
      "The order of the list: what needs you first, or by the last message. n finds what needs you in any order."),
    duration("sla.warning", \.waitWarning, "From when a visitor's wait is shown as a warning."),
    duration("sla.breach", \.waitBreach, "From when a visitor's wait has been too long."),
    choice("notices.bell", \.bell, "The least that rings the bell, in rising urgency."),
    choice(
      "notices.desktop", \.desktopNotices, "The least that shows a notice on the desktop, where the terminal can."),
    flag("notices.title", \.title, "Count what waits in the window's title."),
    quietHours("notices.quiet_hours", \.quietHours, "When nothing rings or pops up, in local time; empty: never."),
    program(
      "links.opener", \.linkOpener,
      "The program that shows links, without a shell, the address as its last word; empty: $BROWSER or the desktop's."),
    text("files.canned", \.cannedDirectory, "Where the canned replies lie; a relative path begins at this file."),
    text("files.macros", \.macrosDirectory, "Where the macros lie; a relative path begins at this file."),
    texts(
      "files.team", \.teamDirectories,
      "Folders of the team, each with canned/ and macros/ in it; what is the operator's own comes first."),
  ]

  /// The setting of a key.
  public static func named(_ key: String) -> Setting? { all.first { $0.key == key } }

  /// Its value in some settings, as the file has it.
  public func literal(in settings: Settings) -> String { get(settings).literal }
}

// MARK: - Kinds

extension Setting {
  private typealias Path<Value> = WritableKeyPath<Settings, Value> & Sendable

  private static func text(_ key: String, _ path: any Path<String>, _ help: String) -> Setting {
    Setting(key: key, help: help, expected: "a text in quotes", words: []) {
      .string($0[keyPath: path])
    } set: { settings, value in
      guard case .string(let text) = value else { return "a text in quotes is expected, not \(value.kind)" }
      settings[keyPath: path] = text
      return nil
    }
  }

  private static func texts(_ key: String, _ path: any Path<[String]>, _ help: String) -> Setting {
    Setting(key: key, help: help, expected: "a list of texts in quotes", words: []) {
      .array($0[keyPath: path].map { .string($0) })
    } set: { settings, value in
      var texts: [String] = []
      let values = if case .array(let values) = value { values } else { [value] }
      for value in values {
        guard case .string(let text) = value else { return "texts in quotes are expected, not \(value.kind)" }
        texts.append(text)
      }
      settings[keyPath: path] = texts
      return nil
    }
  }

  /// A program and its arguments, as a list, or as a text that is parted at its blanks.
  private static func program(_ key: String, _ path: any Path<[String]>, _ help: String) -> Setting {
    Setting(key: key, help: help, expected: "a list such as [\"firefox\", \"--new-tab\"]", words: []) {
      .array($0[keyPath: path].map { .string($0) })
    } set: { settings, value in
      let refusal = "a list of texts is expected, such as [\"firefox\", \"--new-tab\"]"
      var words: [String] = []
      switch value {
      case .string(let text):
        guard let split = ShellWords.split(text) else { return "a quote is not closed" }
        words = split
      case .array(let values):
        for value in values {
          guard case .string(let word) = value else { return refusal }
          words.append(word)
        }
      case .integer, .number, .boolean: return refusal
      }
      guard words.first != "", words.allSatisfy({ !$0.utf8.contains(0) }) else { return "the program has no name" }
      settings[keyPath: path] = words
      return nil
    }
  }

  /// A command with its arguments.
  private static func command(_ key: String, _ path: any Path<String>, _ help: String) -> Setting {
    Setting(key: key, help: help, expected: "a command in quotes", words: []) {
      .string($0[keyPath: path])
    } set: { settings, value in
      guard case .string(let text) = value else { return "a text in quotes is expected, not \(value.kind)" }
      guard ShellWords.split(text) != nil else { return "a quote in it is not closed, or it ends with a backslash" }
      settings[keyPath: path] = text
      return nil
    }
  }

  private static func flag(_ key: String, _ path: any Path<Bool>, _ help: String) -> Setting {
    Setting(key: key, help: help, expected: "true or false", words: ["true", "false"]) {
      .boolean($0[keyPath: path])
    } set: { settings, value in
      guard case .boolean(let flag) = value else { return "true or false is expected, not \(value.kind)" }
      settings[keyPath: path] = flag
      return nil
    }
  }

  private static func whole(
    _ key: String, _ path: any Path<Int>, _ range: ClosedRange<Int>, _ unit: String, _ help: String
  ) -> Setting {
    let expected = "\(range.lowerBound) to \(range.upperBound) \(unit)"
    return Setting(key: key, help: help, expected: expected, words: []) {
      .integer($0[keyPath: path])
    } set: { settings, value in
      guard case .integer(let number) = value else { return "a whole number is expected, not \(value.kind)" }
      guard range.contains(number) else { return "\(number) is not in \(expected)" }
      settings[keyPath: path] = number
      return nil
    }
  }

  private static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
    _ key: String, _ path: any Path<Choice>, _ help: String
  ) -> Setting {
    let words = Choice.allCases.map(\.rawValue)
    return Setting(key: key, help: help, expected: words.joined(separator: ", "), words: words) {
      .string($0[keyPath: path].rawValue)
    } set: { settings, value in
      guard case .string(let word) = value else { return "a text in quotes is expected, not \(value.kind)" }
      guard let choice = Choice(rawValue: word) else {
        let hint =
          word.nearest(of: words).map { "did you mean \($0)?" } ?? "it is one of \(words.joined(separator: ", "))"
        return "\"\(word)\" is none of its values: \(hint)"
      }
      settings[keyPath: path] = choice
      return nil
    }
  }

  /// A time as people write it: `90s`, `2m`, `1h 30m`, or a number of seconds.
  private static func duration(_ key: String, _ path: any Path<Duration>, _ help: String) -> Setting {
    Setting(key: key, help: help, expected: "a time such as \"90s\", \"2m\" or \"1h\"", words: []) {
      .string($0[keyPath: path].settingText)
    } set: { settings, value in
      let seconds: Int? =
        switch value {
        case .integer(let seconds): seconds
        case .string(let text): Duration.seconds(inSetting: text)
        case .number, .boolean, .array: nil
        }
      guard let seconds, (1...604_800).contains(seconds) else {
        return "a time such as \"90s\", \"2m\" or \"1h\" is expected, from 1s to 168h"
      }
      settings[keyPath: path] = .seconds(seconds)
      return nil
    }
  }

  private static func quietHours(_ key: String, _ path: any Path<DayPart?>, _ help: String) -> Setting {
    Setting(key: key, help: help, expected: "a part of the day such as \"22:00-07:00\"", words: []) {
      .string($0[keyPath: path]?.text ?? "")
    } set: { settings, value in
      guard case .string(let text) = value else { return "a text in quotes is expected, not \(value.kind)" }
      let part = DayPart(text)
      guard text.isEmpty || part != nil else { return "a part of the day such as \"22:00-07:00\" is expected" }
      settings[keyPath: path] = part
      return nil
    }
  }
}

extension Duration {
  /// As a setting has it: in the largest units that leave no rest.
  fileprivate var settingText: String {
    let seconds = Int(components.seconds)
    if seconds % 3600 == 0 { return "\(seconds / 3600)h" }
    return seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds)s"
  }

  /// Reads `1h 30m`, `90s`.
  fileprivate static func seconds(inSetting text: String) -> Int? {
    var total = 0
    var digits = ""
    for character in text where character != " " {
      if character.isASCIIDigit {
        digits.append(character)
        continue
      }
      guard let unit = ["s": 1, "m": 60, "h": 3600][character], digits.count <= 6, let count = Int(digits) else {
        return nil
      }
      total += count * unit
      digits = ""
    }
    return digits.isEmpty && total > 0 ? total : nil
  }
}
