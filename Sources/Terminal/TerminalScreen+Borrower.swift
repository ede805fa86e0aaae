import CTerminal
import Glibc

extension TerminalScreen {
  /// How a program that had the terminal came to its end.
  public enum ProgramEnd: Hashable, Sendable {
    /// It ended by itself.
    case exited(status: Int32)
    /// A signal ended it.
    case killed(signal: Int32)
    /// It could not be started, and why.
    case notStarted(errno: Int32)
  }

  /// Lends the terminal to a program, such as an editor, until that has ended; then everything is painted anew.
  ///
  /// The loop goes on meanwhile, so that connections stay alive; nothing is drawn. The program is started without a
  /// shell, in the console's own process group: Ctrl-Z in it stops both, as a shell's job.
  ///
  /// - Parameters:
  ///   - arguments: The program, looked up in the PATH, and its arguments.
  ///   - done: Called once, when the terminal is ours again.
  public func run(_ arguments: [String], then done: @escaping (ProgramEnd) -> Void) {
    guard borrower == nil else { return done(.notStarted(errno: EBUSY)) }
    lend()
    var process = pid_t()
    let failure = Borrower.spawn(arguments, &process)
    guard failure == 0 else {
      takeBack()
      return done(.notStarted(errno: failure))
    }
    let borrower = Borrower(process: process)
    self.borrower = borrower
    borrower.wait(on: loop) { [weak self] end in
      self?.borrower = nil
      self?.takeBack()
      done(end)
    }
  }
}

/// A program that has the terminal for a while.
@TerminalActor
final class Borrower {
  private let process: pid_t
  private var descriptor: Int32 = -1

  /// How often it is asked whether it has ended, where the system cannot tell by itself (Linux before 5.3).
  private static let pollInterval = Duration.milliseconds(100)

  init(process: pid_t) {
    self.process = process
  }

  /// Starts a program with no signal blocked or ignored; returns the error's number, 0 for none.
  static func spawn(_ arguments: [String], _ process: inout pid_t) -> Int32 {
    guard let program = arguments.first else { return EINVAL }
    var attributes = posix_spawnattr_t()
    let failure = posix_spawnattr_init(&attributes)
    guard failure == 0 else { return failure }
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    return posix_spawnp(&process, program, nil, &attributes, pointers, environ)
  }

  /// Calls `done` once it has ended.
  func wait(on loop: EventLoop, _ done: @escaping (TerminalScreen.ProgramEnd) -> Void) {
    descriptor = ct_process_descriptor(process)
    guard descriptor >= 0 else { return poll(on: loop, done) }
    loop.watch(descriptor) { [self] in
      guard let end = collect() else { return }
      loop.unwatch(descriptor)
      Glibc.close(descriptor)
      done(end)
    }
  }

  private func poll(on loop: EventLoop, _ done: @escaping (TerminalScreen.ProgramEnd) -> Void) {
    if let end = collect() { return done(end) }
    loop.after(Self.pollInterval) { [self] in poll(on: loop, done) }
  }

  /// How it ended; nil while it runs.
  private func collect() -> TerminalScreen.ProgramEnd? {
    var status: Int32 = 0
    let result = waitpid(process, &status, WNOHANG)
    guard result != 0 else { return nil }
    // Nobody else waits for it: an error means that it is gone.
    guard result == process else { return .exited(status: 0) }
    let signal = status & 0x7F
    return signal == 0 ? .exited(status: (status >> 8) & 0xFF) : .killed(signal: signal)
  }

  /// The console ends: editors save what they have when the line is hung up.
  func hangUp() {
    kill(process, SIGHUP)
  }
}
