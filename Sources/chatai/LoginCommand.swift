import ArgumentParser
import ChatProtocol
import Glibc
import Transport

/// `chatai login`: trades an address and a password for tokens, and keeps those.
struct LoginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login",
    abstract: "Log in to a server and keep the session.",
    discussion: """
      The session's tokens are kept in a file that only you can read, a password never is: it is asked for, read from \
      standard input (--password-stdin), or printed by a command that is kept and run again when the session has ended, \
      such as --password-command "pass show chat". With --token-command the command prints an access token. Commands \
      are run without a shell.
      """)

  @OptionGroup var target: ProfileOptions
  @OptionGroup var network: NetworkOptions

  @Option(help: "The address of the operator's account.")
  var email: String

  @Flag(help: "Read the password from the first line of standard input.")
  var passwordStdin = false

  @Option(help: "A command that prints the password; kept, and run again when the session has ended.")
  var passwordCommand: String?

  @Option(help: "A command that prints an access token, instead of a password.")
  var tokenCommand: String?

  func validate() throws {
    guard target.server != nil else { throw ValidationError("--server is missing: which server is it?") }
    let ways = [passwordStdin, passwordCommand != nil, tokenCommand != nil].count { $0 }
    guard ways <= 1 else {
      throw ValidationError("one of --password-stdin, --password-command and --token-command is enough")
    }
    guard ways == 1 || isatty(STDIN_FILENO) == 1 else {
      throw ValidationError(
        "there is no terminal to ask for the password on: use --password-stdin or --password-command")
    }
  }

  func run() throws {
    guard let server = try target.serverAddress() else { return }
    let route = try ClientNetwork(network.trust)
    let profile = try target.openProfile()
    let file = SessionFile(profile)
    // Ids of dialogs mean nothing on another server: replies must not go out there.
    if let old = try? file.read(), old.server != server, profile.hasUnsentWork {
      throw CommandFailure(
        "the profile \"\(profile.name)\" still has drafts or unsent replies for \(old.server.url); log in under another "
          + "name with --profile NAME")
    }
    let secret = try secret
    let tokens: AccountTokens
    if case .token = secret, let token = try secret?.run() {
      tokens = AccountTokens(accessToken: token, refreshToken: nil)
      try Login.check(tokens, server: server, network: route)
    } else {
      guard let password = try secret?.run() ?? readPassword(), !password.isEmpty else {
        throw CommandFailure("there is no password")
      }
      tokens = try Login.perform(server: server, network: route, email: email, password: password)
    }
    // Only now: a login that failed leaves no profile behind.
    try profile.create()
    // A program that is renewing the old login now must not write over the new one.
    let lock: FileLock
    do {
      lock = try FileLock(waitingFor: file.lockPath)
    } catch {
      throw CommandFailure("cannot keep the session: \(error)")
    }
    defer { lock.release() }
    try file.write(StoredSession(server: server, email: email, tokens: tokens, trust: network.trust, secret: secret))
    print("Logged in to \(server.authority) as \(email).")
  }

  private var secret: LoginSecret? {
    get throws {
      if let passwordCommand {
        return .password(try LoginSecret.words(passwordCommand, option: "--password-command"))
      }
      return try tokenCommand.map { .token(try LoginSecret.words($0, option: "--token-command")) }
    }
  }

  /// The first line of standard input; on a terminal after a question, and unseen.
  private func readPassword() -> String? {
    guard !passwordStdin else { return readLine(strippingNewline: true) }
    guard let typed = getpass("Password of \(email): ") else { return nil }
    return String(cString: typed)
  }
}
