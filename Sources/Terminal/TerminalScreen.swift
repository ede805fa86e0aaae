import CTerminal
public import ConsoleModel
public import ConsoleView
import Glibc

/// The terminal, taken over: canvases go out, keys come in.
///
/// ```swift
/// let status = try TerminalActor.run { loop in
///   let screen = try TerminalScreen.open(on: loop, log: "/home/me/.local/state/chatai/log")
///   screen.onKey = { key in … }
///   screen.onResize = { size in … }
///   screen.onEnd = { reason in screen.close(); loop.stop() }
///   loop.afterTurn = { screen.draw(canvas) }
/// }
/// ```
///
/// Whatever ends the program gives the terminal back: ``close()``, `exit`, a fatal signal, a trap. While it is
/// open stderr goes to the log.
@TerminalActor
public final class TerminalScreen {
  /// Why the terminal cannot be had.
  public enum OpenError: Error, Hashable, Sendable, CustomStringConvertible {
    /// stdin or stdout is no terminal.
    case notATerminal
    /// terminfo does not know this `TERM`.
    case unknownType(String)
    /// The terminal cannot place its cursor.
    case noCursorAddressing(String)
    /// The log cannot be written to.
    case log(path: String, errno: Int32)

    /// One line that says what to do.
    public var description: String {
      switch self {
      case .notATerminal: "the console needs a terminal on stdin and stdout"
      case .unknownType(let type):
        "terminal type \"\(type)\" is unknown here: set TERM to one that is, such as xterm-256color"
      case .noCursorAddressing(let type):
        "terminal type \"\(type)\" cannot place its cursor: set TERM to what the terminal really is"
      case .log(let path, let number):
        "cannot write the log \(path): \(String(cString: strerror(number)))"
      }
    }
  }

  /// Why the console should end.
  public enum EndReason: Hashable, Sendable {
    /// SIGINT from outside (Ctrl-C is a key).
    case interrupt
    /// SIGTERM.
    case terminate
    /// SIGHUP, or the terminal is gone: nothing can be shown any more.
    case hangUp
  }

  /// Called with each key. Ctrl-C, Ctrl-Z, Ctrl-S and Ctrl-Q are keys like others; see ``suspend()``.
  public var onKey: ((Key) -> Void)?
  /// Called with what the mouse did, while ``readsMouse``.
  public var onMouse: ((MouseReport) -> Void)?
  /// Called after the terminal's size changed; several changes in one turn of the loop are one call.
  public var onResize: ((Size) -> Void)?
  /// Called when the program should flush what it has to and end; where nothing is set, the screen closes and
  /// the loop stops. May come again for another reason.
  public var onEnd: ((EndReason) -> Void)?

  /// How long a lone ESC waits for the rest of a sequence. Long enough for the bytes of one key on a slow
  /// line, which come in one packet; too short to be felt.
  static let escapeDelay = Duration.milliseconds(25)
  /// How long the rest of an answer is waited for, which nobody types: it may come late on a slow line, and must not be
  /// taken for text then.
  static let answerDelay = Duration.seconds(1)

  let loop: EventLoop
  private let log: String
  private var painter: Painter
  private var decoder: KeyDecoder
  private var escapeTimer: EventLoop.Timer?
  private var isOpen = true
  private var inquiry = TerminalInquiry()
  private var inquiryTimer: EventLoop.Timer?
  private var hasAsked = false
  private var title: ControlSequence?
  /// The program that has the terminal for a while; nil when it is ours.
  var borrower: Borrower?

  /// What the environment says about the terminal.
  public let facts: TerminalFacts
  /// What a theme is chosen by.
  public private(set) var appearance: Appearance
  /// Called when the terminal has told its background, some time after the first frame.
  public var onAppearance: ((Appearance) -> Void)?

  /// What the terminal can show.
  public struct Appearance: Hashable, Sendable {
    /// Whether there are colours, and they are wanted.
    public var hasColor: Bool
    /// Whether the background is light; nil as long as nothing says so.
    public var isLight: Bool?
    /// Whether frames and marks are to be ASCII.
    public var isASCII: Bool
  }

  private init(loop: EventLoop, log: String, depth: ColorDepth, facts: TerminalFacts) {
    self.loop = loop
    self.log = log
    self.facts = facts
    painter = Painter(depth: depth, pairs: Int(ct_pairs()), isUnicode: facts.isUnicode)
    decoder = KeyDecoder(terminal: Self.terminalKeys())
    appearance = Appearance(
      hasColor: depth != .mono, isLight: facts.isLight, isASCII: !facts.isUnicode || facts.hasSmallFont)
    size = Self.windowSize()
  }

