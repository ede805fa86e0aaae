import ChatProtocol

/// What the console is opened with.
struct ConsoleLaunch: Sendable {
  /// The profile's name: names its folder under `$XDG_STATE_HOME/chatai/`.
  var profile: String
  /// The server's address, such as `http://127.0.0.1:8080`.
  var server: String
  /// The tokens of the login.
  var tokens: AccountTokens
  /// Whether renewed tokens, drafts, outbox and log are kept in the profile's folder; a demo gives a temporary
  /// folder of its own instead.
  var stateDirectory: String?
}

/// The console in the terminal.
enum ConsoleApp {
  /// Opens the console on the process's main thread and returns when the operator quits or the process is asked to
  /// end; the terminal is restored then. Call it on the main thread, before any other thread is started where
  /// possible: it blocks the signals it reads itself.
  ///
  /// - Throws: `CommandFailure` with one sentence if standard input or output is not a terminal.
  static func run(_ launch: ConsoleLaunch) throws {
    throw CommandFailure("the console is not built yet")
  }
}

/// An error for the person at the shell: one sentence that says what to do.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
