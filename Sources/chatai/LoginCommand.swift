import ArgumentParser
import ChatProtocol
import Transport

/// `chatai login`: trades an address and a password for tokens, and keeps those.
struct LoginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login",
    abstract: "Log in to a server and keep the session.",
    discussion: """
      The password is read from standard input and not kept; the session's tokens are, in a file that only you can \
      read. Example: pass show chat | chatai login --server https://chat.example.com --email me@example.com \
      --password-stdin
      """)

  @OptionGroup var target: ProfileOptions
  @OptionGroup var network: NetworkOptions

  @Option(help: "The address of the operator's account.")
  var email: String

  @Flag(help: "Read the password from the first line of standard input.")
  var passwordStdin = false

  func validate() throws {
    guard target.server != nil else { throw ValidationError("--server is missing: which server is it?") }
    guard passwordStdin else {
      throw ValidationError("--password-stdin is missing: the password is only ever read from standard input")
    }
  }

  func run() throws {
    guard let server = try target.serverAddress() else { return }
    let route = try ClientNetwork(network.trust)
    let profile = try target.openProfile()
    let file = SessionFile(profile)
    try profile.create()
    // Ids of dialogs mean nothing on another server: replies must not go out there.
    if let old = try? file.read(), old.server != server, profile.hasUnsentWork {
      throw CommandFailure(
        "the profile \"\(profile.name)\" still has drafts or unsent replies for \(old.server.url); log in under another "
          + "name with --profile NAME")
    }
    guard let password = readLine(strippingNewline: true), !password.isEmpty else {
      throw CommandFailure("there is no password on standard input")
    }
    let tokens = try Login.perform(server: server, network: route, email: email, password: password)
    // A program that is renewing the old login now must not write over the new one.
    let lock: FileLock
    do {
      lock = try FileLock(waitingFor: file.lockPath)
    } catch {
      throw CommandFailure("cannot keep the session: \(error)")
    }
    defer { lock.release() }
    try file.write(StoredSession(server: server, email: email, tokens: tokens, trust: network.trust))
    print("Logged in to \(server.authority) as \(email).")
  }
}