  // MARK: Opening and closing

  /// Takes the terminal on stdin and stdout over.
  ///
  /// - Parameters:
  ///   - loop: Where keys and signals come from.
  ///   - log: The file that stderr goes to while the screen is up; made with mode 0600.
  /// - Throws: ``OpenError``; the terminal is as before then.
  public static func open(on loop: EventLoop, log: String) throws(OpenError) -> TerminalScreen {
    // First, so that the terminal is not touched when there is no log.
    let failure = ct_stderr_redirect(log)
    guard failure == 0 else { throw .log(path: log, errno: failure) }
    let type = environment("TERM") ?? ""
    let facts = TerminalFacts(environment: environment)
    let isColor = !facts.isColorUnwanted
    var result = CT_UNKNOWN_TYPE
    if isColor, let direct = directColorType(type) { result = ct_open(direct, true) }
    if result == CT_UNKNOWN_TYPE { result = ct_open(nil, isColor) }
    guard result == CT_OPENED else {
      ct_stderr_restore()
      switch result {
      case CT_NOT_A_TERMINAL: throw .notATerminal
      case CT_NO_CURSOR_ADDRESSING: throw .noCursorAddressing(type)
      default: throw .unknownType(type)
      }
    }
    ct_rescue_set_last_line("chatai died unexpectedly; what is known is at the end of \(log)\n")

    let depth = ColorDepth(colors: Int(ct_colors()), isDirect: ct_is_direct_color())
    let screen = TerminalScreen(loop: loop, log: log, depth: depth, facts: facts)
    loop.watch(STDIN_FILENO) { screen.readKeys() }
    loop.onSignal = { screen.handle(signal: $0) }
    return screen
  }

  /// Gives the terminal back, and stderr. Does nothing a second time.
  public func close() {
    borrower?.hangUp()
    guard isOpen else { return }
    isOpen = false
    loop.unwatch(STDIN_FILENO)
    loop.onSignal = nil
    if let escapeTimer { loop.cancel(escapeTimer) }
    if let inquiryTimer { loop.cancel(inquiryTimer) }
    ct_close()
    ct_stderr_restore()
  }

  /// Gives the terminal back and stops the program, as Ctrl-Z does in others; takes it again and paints
  /// everything when the shell lets it go on. ``onResize`` tells when the size has changed meanwhile.
  public func suspend() {
    guard isOpen else { return }
    ct_suspend()
    ct_stderr_restore()
    ct_stop_self()
    resume()
  }

  /// Gives the terminal to another program, until ``takeBack()``.
  func lend() {
    isOpen = false
    loop.unwatch(STDIN_FILENO)
    if let escapeTimer { loop.cancel(escapeTimer) }
    ct_suspend()
    ct_stderr_restore()
  }

  /// Takes the terminal back from another program.
  func takeBack() {
    isOpen = true
    loop.watch(STDIN_FILENO) { [weak self] in self?.readKeys() }
    resume()
  }

  private func resume() {
    _ = ct_stderr_redirect(log)
    ct_resume()
    painter.invalidate()
    if let title {
      ct_save_title()
      send(title.bytes(on: facts))
    }
    resize()
  }

  // MARK: The mouse

  /// Whether the terminal tells of clicks and the wheel (modes 1000 and 1006), never of mere movement. Selecting text
  /// with it then needs Shift in most terminals.
  public var readsMouse = false {
    didSet {
      guard readsMouse != oldValue else { return }
      decoder.readsMouse = readsMouse
      ct_read_mouse(readsMouse)
    }
  }

  // MARK: Output

  /// The terminal's size, as of the last ``onResize``.
  public private(set) var size: Size

  /// Shows a canvas: sends only how it differs from the one before, in one go.
  public func draw(_ canvas: Canvas) {
    guard isOpen else { return }
    painter.paint(canvas)
    if !hasAsked {
      // After the first frame: whoever looks at it does not wait for a slow line.
      hasAsked = true
      if facts.answersQueries { perform(inquiry.handle(.start)) }
    }
  }

  /// Clears the terminal with the next ``draw(_:)`` and paints everything: Ctrl-L, when something else has
  /// written to the screen.
  public func redraw() {
    guard isOpen else { return }
    ct_repaint()
    painter.invalidate()
  }

  /// Bytes sent for all frames so far: what the line had to carry.
  public var bytesSent: Int { painter.bytesSent }

