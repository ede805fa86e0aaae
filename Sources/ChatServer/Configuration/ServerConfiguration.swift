public import Logging

/// How a server runs: defaults, then a TOML file, then the environment, then flags, each over the one before.
///
/// A key `limits.sockets` stands in the file as `sockets` under `[limits]`, in the environment as
/// `CHATAI_LIMITS_SOCKETS`. Names that start with `CHATAI_` and are no setting are left alone: other programs of the
/// house have theirs.
public struct ServerConfiguration: Sendable, Hashable {
  /// The address to listen on. Loopback, until somebody decides otherwise.
  public var host = "127.0.0.1"
  /// The port to listen on; 0 takes a free one.
  public var port = 8080
  /// The data directory's path.
  public var data: String
  /// What is logged: this level and above.
  public var logLevel = Logger.Level.info
  /// How much the server lets in.
  public var limits = Limits()
  /// How the server notices that a socket is dead.
  public var heartbeat = Heartbeat()

  /// Bounds on what others can make the server hold or do.
  public struct Limits: Sendable, Hashable {
    /// Sockets of one dialog, in each of its two pools.
    public var socketsPerDialog = 50
    /// Sockets in all.
    public var sockets = 1000
    /// Socket connections of one address in a minute.
    public var connectsPerMinute = 100
    /// Messages of one visitor in a minute.
    public var messagesPerMinute = 60
  }

  /// The times of `__ping__`.
  public struct Heartbeat: Sendable, Hashable {
    /// From one ping to the next.
    public var interval = Duration.seconds(25)
    /// A socket that is silent for so long is dropped.
    public var timeout = Duration.seconds(40)
  }

  /// The defaults.
  ///
  /// - Parameter environment: tells where the user's data is kept; nothing else is read from it here.
  public init(environment: [String: String]) {
    data = DataDirectory.defaultPath(environment: environment)
  }

  /// Gathers the configuration from all its sources.
  ///
  /// - Parameters:
  ///   - file: the path of a TOML file, or nil for none.
  ///   - environment: the process's environment.
  ///   - flags: values given on the command line, by key (`port`, `limits.sockets`).
  /// - Throws: `ConfigurationError`, which names the source, the line if there is one, the key and what is wrong.
  public static func load(
    file: String?, environment: [String: String], flags: [String: String] = [:]
  ) throws -> ServerConfiguration {
    try gather(file: file, environment: environment, flags: flags).configuration
  }

  /// The configuration, and where each value came from that is no default.
  static func gather(
    file: String?, environment: [String: String], flags: [String: String]
  ) throws -> (configuration: ServerConfiguration, origins: [String: ConfigurationOrigin]) {
    var configuration = ServerConfiguration(environment: environment)
    var origins: [String: ConfigurationOrigin] = [:]
    func apply(_ value: ConfigurationValue, to setting: ServerSetting, from origin: ConfigurationOrigin) throws {
      if let problem = setting.assign(value, to: &configuration) {
        throw ConfigurationError(origin: origin, key: setting.key, reason: problem)
      }
      origins[setting.key] = origin
    }
    if let file {
      for entry in try ConfigurationFile.entries(path: file) {
        guard let setting = ServerSetting.all.first(where: { $0.key == entry.key }) else {
          throw ConfigurationError(origin: entry.origin, key: entry.key, reason: "is not a setting")
        }
        try apply(entry.value, to: setting, from: entry.origin)
      }
    }
    for setting in ServerSetting.all {
      if let value = environment[setting.environmentName] {
        try apply(.text(value), to: setting, from: .environment(setting.environmentName))
      }
    }
    for (key, value) in flags.sorted(by: { $0.key < $1.key }) {
      guard let setting = ServerSetting.all.first(where: { $0.key == key }) else {
        throw ConfigurationError(origin: .flag, key: key, reason: "is not a setting")
      }
      try apply(.text(value), to: setting, from: .flag)
    }
    let heartbeat = configuration.heartbeat
    guard heartbeat.timeout > heartbeat.interval else {
      let key = "heartbeat.timeout_seconds"
      throw ConfigurationError(
        origin: origins[key] ?? .builtIn, key: key, reason: "must be longer than heartbeat.interval_seconds")
    }
    return (configuration, origins)
  }
}

/// A value before its setting has looked at it: a TOML scalar, or text from the environment or a flag.
enum ConfigurationValue: Sendable, Hashable {
  case text(String)
  case integer(Int)
  case number(Double)
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
    case integer(any WritableKeyPath<ServerConfiguration, Int> & Sendable, ClosedRange<Int>)
    case seconds(any WritableKeyPath<ServerConfiguration, Duration> & Sendable)
    case level(any WritableKeyPath<ServerConfiguration, Logger.Level> & Sendable)
  }

  static let all = [
    ServerSetting(key: "host", kind: .text(\.host)),
    ServerSetting(key: "port", kind: .integer(\.port, 0...65_535)),
    ServerSetting(key: "data", kind: .text(\.data)),
    ServerSetting(key: "log_level", kind: .level(\.logLevel)),
    ServerSetting(key: "limits.sockets_per_dialog", kind: .integer(\.limits.socketsPerDialog, 1...1_000_000)),
    ServerSetting(key: "limits.sockets", kind: .integer(\.limits.sockets, 1...1_000_000)),
    ServerSetting(key: "limits.connects_per_minute", kind: .integer(\.limits.connectsPerMinute, 1...1_000_000)),
    ServerSetting(key: "limits.messages_per_minute", kind: .integer(\.limits.messagesPerMinute, 1...1_000_000)),
    ServerSetting(key: "heartbeat.interval_seconds", kind: .seconds(\.heartbeat.interval)),
    ServerSetting(key: "heartbeat.timeout_seconds", kind: .seconds(\.heartbeat.timeout)),
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
    }
    return nil
  }
}

extension ServerSetting {
  /// The setting's value in a configuration, as it would stand in a TOML file.
  func literal(in configuration: ServerConfiguration) -> String {
    switch kind {
    case .text(let path): Self.quoted(configuration[keyPath: path])
    case .integer(let path, _): String(configuration[keyPath: path])
    case .seconds(let path): Self.seconds(configuration[keyPath: path])
    case .level(let path): Self.quoted(configuration[keyPath: path].rawValue)
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
    case .number, .unsupported: nil
    }
  }

  fileprivate var number: Double? {
    switch self {
    case .text(let text): Double(text)
    case .integer(let number): Double(number)
    case .number(let number): number
    case .unsupported: nil
    }
  }
}
