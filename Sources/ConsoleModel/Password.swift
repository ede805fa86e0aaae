/// What an operator typed to log in. It shows itself to nobody: no description, no dump of the state has it.
public struct Password: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The password.
  public let text: String

  /// Keeps what was typed.
  public init(_ text: String) {
    self.text = text
  }

  public var description: String { "•••" }
  public var debugDescription: String { "•••" }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The line in which a password is typed: it counts the characters and shows none.
public struct PasswordPrompt: Hashable, Sendable {
  /// The question, with whom it is about; may hold raw text.
  public let question: String
  /// What is typed.
  var input = TextBuffer()
  /// How many characters are typed.
  public var count: Int { input.characters.count }

  init(_ question: String) {
    self.question = question
  }
}

extension ConsoleState {
  /// `:login`: by the profile's command, else by a password that is asked for.
  mutating func askLogIn() {
    guard !session.hasPasswordCommand else { return logIn(nil) }
    passwordPrompt = PasswordPrompt(
      "Password of \(session.email ?? session.operatorName ?? session.profile) at \(session.serverName)")
  }

  /// Enter in the password's line.
  mutating func submitPassword() {
    guard let prompt = passwordPrompt else { return }
    passwordPrompt = nil
    guard !prompt.input.isEmpty else { return }
    logIn(Password(prompt.input.text))
  }

  private mutating func logIn(_ password: Password?) {
    say(.info, "Logging in…")
    emit(.logIn(password))
  }

  /// The server did not take the login.
  mutating func logInFailed(_ reason: String) {
    say(.error, "Not logged in: \(reason). :login tries again", for: .seconds(30))
  }

  /// Types into the password's line.
  mutating func editPassword(_ edit: (inout TextBuffer) -> Void) {
    guard var prompt = passwordPrompt else { return }
    edit(&prompt.input)
    passwordPrompt = prompt
  }
}
