import Glibc
import Headless
import NIOPosix

/// Runs a program again and again, one at a time: argv without a shell, a text on its standard input, an environment
/// that has nothing of the login in it, and a time-out.
struct ProgramRunner: Sendable {
  private let path: String
  private let arguments: [String]
  private let timeout: Duration
  private static let threads = NIOThreadPool.singleton

  /// What a program needs to find its way about; nothing else of ours is its business.
  private static let kept = ["HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "PATH", "TMPDIR", "TZ", "USER"]
  private static let grace = Duration.seconds(2)

  /// - Throws: `CommandFailure` if there is no such program.
  init(_ command: [String], timeout: Duration) throws {
    guard let name = command.first else { throw CommandFailure("no program is named", status: .usage) }
    guard let path = Self.find(name) else { throw CommandFailure("there is no program \(name.escapingControls)") }
    self.path = path
    arguments = command
    self.timeout = timeout
  }

  private static func find(_ name: String) -> String? {
    func isProgram(_ path: String) -> Bool {
      var information = stat()
      return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
    if name.contains("/") { return isProgram(name) ? name : nil }
    let path = environment("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(name)" }.first(where: isProgram)
  }

  /// Runs it once, to its end. What goes wrong is said and passed over: the next event is another matter.
  func run(input: String) async {
    let (path, arguments, timeout) = (path, arguments, timeout)
    do {
      try await Self.threads.runIfActive { try Self.run(path, arguments, input: Array(input.utf8), timeout: timeout) }
    } catch {
      Output.say("\(path): \(error)")
    }
  }

  private static func run(_ path: String, _ arguments: [String], input: [UInt8], timeout: Duration) throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw CommandFailure(String(cString: strerror(errno))) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let (reading, writing) = (ends[0], ends[1])
    let child = try spawn(path, arguments, input: reading)
    close(reading)
    let deadline = ContinuousClock.now + timeout
    write(input, to: writing, before: deadline)
    close(writing)
    if let status = wait(for: child, until: deadline) { return try check(status) }
    // The program and all that it started: they have a group of their own.
    kill(-child, SIGTERM)
    if wait(for: child, until: .now + grace) == nil {
      kill(-child, SIGKILL)
      _ = wait(for: child, until: .now + .seconds(60))
    }
    throw CommandFailure("it ran for longer than \(timeout.components.seconds) s and was ended")
  }

  private static func spawn(_ path: String, _ arguments: [String], input: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    attributes.startAfresh()
    let variables = kept.compactMap { name in environment(name).map { "\(name)=\($0)" } }
    var child = pid_t()
    let failure = withCStrings(arguments) { argv in
      withCStrings(variables) { envp in posix_spawn(&child, path, &actions, &attributes, argv, envp) }
    }
    guard failure == 0 else { throw CommandFailure("it cannot be started: \(String(cString: strerror(failure)))") }
    return child
  }

  /// A program that does not read its input is none the worse for that.
  private static func write(_ bytes: [UInt8], to descriptor: Int32, before deadline: ContinuousClock.Instant) {
    signal(SIGPIPE, SIG_IGN)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        written += count
      } else if errno == EAGAIN {
        let left = max(deadline - .now, .zero)
        guard left > .zero else { return }
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&request, 1, Int32(min(left / .milliseconds(1), 1000).rounded(.up)))
      } else if errno != EINTR {
        return
      }
    }
  }

  /// The child's status; nil if it still runs then. It is looked at often at first: most programs are quick.
  private static func wait(for child: pid_t, until deadline: ContinuousClock.Instant) -> Int32? {
    var pause: UInt32 = 500
    while true {
      var status: Int32 = 0
      let ended = waitpid(child, &status, WNOHANG)
      if ended == child || (ended == -1 && errno != EINTR) { return status }
      guard ContinuousClock.now < deadline else { return nil }
      usleep(pause)
      pause = min(pause * 2, 50_000)
    }
  }

  private static func check(_ status: Int32) throws {
    let signal = status & 0x7F
    if signal != 0 { throw CommandFailure("it was ended by signal \(signal)") }
    let code = status >> 8 & 0xFF
    if code != 0 { throw CommandFailure("it ended with status \(code)") }
  }
}
