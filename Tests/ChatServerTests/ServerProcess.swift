import Foundation
import Glibc
import Testing

/// `chatai-server serve` in a process of its own.
final class ServerProcess: Sendable {
  let port: Int
  private let process: Process
  private let log: URL
  private let end: AsyncStream<Never>

  /// Starts it on a free port; returns when it listens.
  ///
  /// - Parameter settings: by the names of their environment variables, without `CHATAI_`.
  static func start(
    data folder: TemporaryDirectory, log: URL, settings: [String: String] = [:]
  ) async throws -> ServerProcess {
    let process = Process()
    process.executableURL = ServerProgram.url
    process.arguments = ["serve", "--port", "0", "--data", folder.path]
    var environment = [
      "HOME": "/nonexistent", "PATH": "/usr/bin:/bin",
      "CHATAI_RESOURCES": URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Resources")
        .standardizedFileURL.path(percentEncoded: false),
    ]
    for (name, value) in settings { environment["CHATAI_" + name] = value }
    process.environment = environment
    try Data().write(to: log)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: log)
    let (end, ended) = AsyncStream.makeStream(of: Never.self)
    process.terminationHandler = { _ in ended.finish() }
    try process.run()
    // One line, when it listens; none if it fails.
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      let part = output.fileHandleForReading.availableData
      guard !part.isEmpty else { break }
      line += part
    }
    let url = String(decoding: line.dropLast(), as: UTF8.self)
    let port = try #require(url.split(separator: ":").last.flatMap { Int($0) }, "\(url)")
    return ServerProcess(process, port: port, log: log, end: end)
  }

  private init(_ process: Process, port: Int, log: URL, end: AsyncStream<Never>) {
    self.process = process
    self.port = port
    self.log = log
    self.end = end
  }

  deinit { process.terminate() }

  func terminate() { process.terminate() }

  /// Ends it as a power cut would, as far as the process can tell.
  func kill() { Glibc.kill(process.processIdentifier, SIGKILL) }

  func ended() async -> (status: Int32, log: String) {
    for await _ in end {}
    return (process.terminationStatus, (try? String(contentsOf: log, encoding: .utf8)) ?? "")
  }
}
