import Foundation
import Testing

/// What can happen to a terminal: it goes away, it is stopped, it is none at all.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct TerminalLifeTests {
  private let home: TemporaryDirectory
  private let server: PartOneServer

  init() throws {
    home = try TemporaryDirectory("chatai-e2e-terminal")
    server = try PartOneServer()
    try server.logIn(home: home)
  }

  /// Where the drafts are kept.
  private var drafts: String { home.path + "/state/chatai/default/drafts" }

  private var draft: String? { try? String(contentsOfFile: drafts + "/1", encoding: .utf8) }

  /// A console in which a reply to Ana is being written.
  private func composing(_ text: String) async throws -> ConsoleScreen {
    let console = try await ConsoleScreen(columns: 120, rows: 40, home: home)
    try await compose(text, on: console)
    return console
  }

  private func compose(_ text: String, on console: ConsoleScreen) async throws {
    try await console.wait(for: "Ana Petrova")
    try console.press("n")
    try await console.wait(for: "live")
    try await console.takeOverAndReply()
    try console.type(text)
    try await console.wait(for: text)
  }

  // MARK: The end

  @Test(arguments: [SIGHUP, SIGTERM, SIGINT])
  func `A signal ends the console at once, the draft is on disk and the terminal as it was`(signal: Int32) async throws
  {
    let console = try await composing("half a sentence for Ana")
    #expect(try console.modes() == ["alternate_on", "keypad_flag", "keypad_cursor_flag"])
    let process = try console.processID()
    let asked = ContinuousClock.now
    kill(process, signal)
    let status = try await eventually("signal \(signal) did not end the console") { try console.exitStatus() }
    // sshd and systemd kill whoever takes longer than some seconds.
    #expect(ContinuousClock.now - asked < .seconds(3))
    #expect(status == 0)
    // What was typed is kept before the end, not after it.
    #expect(draft == "half a sentence for Ana")
    #expect(try console.modes() == [], "modes are left on")
    #expect(try !console.text().contains("REPLY"), "the screen is left behind")
  }

  @Test(arguments: [SIGSEGV, SIGABRT])
  func `A crash gives the terminal back too, and says where to look`(signal: Int32) async throws {
    // Swift's own report of a crash would ask the operator questions first.
    let quiet = ["env", "SWIFT_BACKTRACE=enable=no", Programs.console]
    let console = try await ConsoleScreen(columns: 120, rows: 40, home: home, command: quiet)
    try await compose("half a sentence for Ana", on: console)
    try await eventually("the draft is not on disk: \(draft ?? "none")") {
      draft == "half a sentence for Ana" ? true : nil
    }
    kill(try console.processID(), signal)
    let status = try await eventually("it lives on:\n\((try? console.text()) ?? "")") { try console.exitStatus() }
    #expect(status == 128 + Int(signal))
    #expect(try console.text().contains("died unexpectedly"))
    #expect(try console.modes() == [], "modes are left on")
  }

  @Test func `The terminal goes away, and the draft is on disk and in the next console`() async throws {
    var console: ConsoleScreen? = try await composing("half a sentence for Ana")
    let process = try console?.processID() ?? 0
    // tmux is killed, as by a dropped connection without one: SIGHUP, and nothing to write to.
    console = nil
    try await eventually("the console lives on without a terminal") { kill(process, 0) == 0 ? nil : true }
    #expect(draft == "half a sentence for Ana")
    let next = try await ConsoleScreen(columns: 120, rows: 40, home: home)
    try await next.wait(for: "draft")
    try next.press("Enter")
    try await next.wait(for: "live")
    try next.press("r")
    try await next.wait(for: "REPLY")
    try await next.wait(for: "half a sentence for Ana")
  }

  // MARK: Stop and go

  @Test func `Stopped by Ctrl-Z and continued by fg, the screen is whole again`() async throws {
    // Only a shell with job control can stop a program and let it go on.
    let shell = try await ConsoleScreen(columns: 120, rows: 40, home: home, command: ["bash", "--norc", "-i"])
    try shell.type(Programs.console)
    try shell.press("Enter")
    try await compose("kept over the stop", on: shell)
    try shell.press("C-z")
    try await shell.wait(for: "the shell's prompt") { $0.contains("Stopped") && !$0.contains("REPLY") }
    #expect(try shell.modes().isDisjoint(with: ["alternate_on", "cursor hidden"]))
    // Ctrl-Z may be for good.
    #expect(draft == "kept over the stop")
    try shell.resize(columns: 90, rows: 30)
    try shell.type("fg")
    try shell.press("Enter")
    let screen = try await shell.wait(for: "kept over the stop")
    #expect(!screen.contains("Stopped"))
    // Whose size is another one now: one pane.
    #expect(screen.contains("REPLY") && !screen.contains("Ben"))
    try shell.type(" and typed on")
    try await shell.wait(for: "kept over the stop and typed on")
  }

  @Test func `Stopped and never continued, nothing that was typed is lost`() async throws {
    var shell: ConsoleScreen? = try await ConsoleScreen(
      columns: 120, rows: 40, home: home, command: ["bash", "--norc", "-i"])
    try shell?.type("echo $$ > \(home.path)/shell; \(Programs.console)")
    try shell?.press("Enter")
    if let shell { try await compose("never sent", on: shell) }
    try shell?.press("C-z")
    try await shell?.wait(for: "Stopped")
    let parent = try String(contentsOfFile: home.path + "/shell", encoding: .utf8).filter(\.isNumber)
    let children = try String(contentsOfFile: "/proc/\(parent)/task/\(parent)/children", encoding: .utf8)
    let process = try #require(children.split(separator: " ").first.flatMap { Int32($0) })
    kill(process, SIGKILL)
    shell = nil

    let next = try await ConsoleScreen(columns: 120, rows: 40, home: home)
    try await next.wait(for: "draft")
    try next.press("Enter")
    try await next.wait(for: "live")
    try next.press("r")
    try await next.wait(for: "never sent")
  }

  // MARK: No screen

  @Test func `Without a screen it is lines: over pipes, and the end of the input is the end`() throws {
    let environment = ConsoleScreen.environment(home: home).merging(["TERM": "dumb"]) { _, new in new }
    let console = try Child(Programs.console, ["--plain"], environment: environment)
    var lines: [String] = []
    // What says nothing more is ended, and with it the waiting for its next line.
    let watchdog = Task {
      try await Task.sleep(for: .seconds(60))
      console.kill(SIGKILL)
    }
    defer { watchdog.cancel() }
    func read(until prefix: String) throws {
      while let line = console.firstLine() {
        lines.append(line)
        if line.hasPrefix(prefix) { return }
      }
      throw EndToEndFailure("“\(prefix)” never came: \(lines)")
    }
    try read(until: "Type help")
    try console.write("open 1\n")
    try read(until: "Opened Dialog 1, Ana Petrova.")
    try console.write("list\n")
    try read(until: "Dialog 1, Ana Petrova.")
    lines += try console.communicate("quit\n").split(separator: "\n").map(String.init)
    #expect(console.wait() == 0)
    #expect(!lines.joined().unicodeScalars.contains { $0.value < 0x20 }, "\(lines)")
  }
}
