import Foundation

/// The real console in a real terminal: a tmux of its own, typed into and read from.
final class ConsoleScreen: Sendable {
  private let socket: String
  private let home: TemporaryDirectory
  private let server: Child
  private static let ending = "The program has ended with status "

  /// Starts the console, or any other command line, on a screen of a size in cells.
  init(columns: Int, rows: Int, home: TemporaryDirectory, command: [String] = [Programs.console]) async throws {
    self.home = home
    socket = "chatai-e2e-\(UUID().uuidString.prefix(8))"
    // In the foreground: a daemon would be nobody's child, and would not end with the test.
    // And with no signal blocked, as test runners have them: it must hear SIGCHLD.
    let unblocked =
      "import os, signal, sys; signal.pthread_sigmask(signal.SIG_SETMASK, []); os.execvp(sys.argv[1], sys.argv[1:])"
    server = try Child(
      "/usr/bin/env", ["python3", "-c", unblocked, "tmux", "-L", socket, "-f", "/dev/null", "-D"])
    // By a command that does not start a server of its own.
    try await eventually("tmux did not start") { [self] in try? tmux("show-options", "-g") }
    var line = ["new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "env", "-u", "NO_COLOR", "LC_ALL=C.UTF-8"]
    line += ConsoleScreen.environment(home: home).map { "\($0.key)=\($0.value)" }
    // The shell tells the status, on the screen that the program has given back: tmux itself now and then has none.
    line += ["sh", "-c", "\"$@\"; echo \"\(ConsoleScreen.ending)$?.\"; exec sleep 600", "sh"]
    _ = try tmux(line + command)
  }

  deinit {
    _ = try? tmux("kill-server")
  }

  /// The folders of a console that shares nothing with the one of whoever runs the tests.
  static func environment(home: TemporaryDirectory) -> [String: String] {
    [
      "XDG_CONFIG_HOME": home.path + "/config", "XDG_STATE_HOME": home.path + "/state",
      "XDG_DATA_HOME": home.path + "/data", "XDG_CACHE_HOME": home.path + "/cache",
    ]
  }

  /// What is on the screen now, a line a row, without trailing spaces.
  func text() throws -> String {
    try tmux("capture-pane", "-p")
  }

  /// Types text as it is.
  func type(_ text: String) throws {
    _ = try tmux("send-keys", "-l", text)
  }

  /// Presses keys by tmux's names: `Enter`, `Escape`, `C-c`, `Up` …
  ///
  /// Nobody sends within the time that it takes to see what has just come; and a console asks whoever does, whether
  /// they have.
  func press(_ keys: String...) throws {
    if keys.contains(where: { ["Enter", "C-d"].contains($0) }) { Thread.sleep(forTimeInterval: 0.5) }
    _ = try tmux(["send-keys"] + keys)
  }

  /// Pastes text as terminals do that know bracketed paste.
  func paste(_ text: String) throws {
    _ = try tmux("set-buffer", text)
    _ = try tmux("paste-buffer", "-p", "-r")
  }

  /// The row that the cursor is in, from 0.
  func cursorRow() throws -> Int {
    Int(try tmux("display-message", "-p", "#{cursor_y}")) ?? -1
  }

  /// Takes the open dialog over and opens its composer.
  func takeOverAndReply() async throws {
    try press("t")
    try await wait(for: "yours")
    try press("r")
    try await wait(for: "REPLY")
  }

  /// Presses Escape and waits until it has been taken for one: with the next key right behind it, it would be Alt.
  func leaveComposer() async throws {
    try press("Escape")
    try await wait(for: "the composer being left") { !$0.contains("REPLY to") }
  }

  /// Changes the size of the screen, in cells.
  func resize(columns: Int, rows: Int) throws {
    _ = try tmux("resize-window", "-x", "\(columns)", "-y", "\(rows)")
  }

  /// Waits until the screen satisfies a condition; fails with what it shows instead.
  @discardableResult
  func wait(
    within limit: Duration = .seconds(60), for what: String, where condition: (String) -> Bool
  ) async throws -> String {
    try await eventually(
      within: limit, "waited \(limit) for \(what); the screen shows:\n\((try? text()) ?? "nothing")"
    ) {
      let screen = try text()
      return condition(screen) ? screen : nil
    }
  }

  /// Waits until a text is on the screen.
  @discardableResult
  func wait(within limit: Duration = .seconds(60), for text: String) async throws -> String {
    try await wait(within: limit, for: "“\(text)”") { $0.contains(text) }
  }

  /// The process of the command itself: the only child of the screen's shell.
  func processID() throws -> Int32 {
    let shell = try tmux("list-panes", "-F", "#{pane_pid}")
    let children = try String(contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)
    guard let process = children.split(separator: " ").first.flatMap({ Int32($0) }) else {
      throw EndToEndFailure("the console does not run")
    }
    return process
  }

  /// What the terminal is set to, as far as a program can leave it behind: one word for each mode that is on.
  func modes() throws -> Set<String> {
    let flags = ["alternate_on", "keypad_flag", "keypad_cursor_flag", "mouse_any_flag", "mouse_sgr_flag"]
    let format = flags.map { "#{?\($0),\($0) ,}" }.joined() + "#{?cursor_flag,,cursor hidden}"
    return Set(try tmux("display-message", "-p", format).split(separator: " ").map(String.init))
  }

  /// The exit status of the console; nil while it runs.
  func exitStatus() throws -> Int? {
    let screen = try text()
    return screen.range(of: ConsoleScreen.ending).flatMap { Int(screen[$0.upperBound...].prefix { $0 != "." }) }
  }

  private func tmux(_ arguments: String...) throws -> String {
    try tmux(arguments)
  }

  private func tmux(_ arguments: [String]) throws -> String {
    try Child.require("/usr/bin/env", ["tmux", "-L", socket] + arguments)
  }
}
