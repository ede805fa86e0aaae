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
  /// What an operator's stream can replay.
  public var stream = Stream()
  /// A visitor counts as gone this long after its last socket.
  public var presenceGrace = Duration.seconds(5)
  /// How long an HTTP connection may take for things.
  public var timeouts = Timeouts()
  /// The proxies whose word is taken for where a client comes from.
  public var trustedProxies: [AddressBlock] = []
  /// The origins whose pages may call the API from a browser; the server's own need not be among them.
  public var corsOrigins: [WebOrigin] = []
  /// How the log is written.
  public var logFormat = LogFormat.text
  /// How operators share the dialogs that are handed over.
  public var handoff = HandoffPolicy()
  /// How language models are asked.
  public var models = Models()

  /// What is kept, and how.
  public var storage = Storage()

  /// What is kept, and how.
  public struct Storage: Sendable, Hashable {
    /// How many days a dialog is kept behind its last message; 0 keeps all.
    public var retentionDays = 0
    /// The file with the keys that private texts are encrypted with; empty writes them as they are.
    public var keyFile = ""

    /// The keys that the file holds, or nil if none is named.
    public func loadKeys() throws -> StorageKeys? {
      keyFile.isEmpty ? nil : try StorageKeys.load(from: keyFile)
    }
  }

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
    /// Connections of all kinds, sockets included.
    public var connections = 4096
    /// Bytes of a request's body. A text of the greatest length with every character escaped fits four times over.
    public var bodyBytes = 1 << 19
    /// Bytes of a message that a client sends over a socket. Clients say `__pong__` and that they type.
    public var frameBytes = 16 * 1024
  }

  /// Times after which an HTTP client is not waited for any more.
  public struct Timeouts: Sendable, Hashable {
    /// For the head of a connection's first request, whole.
    public var header = Duration.seconds(15)
    /// For a request's body, whole.
    public var body = Duration.seconds(30)
    /// For the next request on a connection.
    public var idle = Duration.seconds(60)
  }

  /// How a line of the log looks.
  public enum LogFormat: String, Sendable, Hashable, CaseIterable {
    /// For people: time, level, what happened, `key=value`.
    case text
    /// For programs: an object a line.
    case json
  }

  /// What is kept of an operator's stream for a client that comes back.
  public struct Stream: Sendable, Hashable {
    /// The last events.
    public var replayEvents = 1000
    /// Their size together, in bytes.
    public var replayBytes = 1 << 20
    /// How long after the operator's last socket has gone.
    public var keptFor = Duration.seconds(120)
  }

  /// The times of `__ping__`.
  public struct Heartbeat: Sendable, Hashable {
    /// From one ping to the next.
    public var interval = Duration.seconds(25)
    /// A socket that is silent for so long is dropped.
    public var timeout = Duration.seconds(40)
  }

  /// Bounds on what assistants ask of language models.
  public struct Models: Sendable, Hashable {
    /// Questions that are asked at once.
    public var concurrency = 8
    /// Questions that wait for that.
    public var waiting = 64
    /// How often a question is asked at most when a model fails.
    public var attempts = 3
    /// From a request to the first byte of its answer.
    public var firstByte = Duration.seconds(20)
    /// From one piece of an answer to the next.
    public var pause = Duration.seconds(15)
    /// From the question to the end of its answer, waiting and repetitions included.
    public var deadline = Duration.seconds(60)
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
