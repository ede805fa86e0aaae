import Foundation
import Logging
import Testing

@testable import ChatServer

@Suite struct ServerConfigurationTests {
  /// Loads with a file of this text.
  private func load(
    _ text: String? = nil, environment: [String: String] = [:], flags: [String: String] = [:]
  ) throws -> ServerConfiguration {
    let folder = try TemporaryDirectory()
    let file = folder.url.appending(path: "server.toml")
    if let text { try Data(text.utf8).write(to: file) }
    return try ServerConfiguration.load(
      file: text == nil ? nil : file.path(percentEncoded: false),
      environment: ["HOME": "/home/ann"].merging(environment) { $1 },
      flags: flags)
  }

  /// The error's text, without the folder of the test.
  private func problem(_ text: String? = nil, environment: [String: String] = [:], flags: [String: String] = [:])
    -> String?
  {
    do {
      _ = try load(text, environment: environment, flags: flags)
      return nil
    } catch {
      return "\(error)".replacing(/^\/.*\/server\.toml/, with: "server.toml")
    }
  }

  @Test func theDefaultsAreThoseOfTheContract() throws {
    let configuration = try load()
    #expect(configuration.host == "127.0.0.1")
    #expect(configuration.data == "/home/ann/.local/share/chatai-server")
    #expect(configuration.limits.socketsPerDialog == 50)
    #expect(configuration.limits.sockets == 1000)
    #expect(configuration.limits.connectsPerMinute == 100)
    #expect(configuration.heartbeat.interval == .seconds(25))
    #expect(configuration.heartbeat.timeout == .seconds(40))
    #expect(configuration.logLevel == .info)
  }

  @Test func eachSourceGoesOverTheOneBefore() throws {
    let text = """
      host = "0.0.0.0"
      port = 1
      log_level = "debug"
      [limits]
      sockets = 10 # few
      """
    let environment = [
      "CHATAI_PORT": "2", "CHATAI_LIMITS_SOCKETS": "20", "CHATAI_RESOURCES": "/x", "CHATAI_NONSENSE": "y",
    ]
    let configuration = try load(text, environment: environment, flags: ["port": "3"])
    #expect(configuration.host == "0.0.0.0")
    #expect(configuration.port == 3)
    #expect(configuration.limits.sockets == 20)
    #expect(configuration.logLevel == .debug)
    #expect(configuration.limits.socketsPerDialog == 50)
  }

  @Test func everySettingCanBeSetFromEverywhere() throws {
    let values: [String: String] = [
      "host": "h", "port": "9", "data": "/d", "log_level": "trace", "limits.sockets_per_dialog": "1",
      "limits.sockets": "2",
      "limits.connects_per_minute": "3", "limits.messages_per_minute": "4", "heartbeat.interval_seconds": "0.5",
      "heartbeat.timeout_seconds": "1.25",
      "handoff.capacity": "6", "handoff.grace_seconds": "7", "handoff.presence_seconds": "8",
      "handoff.sla_seconds": "9", "handoff.answer_sla_seconds": "10",
      "storage.retention_days": "7", "storage.key_file": "/k",
      "stream.replay_events": "10", "stream.replay_bytes": "100", "stream.keep_seconds": "4",
      "presence.grace_seconds": "0.5",
      "log_format": "json", "limits.connections": "5", "limits.body_bytes": "2048", "limits.frame_bytes": "200",
      "timeouts.header_seconds": "1", "timeouts.body_seconds": "2", "timeouts.idle_seconds": "3",
      "trusted_proxies": "10.0.0.0/8,::1", "cors_origins": "https://panel.example.com",
      "assistant.concurrency": "5", "assistant.waiting": "6",
      "assistant.attempts": "7", "assistant.first_byte_seconds": "2.5", "assistant.pause_seconds": "3.5",
      "assistant.deadline_seconds": "4.5",
    ]
    #expect(Set(values.keys) == Set(ServerSetting.all.map(\.key)))
    let isText: Set = [
      "storage.key_file", "host", "data", "log_level", "log_format", "trusted_proxies", "cors_origins",
    ]
    let text = values.map { "\($0) = \(isText.contains($0) ? $1.debugDescription : $1)" }.joined(separator: "\n")
    let fromFile = try load(text)
    let fromEnvironment = try load(
      environment: Dictionary(
        uniqueKeysWithValues: values.map { ("CHATAI_" + $0.uppercased().replacing(".", with: "_"), $1) }))
    let fromFlags = try load(flags: values)
    #expect(fromFile == fromEnvironment && fromEnvironment == fromFlags)
    #expect(fromFlags.limits.messagesPerMinute == 4)
    #expect(fromFlags.heartbeat.interval == .milliseconds(500))
    #expect(fromFlags.heartbeat.timeout == .milliseconds(1250))
    #expect(fromFlags.trustedProxies.map(\.description) == ["10.0.0.0/8", "::1"])
    let fromArray = try load("trusted_proxies = [\"10.0.0.0/8\", \"::1\"]\ncors_origins = []")
    #expect(fromArray.trustedProxies == fromFlags.trustedProxies)
  }