  /// Rings the terminal's bell.
  public func bell() {
    if isOpen { ct_bell() }
  }

  /// Sends something that is no text: a notice, a write into the clipboard. A title is kept over ``suspend()``, and
  /// the one from before comes back at the end.
  public func write(control: ControlSequence) {
    guard isOpen else { return }
    if control.kind == .title {
      guard facts.hasTitle else { return }
      if title == nil { ct_save_title() }
      title = control
    }
    send(control.bytes(on: facts))
  }

  private func send(_ bytes: [UInt8]) {
    ct_send(bytes, bytes.count)
  }

  // MARK: Questions to the terminal

  private func perform(_ actions: [TerminalInquiry.Action]) {
    for action in actions {
      switch action {
      case .send(let bytes): send(bytes)
      case .setTimer(let delay):
        inquiryTimer = loop.after(delay) { [weak self] in
          guard let self else { return }
          inquiryTimer = nil
          perform(inquiry.handle(.timedOut))
        }
      case .cancelTimer:
        if let inquiryTimer { loop.cancel(inquiryTimer) }
        inquiryTimer = nil
      case .background(let isLight):
        guard appearance.isLight != isLight else { continue }
        appearance.isLight = isLight
        onAppearance?(appearance)
      case .synchronizedOutput: ct_synchronize()
      }
    }
  }

  // MARK: Input

  private func readKeys() {
    var bytes = [UInt8](repeating: 0, count: 16_384)
    let count = read(STDIN_FILENO, &bytes, bytes.count)
    guard count > 0 else {
      if count == 0 || (errno != EINTR && errno != EAGAIN) {
        loop.unwatch(STDIN_FILENO)
        end(.hangUp)
      }
      return
    }
    deliver(.bytes(Array(bytes[..<count])))
  }

  private func deliver(_ event: KeyDecoder.Event) {
    if let escapeTimer { loop.cancel(escapeTimer) }
    escapeTimer = nil
    for key in decoder.handle(event) where isOpen {
      if case .mouse(let report) = key { onMouse?(report) } else { onKey?(key) }
    }
    for answer in decoder.takeAnswers() where isOpen { perform(inquiry.handle(.answer(answer))) }
    if isOpen, decoder.isAmbiguous {
      let delay = decoder.isInsideAnswer ? Self.answerDelay : Self.escapeDelay
      escapeTimer = loop.after(delay) { [weak self] in self?.deliver(.silence) }
    }
  }

  private func handle(signal: Int32) {
    if borrower != nil {
      switch signal {
      // The other program has got it too, and has stopped.
      case SIGTSTP: ct_stop_self()
      // What the keyboard sends is for the other program; the rest is looked at when it has ended.
      case SIGWINCH, SIGCONT, SIGINT: break
      default: end(signal == SIGHUP ? .hangUp : .terminate)
      }
      return
    }
    switch signal {
    case SIGWINCH: resize()
    case SIGTSTP: suspend()
    case SIGCONT: resume()  // somebody stopped us with SIGSTOP, and the shell has used the terminal since
    case SIGINT: end(.interrupt)
    case SIGTERM: end(.terminate)
    case SIGHUP: end(.hangUp)
    default: break
    }
  }

  private func end(_ reason: EndReason) {
    if let onEnd {
      onEnd(reason)
    } else {
      close()
      loop.stop(status: 1)
    }
  }

  private func resize() {
    size = Self.windowSize()
    ct_resize(Int32(size.columns), Int32(size.rows))
    painter.invalidate()
    onResize?(size)
  }

  // MARK: The terminal's own

  private static func windowSize() -> Size {
    var columns: Int32 = 80
    var rows: Int32 = 24
    ct_window_size(&columns, &rows)
    return Size(columns: Int(columns), rows: Int(rows))
  }

  private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// The terminfo entry with 24-bit colours that belongs to `type`, if the terminal says that it has them.
  private static func directColorType(_ type: String) -> String? {
    guard let promise = environment("COLORTERM"), promise == "truecolor" || promise == "24bit" else { return nil }
    if type.hasSuffix("-direct") { return nil }
    let family = type.hasSuffix("-256color") ? String(type.dropLast("-256color".count)) : type
    return family + "-direct"
  }

  private static func terminalKeys() -> [[UInt8]: Key] {
    var keys: [[UInt8]: Key] = [:]
    for (name, key) in KeyMeanings.capabilities {
      guard let sequence = ct_capability(name) else { continue }
      keys[Array(String(cString: sequence).utf8)] = key
    }
    return keys
  }
}
