import ConsoleModel
import ConsoleView
import Glibc
import Terminal

/// Where a console is shown and where its keys come from.
@TerminalActor
protocol ConsoleFace: AnyObject {
  /// In cells; what has none makes one up.
  var size: Size { get }
  /// Starts to listen: what happens goes to `handle`, and `isStale` is called when it has to be shown anew.
  func start(_ handle: @escaping (ConsoleEvent) -> Void, isStale: @escaping () -> Void)
  /// Shows a state; what it found out about its room, where it has any.
  func show(_ state: ConsoleState) -> Viewport?
  /// Draws with a theme from now on; nil for the one that fits the terminal.
  func use(_ theme: Theme?)
  func bell()
  func announce(_ announcement: Announcement)
  func setTitle(_ text: String)
  /// Puts a text on the clipboard of the machine that the operator sits at, where there is a way to.
  func copy(_ text: String)
  func suspend()
  /// Lends the terminal to a program until that has ended.
  func run(_ arguments: [String], then done: @escaping (TerminalScreen.ProgramEnd) -> Void)
  func redraw()
  func close()
}

/// The whole screen.
@TerminalActor
final class ScreenFace: ConsoleFace {
  private let screen: TerminalScreen
  private let notices: NoticeEncoder
  private let environment = RenderEnvironment { $0.utcOffset }
  /// What the settings name; nil for the one that fits the terminal.
  private var chosen: Theme?
  private var cache = LayoutCache()
  /// What stands where, as the operator sees it.
  private var targets = PointerMap()

  init(_ screen: TerminalScreen, theme: Theme?) {
    self.screen = screen
    notices = NoticeEncoder(facts: screen.facts)
    chosen = theme
  }

  var size: Size { screen.size }

  func start(_ handle: @escaping (ConsoleEvent) -> Void, isStale: @escaping () -> Void) {
    screen.onKey = { handle(.key($0)) }
    screen.onMouse = { [weak self] report in
      guard let target = self?.targets.target(row: report.row, column: report.column) else { return }
      handle(.pointed(report.act, at: target))
    }
    screen.onResize = { handle(.resized($0)) }
    screen.onEnd = { _ in handle(.terminated) }
    screen.onAppearance = { _ in isStale() }
  }

  func show(_ state: ConsoleState) -> Viewport? {
    var theme = chosen ?? .automatic(screen.appearance)
    if state.settings.ascii || screen.appearance.isASCII { theme = theme.asciiOnly }
    let frame = render(state, size: state.size, theme: theme, environment: environment, cache: &cache)
    screen.draw(frame.canvas)
    targets = frame.canvas.targets
    screen.readsMouse = state.settings.mouse
    return frame.viewport
  }

  func use(_ theme: Theme?) {
    chosen = theme
    // What is laid out has its colours in it.
    cache = LayoutCache()
  }

  func bell() { screen.bell() }

  func announce(_ announcement: Announcement) {
    if announcement.pops, let notice = notices.notice(announcement) { screen.write(control: notice) }
  }

  func setTitle(_ text: String) {
    if let title = notices.title(text) { screen.write(control: title) }
  }

  func copy(_ text: String) {
    if let sequence = Clipboard.sequence(for: text) { screen.write(control: sequence) }
  }

  func suspend() { screen.suspend() }
  func run(_ arguments: [String], then done: @escaping (TerminalScreen.ProgramEnd) -> Void) {
    screen.run(arguments, then: done)
  }
  func redraw() { screen.redraw() }
  func close() { screen.close() }
}

/// Lines of plain text, for screen readers, dumb terminals and pipes.
@TerminalActor
final class PlainFace: ConsoleFace {
  private let terminal: LineTerminal
  private let environment = RenderEnvironment { $0.utcOffset }
  private var view = PlainView()
  private var input = PlainInput()
  private var state: ConsoleState?
  private var handle: ((ConsoleEvent) -> Void)?

  init(_ terminal: LineTerminal) { self.terminal = terminal }

  /// As on the screen it would stand for: wide enough for list and messages, so that what is open counts as seen.
  var size: Size { Size(columns: 120, rows: 40) }

  func start(_ handle: @escaping (ConsoleEvent) -> Void, isStale: @escaping () -> Void) {
    self.handle = handle
    terminal.onLine = { [weak self] in self?.take($0) }
    terminal.onEnd = { _ in handle(.terminated) }
  }

  private func take(_ line: String) {
    guard let state else { return }
    let outcome = input.handle(line, state)
    if let request = outcome.request { terminal.write(view.answer(request, state, environment: environment)) }
    for key in outcome.keys { handle?(.key(key)) }
  }

  func show(_ state: ConsoleState) -> Viewport? {
    self.state = state
    terminal.write(view.report(state, environment: environment))
    for key in input.followUp(state) { handle?(.key(key)) }
    return nil
  }

  func use(_ theme: Theme?) {}
  func bell() { terminal.bell() }
  func announce(_ announcement: Announcement) {}
  func setTitle(_ text: String) {}
  func copy(_ text: String) {}
  func suspend() {}
  /// What stands on lines cannot be given away and taken back.
  func run(_ arguments: [String], then done: @escaping (TerminalScreen.ProgramEnd) -> Void) {
    done(.notStarted(errno: ENOTSUP))
  }
  func redraw() {}
  func close() { terminal.close() }
}
