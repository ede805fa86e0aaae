import Foundation
import Testing

@testable import ChatServer

@Suite("What `config check` says") struct ConfigurationReportTests {
  private let folder: TemporaryDirectory
  private var file: String { folder.url.appending(path: "server.toml").path(percentEncoded: false) }

  init() throws { folder = try TemporaryDirectory() }

  private func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: file)) }

  @Test("Every setting with its effective value and its source") func origins() throws {
    try write("port = 1\n[limits]\nsockets = 2\nsockets_per_dialog = 3\n")
    let report = try ConfigurationReport(
      file: file, environment: ["HOME": "/home/ann", "CHATAI_LIMITS_SOCKETS": "20"], flags: ["log_level": "debug"])
    let lines = Dictionary(uniqueKeysWithValues: report.lines.map { ($0.key, $0) })
    let expected: [(key: String, literal: String, origin: ConfigurationOrigin)] = [
      ("host", "\"127.0.0.1\"", .builtIn), ("port", "1", .file(path: file, line: 1)),
      ("limits.sockets", "20", .environment("CHATAI_LIMITS_SOCKETS")),
      ("limits.sockets_per_dialog", "3", .file(path: file, line: 4)), ("log_level", "\"debug\"", .flag),
      ("heartbeat.interval_seconds", "25", .builtIn),
    ]
    for (key, literal, origin) in expected {
      #expect(lines[key] == .init(key: key, literal: literal, origin: origin))
    }
    #expect(lines.keys.sorted() == ServerSetting.all.map(\.key).sorted())
    #expect(report.description.contains("port = 1  "))
    #expect(report.description.contains("# environment variable CHATAI_LIMITS_SOCKETS"))
  }

  @Test(
    "What it prints is a file that says the same",
    arguments: ["/srv/chat", "/srv/a \"b\" \\c # d", "/srv/line\nbreak\ttab\u{7F}", "/srv/Ёлка 🎄"])
  func roundTrip(data: String) throws {
    let flags = ["data": data, "heartbeat.interval_seconds": "0.25", "heartbeat.timeout_seconds": "40", "port": "0"]
    let report = try ConfigurationReport(file: nil, environment: ["HOME": "/home/ann"], flags: flags)
    try write(report.description)
    let again = try ServerConfiguration.load(file: file, environment: [:])
    #expect(again == (try ServerConfiguration.load(file: nil, environment: ["HOME": "/home/ann"], flags: flags)))
    #expect(again.data == data)
  }

  @Test("A file's name cannot put a line of its own into it") func hostileName() throws {
    let name = folder.url.appending(path: "a\nport = 9").path(percentEncoded: false)
    try Data("port = 1".utf8).write(to: URL(filePath: name))
    let report = try ConfigurationReport(file: name, environment: [:], flags: [:])
    #expect(report.description.split(separator: "\n").count == report.lines.count)
    try write(report.description)
    #expect(try ServerConfiguration.load(file: file, environment: [:]).port == 1)
  }

  @Test("The program prints it, and tells a mistake") func program() throws {
    try write("port = 1\n")
    let good = try ServerProgram.run(["config", "check", "--config", file, "--set", "limits.sockets=7", "--port", "5"])
    #expect(good.status == 0 && good.error.isEmpty)
    let lines = good.output.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("limits.sockets = 7 ") && $0.hasSuffix("# command line") })
    #expect(lines.contains { $0.hasPrefix("port = 5 ") && $0.hasSuffix("# command line") })
    for (arguments, words) in [
      (["--set", "limits.sockets=0"], "command line: limits.sockets: must be a whole number from 1"),
      (["--set", "limits.socks=1"], "command line: limits.socks: is not a setting"),
      (["--set", "port"], "--set takes KEY=VALUE, not \"port\""),
    ] {
      let bad = try ServerProgram.run(["config", "check"] + arguments)
      #expect(bad.status != 0 && bad.output.isEmpty && bad.error.contains(words), "\(bad)")
    }
  }
}
