import Foundation
import Glibc

/// The program `chatai-server`.
enum ServerProgram {
  /// The program that was built with these tests: it lies beside their bundle.
  static let url: URL = {
    let arguments = CommandLine.arguments
    let flag = arguments.firstIndex(of: "--test-bundle-path").map { arguments.index(after: $0) }
    let bundle = flag.flatMap { $0 < arguments.count ? URL(filePath: arguments[$0]) : nil }
    let folder =
      bundle?.deletingLastPathComponent()
      ?? URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../.build/debug")
    return folder.appending(path: "chatai-server").standardizedFileURL
  }()

  /// What a run of it came to.
  struct Result: Equatable {
    var output: String
    var error: String
    var status: Int32
  }

  /// A run that is under way.
  struct Run {
    fileprivate let process: Process
    var isRunning: Bool { process.isRunning }

    /// Ends it as a power cut would, as far as the process can tell, if it has not ended by itself.
    func kill() {
      Glibc.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
  }

  /// Starts it with nothing of the tester's environment and nobody to listen to it.
  static func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Run {
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.environment = ["HOME": "/nonexistent", "PATH": "/usr/bin:/bin"].merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return Run(process: process)
  }

  /// Runs it with nothing of the tester's environment.
  static func run(_ arguments: [String], input: String = "", environment: [String: String] = [:]) throws -> Result {
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.environment = ["HOME": "/nonexistent", "PATH": "/usr/bin:/bin"].merging(environment) { $1 }
    let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = stderr
    try process.run()
    // Small enough for the pipe's buffer, so a program that does not read it holds nobody up.
    try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    let output = stdout.fileHandleForReading.readDataToEndOfFile()
    let error = stderr.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Result(
      output: String(decoding: output, as: UTF8.self), error: String(decoding: error, as: UTF8.self),
      status: process.terminationStatus)
  }
}
