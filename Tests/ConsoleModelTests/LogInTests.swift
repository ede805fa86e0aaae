import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("Logging in again")
struct LogInTests {
  @Test func thePasswordIsAskedForAndShownToNobody() {
    var console = Console.loaded([.mine(1)])
    console.send(.signedOut(reason: "the login has expired"))
    #expect(console.notice.contains(":login"))
    console.press(":login<Enter>")
    console.takeEffects()
    #expect(console.state.mode == .password)
    console.press("s3cret q<BS><BS><Enter>")
    #expect(console.takeVisibleEffects() == [.logIn(Password("s3cret"))])
    #expect(console.state.mode == .list)
    console.send(.signedIn(Console.me, Console.capable))
    #expect(console.state.session.endReason == nil)
    #expect(console.notice == "Logged in again")
    #expect(console.takeEffects().contains(.loadDialogs(page: 1, limit: 100)))
  }

  @Test func noDumpHasIt() {
    var text = ""
    dump(Effect.logIn(Password("s3cret")), to: &text)
    #expect(!text.contains("s3cret"))
    #expect(!"\(Effect.logIn(Password("s3cret")))".contains("s3cret"))
  }

  @Test(arguments: ["<Esc>", "<C-c>", "<Enter>", "abc<C-u><Enter>"])
  func itCanBeLeft(_ script: String) {
    var console = Console.loaded([.mine(1)])
    console.press(":login<Enter>")
    console.takeEffects()
    console.press(script)
    #expect(console.state.mode == .list)
    #expect(console.takeVisibleEffects() == [])
  }

  @Test func aProfilesCommandLogsInByItselfButOnlyOnce() {
    var console = Console.loaded([.mine(1)])
    console.state.session.hasPasswordCommand = true
    console.send(.signedOut(reason: "the login has expired"))
    #expect(console.takeVisibleEffects() == [.logIn(nil)])
    console.send(.logInFailed(reason: "pass printed nothing"))
    #expect(console.notice == "Not logged in: pass printed nothing. :login tries again")
    console.send(.signedOut(reason: "the login has expired"))
    #expect(console.takeVisibleEffects() == [])
    console.press(":login<Enter>")
    #expect(console.takeVisibleEffects().contains(.logIn(nil)))
    // After a session that stood, it may be asked once more.
    console.send(.signedIn(Console.me, Console.capable))
    console.takeEffects()
    console.send(.signedOut(reason: "the login has expired"))
    #expect(console.takeVisibleEffects().contains(.logIn(nil)))
  }

  @Test func aStoppedLinkBeginsAnew() {
    var console = Console(size: Size(columns: 80, rows: 24))
    console.send(.signedIn(Console.me, Console.capable))
    console.send(page([.mine(1)]))
    console.press("<Enter>")
    let connections = console.takeEffects().compactMap { effect in
      if case .link(1, .connect(let id)) = effect { id } else { nil }
    }
    for id in connections { console.send(.link(1, .socketRefused(id, status: 401, retryAfter: nil))) }
    console.send(.link(1, .tokenRefreshFailed(.unauthorized)))
    console.send(.signedOut(reason: "the login has expired"))
    #expect(console.state.openLink?.phase == .stopped(.signedOut))
    console.send(.signedIn(Console.me, Console.capable))
    #expect(console.takeEffects().contains { if case .link(1, .connect) = $0 { true } else { false } })
  }

  @Test(arguments: [
    ("pass show chat", ["pass", "show", "chat"]), ("  a   b ", ["a", "b"]), ("a 'b c' \"d e\"", ["a", "b c", "d e"]),
    ("a\\ b $HOME `x` *", ["a b", "$HOME", "`x`", "*"]), (#"a "\"\\\n""#, ["a", #""\\n"#]), ("a''b ''", ["ab", ""]),
    ("", []),
  ])
  func commandsArePartedAsAShellDoesIt(_ text: String, _ words: [String]) {
    #expect(ShellWords.split(text) == words)
  }

  @Test(arguments: ["a 'b", "a \"b", "a\\"])
  func whatIsNotClosedIsNoCommand(_ text: String) {
    #expect(ShellWords.split(text) == nil)
  }
}
