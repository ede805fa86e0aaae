import Glibc

/// The standard streams of a command: what it finds out goes to the one, what it says meanwhile to the other.
///
/// Each line is written at once and whole, so that a pipe has it as soon as it is known.
enum Output {
  /// Whether a person reads along.
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// The width to keep within; nil where nobody reads along, and lines stay whole.
  static var columns: Int? {
    guard isTerminal else { return nil }
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Prints a line.
  static func line(_ text: String) { write(text + "\n") }

  /// Prints a text as it is.
  static func write(_ text: String) {
    guard write(Array(text.utf8), to: STDOUT_FILENO) != 0 else { return }
    // Whoever read has gone: so do we, and like every other program of a pipe, without a word.
    guard errno == EPIPE else {
      say("cannot write: \(String(cString: strerror(errno)))")
      exit(1)
    }
    signal(SIGPIPE, SIG_DFL)
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    raise(SIGPIPE)
    _exit(128 + SIGPIPE)
  }

  /// Says something that is not what was asked for.
  static func say(_ text: String) { _ = write(Array("chatai: \(text)\n".utf8), to: STDERR_FILENO) }

  /// Ends the program once whoever reads our output has gone, also while there is nothing to print: `watch | head -1`
  /// would otherwise stay for ever. A thread waits for it in the kernel; nothing is woken meanwhile.
  static func endWithReader() {
    var information = stat()
    guard fstat(STDOUT_FILENO, &information) == 0, information.st_mode & S_IFMT == S_IFIFO else { return }
    var thread = pthread_t()
    let isStarted = pthread_create(
      &thread, nil,
      { _ in
        var request = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        while poll(&request, 1, -1) < 0, errno == EINTR {}
        if request.revents & Int16(POLLERR) != 0 { _exit(128 + SIGPIPE) }
        return nil
      }, nil)
    if isStarted == 0 { pthread_detach(thread) }
  }

  /// Writes all of it; 0, or -1 with `errno`.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int {
    // A library may have had the signal ignored, or not: the answer of the call is the same for both this way.
    signal(SIGPIPE, SIG_IGN)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        written += count
      } else if errno == EAGAIN {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&request, 1, -1)
      } else if errno != EINTR {
        return -1
      }
    }
    return 0
  }
}
