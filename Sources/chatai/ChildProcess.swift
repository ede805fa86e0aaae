import FoundationEssentials
import Glibc

/// A program run as a child, by `posix_spawn` and without a shell, which cannot outlive this process.
///
/// The child's standard input is a pipe that nothing is ever written to: its end is the order to quit. The kernel
/// closes it whatever ends this process, `kill -9` included. Standard error goes to a file without a name, so that a
/// failure can be explained and nothing is left behind either.
///
/// The child has a process group of its own, out of reach of the terminal's Ctrl-C, and no signal blocked.
final class ChildProcess {
  private let id: pid_t
  private let log: FileDescriptor
  private let output: FileDescriptor
  private var leash: FileDescriptor?
  private var pendingOutput: [UInt8] = []

  /// A line longer than this is not one that was asked for.
  private static let longestLine = 65_536

  /// Starts a program.
  ///
  /// - Throws: `CommandFailure` with the system's reason.
  init(executable: String, arguments: [String]) throws {
    let input = try Pipe()
    let output = try Pipe()
    let log = try FileDescriptor.anonymousFile()

    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    try Self.check(posix_spawn_file_actions_init(&actions), "prepare a child process")
    defer { posix_spawn_file_actions_destroy(&actions) }
    try Self.check(posix_spawnattr_init(&attributes), "prepare a child process")
    defer { posix_spawnattr_destroy(&attributes) }
    // Everything else this process has open is closed on exec.
    for (descriptor, target) in [(input.reading, 0), (output.writing, 1), (log, 2)] {
      try Self.check(
        posix_spawn_file_actions_adddup2(&actions, descriptor.number, Int32(target)), "prepare a child process")
    }
    attributes.startAfresh()

    let environment = ProcessInfo.processInfo.environment.map { $0.key + "=" + $0.value }
    var id = pid_t()
    let failure = withCStrings([executable] + arguments) { argv in
      withCStrings(environment) { envp in
        // The child's ends must stay open until it has them.
        withExtendedLifetime((input, output)) { posix_spawn(&id, executable, &actions, &attributes, argv, envp) }
      }
    }
    try Self.check(failure, "start \(executable)")
    self.id = id
    self.log = log
    self.output = output.reading
    leash = input.writing
  }

  /// Why no line came.
  enum Silence: Error {
    /// The child ended.
    case ended
    /// The time was up.
    case timedOut
  }

  /// Waits for the next line of the child's standard output, without its newline.
  func readLine(within timeout: Duration) throws(Silence) -> String {
    let deadline = ContinuousClock.now + timeout
    while true {
      if let end = pendingOutput.firstIndex(of: UInt8(ascii: "\n")) {
        defer { pendingOutput.removeSubrange(...end) }
        return String(decoding: pendingOutput[..<end], as: UTF8.self)
      }
      guard pendingOutput.count < Self.longestLine else { throw .ended }
      guard output.waitUntilReadable(deadline: deadline) else { throw .timedOut }
      let bytes = output.read()
      guard !bytes.isEmpty else { throw .ended }
      pendingOutput += bytes
    }
  }

  /// The end of what the child wrote to standard error.
  var logTail: String {
    let tail = log.tail(4096)
    let lines = String(decoding: tail, as: UTF8.self).split(separator: "\n")
    return lines.suffix(10).joined(separator: "\n")
  }

  /// Tells the child to quit and waits until it has: first by closing its input, then by SIGTERM, then by SIGKILL,
  /// each after the grace time. Told twice, the second does nothing.
  func end(grace: Duration = .seconds(5)) {
    guard leash != nil else { return }
    leash = nil
    for signal in [SIGTERM, SIGKILL] where !outputEnds(before: .now + grace) { kill(id, signal) }
    var status: Int32 = 0
    while waitpid(id, &status, 0) == -1, errno == EINTR {}
  }

  /// The child's exit closes the other end of its standard output, which is how it can be waited for with a limit.
  private func outputEnds(before deadline: ContinuousClock.Instant) -> Bool {
    while output.waitUntilReadable(deadline: deadline) {
      if output.read().isEmpty { return true }
    }
    return false
  }

  private static func check(_ code: Int32, _ what: String) throws {
    guard code == 0 else { throw CommandFailure("cannot \(what): \(String(cString: strerror(code)))") }
  }
}

// MARK: - Descriptors

/// An open file, closed with its last owner and on exec.
private final class FileDescriptor {
  let number: Int32

  init(_ number: Int32) {
    self.number = number
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
  }
  deinit { close(number) }

  /// A new file of mode 0600 that has no name, so that it goes with its last descriptor.
  static func anonymousFile() throws -> FileDescriptor {
    let folder = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var path = Array((folder + "/chatai-log.XXXXXX").utf8CString)
    let number = mkstemp(&path)
    guard number >= 0 else {
      throw CommandFailure("cannot make a temporary file in \(folder): \(String(cString: strerror(errno)))")
    }
    unlink(path)
    return FileDescriptor(number)
  }

  /// Whether there is something to read, or an end, before a moment.
  func waitUntilReadable(deadline: ContinuousClock.Instant) -> Bool {
    while true {
      let left = max(deadline - .now, .zero)
      // Rounded up: a poll of zero milliseconds in a loop would be a busy wait.
      let milliseconds = min(left / .milliseconds(1), 60_000).rounded(.up)
      var request = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
      let count = poll(&request, 1, Int32(milliseconds))
      if count > 0 { return true }
      if count < 0, errno != EINTR { return false }
      if ContinuousClock.now >= deadline { return false }
    }
  }

  /// What there is to read; empty at the end.
  func read() -> [UInt8] {
    var count = -1
    let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, initialized in
      repeat { count = Glibc.read(number, buffer.baseAddress, buffer.count) } while count < 0 && errno == EINTR
      initialized = max(count, 0)
    }
    return bytes
  }

  /// The last bytes of a file, at most so many.
  func tail(_ limit: Int) -> [UInt8] {
    var information = stat()
    guard fstat(number, &information) == 0 else { return [] }
    let start = max(information.st_size - limit, 0)
    return [UInt8](unsafeUninitializedCapacity: limit) { buffer, initialized in
      initialized = max(pread(number, buffer.baseAddress, buffer.count, start), 0)
    }
  }
}

private struct Pipe {
  let reading: FileDescriptor
  let writing: FileDescriptor

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw CommandFailure("cannot make a pipe: \(String(cString: strerror(errno)))")
    }
    reading = FileDescriptor(ends[0])
    writing = FileDescriptor(ends[1])
  }
}

/// Calls a body with a null-terminated array of C strings, as `exec` takes them.
func withCStrings<Result>(
  _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
  defer { pointers.forEach { free($0) } }
  return body(pointers + [nil])
}
