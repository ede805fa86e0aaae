import Logging

/// A value before its setting has looked at it: a TOML scalar, or text from the environment or a flag.
enum ConfigurationValue: Sendable, Hashable {
  case text(String)
  case integer(Int)
  case number(Double)
  /// Several texts.
  case list([String])
  /// Anything that no setting takes; the name of its type.
  case unsupported(String)
}

/// One setting: its name in every source, and what it takes.
struct ServerSetting: Sendable {
  /// The key, dotted.
  let key: String
  private let kind: Kind

  private enum Kind: Sendable {
    case text(any WritableKeyPath<ServerConfiguration, String> & Sendable)
    /// Text that may be empty.
    case optionalText(any WritableKeyPath<ServerConfiguration, String> & Sendable)
    case integer(any WritableKeyPath<ServerConfiguration, Int> & Sendable, ClosedRange<Int>)
    case seconds(any WritableKeyPath<ServerConfiguration, Duration> & Sendable)
    case level(any WritableKeyPath<ServerConfiguration, Logger.Level> & Sendable)
    case logFormat
    case proxies
    case origins
  }

  static let all = [
    ServerSetting(key: "host", kind: .text(\.host)),
    ServerSetting(key: "port", kind: .integer(\.port, 0...65_535)),
    ServerSetting(key: "data", kind: .text(\.data)),
    ServerSetting(key: "log_level", kind: .level(\.logLevel)),
    ServerSetting(key: "log_format", kind: .logFormat),
    ServerSetting(key: "trusted_proxies", kind: .proxies),
    ServerSetting(key: "cors_origins", kind: .origins),
    ServerSetting(key: "limits.sockets_per_dialog", kind: .integer(\.limits.socketsPerDialog, 1...1_000_000)),
    ServerSetting(key: "limits.sockets", kind: .integer(\.limits.sockets, 1...1_000_000)),
    ServerSetting(key: "limits.connects_per_minute", kind: .integer(\.limits.connectsPerMinute, 1...1_000_000)),
    ServerSetting(key: "limits.messages_per_minute", kind: .integer(\.limits.messagesPerMinute, 1...1_000_000)),
    ServerSetting(key: "limits.connections", kind: .integer(\.limits.connections, 1...1_000_000)),
    ServerSetting(key: "limits.body_bytes", kind: .integer(\.limits.bodyBytes, 1024...1 << 30)),
    ServerSetting(key: "limits.frame_bytes", kind: .integer(\.limits.frameBytes, 125...1 << 30)),
    ServerSetting(key: "timeouts.header_seconds", kind: .seconds(\.timeouts.header)),
    ServerSetting(key: "timeouts.body_seconds", kind: .seconds(\.timeouts.body)),
    ServerSetting(key: "timeouts.idle_seconds", kind: .seconds(\.timeouts.idle)),
    ServerSetting(key: "storage.key_file", kind: .optionalText(\.storage.keyFile)),
    ServerSetting(key: "storage.retention_days", kind: .integer(\.storage.retentionDays, 0...36_500)),
    ServerSetting(key: "heartbeat.interval_seconds", kind: .seconds(\.heartbeat.interval)),
    ServerSetting(key: "heartbeat.timeout_seconds", kind: .seconds(\.heartbeat.timeout)),
    ServerSetting(key: "handoff.capacity", kind: .integer(\.handoff.capacity, 1...100_000)),
    ServerSetting(key: "handoff.grace_seconds", kind: .seconds(\.handoff.grace)),
    ServerSetting(key: "handoff.presence_seconds", kind: .seconds(\.handoff.presence)),
    ServerSetting(key: "handoff.sla_seconds", kind: .seconds(\.handoff.takeoverLimit)),
    ServerSetting(key: "handoff.answer_sla_seconds", kind: .seconds(\.handoff.answerLimit)),
    ServerSetting(key: "assistant.concurrency", kind: .integer(\.models.concurrency, 1...1024)),
    ServerSetting(key: "assistant.waiting", kind: .integer(\.models.waiting, 0...100_000)),
    ServerSetting(key: "assistant.attempts", kind: .integer(\.models.attempts, 1...10)),
    ServerSetting(key: "assistant.first_byte_seconds", kind: .seconds(\.models.firstByte)),
    ServerSetting(key: "assistant.pause_seconds", kind: .seconds(\.models.pause)),
    ServerSetting(key: "assistant.deadline_seconds", kind: .seconds(\.models.deadline)),
    ServerSetting(key: "stream.replay_events", kind: .integer(\.stream.replayEvents, 1...1_000_000)),
    ServerSetting(key: "stream.replay_bytes", kind: .integer(\.stream.replayBytes, 1...1 << 30)),
    ServerSetting(key: "stream.keep_seconds", kind: .seconds(\.stream.keptFor)),
    ServerSetting(key: "presence.grace_seconds", kind: .seconds(\.presenceGrace)),
  ]

