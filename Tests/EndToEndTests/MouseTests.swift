import Foundation
import Testing

/// The mouse with the real program in a real terminal: read where the settings say so, and given back with the rest.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct MouseTests {
  private let home: TemporaryDirectory
  private let server: PartOneServer

  init() throws {
    home = try TemporaryDirectory("chatai-e2e-mouse")
    server = try PartOneServer()
    try server.logIn(home: home)
  }

  private func setMouse(_ isOn: Bool) throws {
    let folder = home.path + "/config/chatai"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data("mouse = \(isOn)\n".utf8).write(to: URL(filePath: folder + "/config.toml"))
  }

  /// Presses the left button over the first cell of a text.
  private func click(_ text: String, on console: ConsoleScreen, release: Bool = true) throws {
    let lines = try console.text().split(separator: "\n", omittingEmptySubsequences: false)
    guard let row = lines.firstIndex(where: { $0.contains(text) }), let at = lines[row].range(of: text) else {
      throw EndToEndFailure("“\(text)” is not on the screen")
    }
    let column = lines[row].distance(from: lines[row].startIndex, to: at.lowerBound)
    try console.type("\u{1B}[<0;\(column + 1);\(row + 1)M")
    if release { try console.type("\u{1B}[<0;\(column + 1);\(row + 1)m") }
  }

  @Test func `Off by default: the terminal keeps the mouse, and what it sends is no text`() async throws {
    let console = try await ConsoleScreen(columns: 120, rows: 40, home: home)
    try await console.wait(for: "Ana Petrova")
    #expect(try console.modes().isDisjoint(with: ["mouse_any_flag", "mouse_sgr_flag"]))
    try console.press("Enter")
    try await console.wait(for: "live")
    try click("Ivan", on: console)
    try console.press("q")
    try await eventually("the console did not quit:\n\((try? console.text()) ?? "")") { try console.exitStatus() }
  }

  @Test func `Click, click again, wheel; a crash, a stop and the end give the mouse back`() async throws {
    try setMouse(true)
    let console = try await ConsoleScreen(
      columns: 120, rows: 40, home: home, command: ["env", "SWIFT_BACKTRACE=enable=no", Programs.console])
    try await console.wait(for: "Ivan")
    #expect(try console.modes().isSuperset(of: ["mouse_any_flag", "mouse_sgr_flag"]))
    try click("Ivan", on: console)
    try await console.wait(for: "the cursor at Ivan") { screen in
      screen.split(separator: "\n").contains { $0.hasPrefix("▌") && $0.contains("Ivan") }
    }
    #expect(try console.text().contains("No dialog is open"))
    try click("Ivan", on: console)
    try await console.wait(for: "● live")
    try await console.wait(for: "Ivan being open") { !$0.contains("No dialog is open") }
    // Over the list the wheel moves its cursor; the open dialog stays.
    try console.type("\u{1B}[<64;5;10M")
    try await console.wait(for: "the cursor further up") { screen in
      screen.split(separator: "\n").contains { $0.hasPrefix("▌") && !$0.contains("Ivan") }
    }
    kill(try console.processID(), SIGABRT)
    try await eventually("it lives on") { try console.exitStatus() }
    #expect(try console.modes() == [], "modes are left on")
  }

  @Test func `Stopped by Ctrl-Z the mouse is the shell's again, and the console's when it goes on`() async throws {
    try setMouse(true)
    let shell = try await ConsoleScreen(columns: 120, rows: 40, home: home, command: ["bash", "--norc", "-i"])
    try shell.type(Programs.console)
    try shell.press("Enter")
    try await shell.wait(for: "Ana Petrova")
    try await eventually("the mouse is not read") { try shell.modes().contains("mouse_sgr_flag") ? true : nil }
    try shell.press("C-z")
    try await shell.wait(for: "Stopped")
    #expect(try shell.modes().isDisjoint(with: ["mouse_any_flag", "mouse_sgr_flag"]))
    try shell.type("fg")
    try shell.press("Enter")
    try await shell.wait(for: "Ana Petrova")
    try await eventually("the mouse is not read again") { try shell.modes().contains("mouse_sgr_flag") ? true : nil }
    try shell.press("q")
    try await eventually("the mouse is kept") { try shell.modes().contains("mouse_sgr_flag") ? nil : true }
  }
}
