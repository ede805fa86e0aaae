import CTerminal
public import ConsoleView
import Glibc

/// Standard input and output as lines: nothing is taken over, nothing is ever taken back.
@TerminalActor
public final class LineTerminal {
  /// Called with each line that was typed, without its end.
  public var onLine: ((String) -> Void)?
  /// Called when the program should flush what it has to and end.
  public var onEnd: ((TerminalScreen.EndReason) -> Void)?

  /// Longer lines are cut: nobody types them.
  private static let maximumLine = 1 << 16

  private let loop: EventLoop
  private var bytes: [UInt8] = []

  /// Reads from now on.
  public init(loop: EventLoop) {
    self.loop = loop
    loop.watch(STDIN_FILENO) { [weak self] in self?.read() }
    loop.onSignal = { [weak self] signal in
      switch signal {
      case SIGINT: self?.onEnd?(.interrupt)
      case SIGTERM: self?.onEnd?(.terminate)
      case SIGHUP: self?.onEnd?(.hangUp)
      case SIGTSTP: ct_stop_self()
      default: break
      }
    }
  }

  /// Writes lines.
  public func write(_ lines: [SafeText]) {
    guard !lines.isEmpty else { return }
    let text = Array(lines.map { $0.description + "\n" }.joined().utf8)
    var rest = text[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        // Nobody listens any more.
        if errno == EPIPE { onEnd?(.hangUp) }
        return
      }
    }
  }

  /// Rings the bell where there is one; a pipe has none.
  public func bell() {
    guard isatty(STDOUT_FILENO) == 1 else { return }
    let bell: [UInt8] = [0x07]
    _ = Glibc.write(STDOUT_FILENO, bell, 1)
  }

  /// Reads no more.
  public func close() {
    loop.unwatch(STDIN_FILENO)
    loop.onSignal = nil
  }

  private func read() {
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(STDIN_FILENO, &chunk, chunk.count)
    guard count > 0 else {
      if count < 0, errno == EINTR || errno == EAGAIN { return }
      loop.unwatch(STDIN_FILENO)
      onEnd?(.hangUp)
      return
    }
    for byte in chunk[..<count] {
      if byte == UInt8(ascii: "\n") {
        let line = String(decoding: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes[...], as: UTF8.self)
        bytes = []
        onLine?(line)
      } else if bytes.count < Self.maximumLine {
        bytes.append(byte)
      }
    }
  }
}