  var environmentName: String {
    "CHATAI_" + key.replacing(".", with: "_").uppercased()
  }

  /// Puts a value into a configuration; says what is wrong with it if that cannot be done.
  func assign(_ value: ConfigurationValue, to configuration: inout ServerConfiguration) -> String? {
    switch kind {
    case .text(let path):
      guard case .text(let text) = value, !text.isEmpty else { return "must be text, not empty" }
      configuration[keyPath: path] = text
    case .optionalText(let path):
      guard case .text(let text) = value else { return "must be text" }
      configuration[keyPath: path] = text
    case .integer(let path, let range):
      guard let number = value.integer, range.contains(number) else {
        return "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
      }
      configuration[keyPath: path] = number
    case .seconds(let path):
      guard let number = value.number, (0.01...86_400).contains(number) else {
        return "must be a number of seconds from 0.01 to 86400"
      }
      configuration[keyPath: path] = .milliseconds(Int64((number * 1000).rounded()))
    case .level(let path):
      guard case .text(let text) = value, let level = Logger.Level(rawValue: text.lowercased()) else {
        return "must be one of " + Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
      }
      configuration[keyPath: path] = level
    case .logFormat:
      guard case .text(let text) = value, let format = ServerConfiguration.LogFormat(rawValue: text.lowercased()) else {
        return "must be one of " + ServerConfiguration.LogFormat.allCases.map(\.rawValue).joined(separator: ", ")
      }
      configuration.logFormat = format
    case .proxies:
      guard let blocks = value.list(AddressBlock.init) else {
        return "must be a list of IP addresses or blocks, such as 127.0.0.1 or 10.0.0.0/8"
      }
      configuration.trustedProxies = blocks
    case .origins:
      guard let origins = value.list(WebOrigin.init) else {
        return "must be a list of origins, such as https://panel.example.com"
      }
      configuration.corsOrigins = origins
    }
    return nil
  }
}

extension ServerSetting {
  /// The setting's value in a configuration, as it would stand in a TOML file.
  func literal(in configuration: ServerConfiguration) -> String {
    switch kind {
    case .text(let path), .optionalText(let path): Self.quoted(configuration[keyPath: path])
    case .integer(let path, _): String(configuration[keyPath: path])
    case .seconds(let path): Self.seconds(configuration[keyPath: path])
    case .level(let path): Self.quoted(configuration[keyPath: path].rawValue)
    case .logFormat: Self.quoted(configuration.logFormat.rawValue)
    case .proxies: Self.array(configuration.trustedProxies)
    case .origins: Self.array(configuration.corsOrigins)
    }
  }

  /// A TOML basic string (TOML 1.0, section String).
  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        "\\u" + String(repeating: "0", count: scalar.value < 0x10 ? 3 : 2) + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }

  private static func array(_ values: [some CustomStringConvertible]) -> String {
    "[" + values.map { quoted($0.description) }.joined(separator: ", ") + "]"
  }

  private static func seconds(_ duration: Duration) -> String {
    let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    return milliseconds.isMultiple(of: 1000) ? String(milliseconds / 1000) : String(Double(milliseconds) / 1000)
  }
}

extension ConfigurationValue {
  fileprivate var integer: Int? {
    switch self {
    case .text(let text): Int(text)
    case .integer(let number): number
    case .number, .list, .unsupported: nil
    }
  }

  fileprivate var number: Double? {
    switch self {
    case .text(let text): Double(text)
    case .integer(let number): Double(number)
    case .number(let number): number
    case .list, .unsupported: nil
    }
  }

  /// A list from a TOML array of texts, or from text with commas; an empty text is an empty list. Nil if one of the
  /// values is none.
  fileprivate func list<Value>(_ parse: (String) -> Value?) -> [Value]? {
    let texts: [String]
    switch self {
    case .text(let text):
      texts = text.split(separator: ",").map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
    case .list(let list): texts = list
    case .integer, .number, .unsupported: return nil
    }
    let values = texts.compactMap(parse)
    return values.count == texts.count ? values : nil
  }
}
