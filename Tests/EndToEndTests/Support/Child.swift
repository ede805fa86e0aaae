import Foundation

/// A program started by a test, ended with it, by pid.
final class Child: Sendable {
  private let process: Process
  private let output: Pipe
  private let input: Pipe

  /// Starts a program with its standard error thrown away (or kept in a file) and its standard output readable.
  init(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], errorsTo file: String? = nil
  ) throws {
    process = Process()
    output = Pipe()
    input = Pipe()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    process.standardOutput = output
    process.standardInput = input
    if let file {
      FileManager.default.createFile(atPath: file, contents: nil)
      process.standardError = FileHandle(forWritingAtPath: file)
    } else {
      process.standardError = FileHandle.nullDevice
    }
    try process.run()
  }

  deinit {
    if process.isRunning { kill(SIGKILL) }
  }

  var isRunning: Bool { process.isRunning }

  /// How often its threads have gone to sleep so far, and so been woken.
  func wakeUps() throws -> Int {
    let tasks = "/proc/\(process.processIdentifier)/task"
    return try FileManager.default.contentsOfDirectory(atPath: tasks).reduce(0) { sum, thread in
      let status = try String(contentsOfFile: "\(tasks)/\(thread)/status", encoding: .utf8)
      let line = status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches") }
      return sum + (line?.split(separator: "\t").last.flatMap { Int($0) } ?? 0)
    }
  }

  /// The next line of its output. Waits until there is one; nil if it ends before.
  func firstLine() -> String? {
    var line = Data()
    while let byte = try? output.fileHandleForReading.read(upToCount: 1), byte.count == 1 {
      if byte.first == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
      line.append(byte)
    }
    return nil
  }

  /// Gives it a part of its input.
  func write(_ text: String) throws {
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
  }

  /// Gives it its whole input, and reads its output to the end.
  func communicate(_ text: String) throws -> String {
    // One that does not read its input may be gone by now.
    try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try? input.fileHandleForWriting.close()
    return String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
  }

  /// Sends a signal to this process alone.
  func kill(_ signal: Int32) {
    _ = Foundation.kill(process.processIdentifier, signal)
  }

  /// Waits for the end and returns the exit status.
  func wait() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Runs a program to its end.
  static func run(
    _ program: String, _ arguments: [String], input text: String = "", environment: [String: String] = [:]
  ) throws -> (status: Int32, output: String) {
    let child = try Child(program, arguments, environment: environment)
    let output = try child.communicate(text)
    return (child.wait(), output)
  }

  /// Runs a program that must succeed and returns what it printed, without the line's end.
  static func require(
    _ program: String, _ arguments: [String], input text: String = "", environment: [String: String] = [:]
  ) throws -> String {
    let (status, output) = try run(program, arguments, input: text, environment: environment)
    guard status == 0 else {
      throw EndToEndFailure("\(program) \(arguments.joined(separator: " ")) ended with \(status): \(output)")
    }
    return output.trimmingCharacters(in: .newlines)
  }
}