  @Test(arguments: [
    ("port = 80\nprot = 81\n", "server.toml:2: prot: is not a setting"),
    ("[limits]\n\nsockets = 5\nmany = 1", "server.toml:4: limits.many: is not a setting"),
    ("[limit]\nsockets = 5", "server.toml:2: limit.sockets: is not a setting"),
    ("limits.many = 1", "server.toml:1: limits.many: is not a setting"),
    ("limits = { many = 1 }", "server.toml: limits.many: is not a setting"),
    ("[empty]", "server.toml:1: empty: is not a setting"),
    ("port = 65536", "server.toml:1: port: must be a whole number from 0 to 65535"),
    ("port = \"http\"", "server.toml:1: port: must be a whole number from 0 to 65535"),
    ("port = 80.5", "server.toml:1: port: must be a whole number from 0 to 65535"),
    ("port = true", "server.toml:1: port: must be a whole number from 0 to 65535"),
    ("port = [80]", "server.toml:1: port: must be a whole number from 0 to 65535"),
    ("host = 5", "server.toml:1: host: must be text, not empty"),
    ("host = \"\"", "server.toml:1: host: must be text, not empty"),
    ("[limits]\nsockets = 0", "server.toml:2: limits.sockets: must be a whole number from 1 to 1000000"),
    ("[limits]\nsockets = -1", "server.toml:2: limits.sockets: must be a whole number from 1 to 1000000"),
    (
      "log_level = \"loud\"",
      "server.toml:1: log_level: must be one of trace, debug, info, notice, warning, error, critical"
    ),
    (
      "[heartbeat]\ninterval_seconds = 40",
      "built-in default: heartbeat.timeout_seconds: must be longer than heartbeat.interval_seconds"
    ),
    (
      "[heartbeat]\ntimeout_seconds = 25",
      "server.toml:2: heartbeat.timeout_seconds: must be longer than heartbeat.interval_seconds"
    ),
    (
      "[heartbeat]\ntimeout_seconds = nan",
      "server.toml:2: heartbeat.timeout_seconds: must be a number of seconds from 0.01 to 86400"
    ),
    (
      "trusted_proxies = [\"10.0.0.0/33\"]",
      "server.toml:1: trusted_proxies: must be a list of IP addresses or blocks, such as 127.0.0.1 or 10.0.0.0/8"
    ),
    (
      "trusted_proxies = [1]",
      "server.toml:1: trusted_proxies: must be a list of IP addresses or blocks, such as 127.0.0.1 or 10.0.0.0/8"
    ),
    (
      "cors_origins = \"panel.example.com\"",
      "server.toml:1: cors_origins: must be a list of origins, such as https://panel.example.com"
    ),
    ("log_format = \"xml\"", "server.toml:1: log_format: must be one of text, json"),
    ("port = 1\u{0}\nport = 2", "server.toml: holds a NUL character"),
  ])
  func saysWhereAMistakeIs(text: String, expected: String) {
    #expect(problem(text) == expected)
  }

  @Test func saysWhereTheSyntaxIsWrong() throws {
    let text = try #require(problem("port = 80\n\nhost = \n"))
    #expect(text.hasPrefix("server.toml:3: "))
    #expect(try #require(problem("port = 1\nport = 2")).hasPrefix("server.toml:2: "))
  }

  @Test func namesTheOtherSourcesToo() {
    #expect(
      problem(environment: ["CHATAI_PORT": "x"])
        == "environment variable CHATAI_PORT: port: must be a whole number from 0 to 65535")
    #expect(problem(flags: ["port": "x"]) == "command line: port: must be a whole number from 0 to 65535")
    #expect(problem(flags: ["prot": "1"]) == "command line: prot: is not a setting")
    #expect(throws: ConfigurationError.self) { try ServerConfiguration.load(file: "/nowhere/x.toml", environment: [:]) }
  }
}

@Suite struct ResourceDirectoryTests {
  /// A folder with `knowledge` in a place of it.
  private func folder(with place: String) throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: place + "/knowledge"), withIntermediateDirectories: true)
    return folder
  }

  private func path(_ url: URL) -> String { url.standardizedFileURL.path(percentEncoded: false) }

  @Test func findsTheInstalledFolder() throws {
    let prefix = try folder(with: "share/chatai")
    let found = try ResourceDirectory.locate(
      environment: [:], executable: prefix.url.appending(path: "bin/chatai-server"))
    #expect(path(found) == path(prefix.url.appending(path: "share/chatai/")))
  }

  @Test func findsTheNearestCheckoutAbove() throws {
    let checkout = try folder(with: "Resources")
    let executable = checkout.url.appending(path: ".build/debug/x/chatai-server")
    #expect(
      path(try ResourceDirectory.locate(environment: [:], executable: executable))
        == path(checkout.url.appending(path: "Resources/")))
  }

  @Test func theEnvironmentGoesFirstAndIsNotSecondGuessed() throws {
    let checkout = try folder(with: "Resources")
    let named = try folder(with: ".")
    let executable = checkout.url.appending(path: "bin/chatai-server")
    let found = try ResourceDirectory.locate(environment: ["CHATAI_RESOURCES": named.path], executable: executable)
    #expect(path(found) == path(named.url))
    let error = #expect(throws: PathError.self) {
      try ResourceDirectory.locate(environment: ["CHATAI_RESOURCES": "/nowhere"], executable: executable)
    }
    #expect(error?.description.contains("CHATAI_RESOURCES") == true)
  }

  @Test func saysWhatToDoIfThereIsNone() throws {
    let empty = try TemporaryDirectory()
    let error = #expect(throws: PathError.self) {
      try ResourceDirectory.locate(environment: [:], executable: empty.url.appending(path: "a/b"))
    }
    #expect(error?.description.contains("CHATAI_RESOURCES") == true)
  }
}
