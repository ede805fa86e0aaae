import ArgumentParser
import FoundationEssentials
import Glibc
import Transport

/// `chatai demo`: a server with a busy shop in it, and the console on it; neither leaves anything behind.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Try the console on a lively demo; nothing is installed or kept.",
    discussion: """
      Starts chatai-server, which must lie beside chatai or in PATH, on this machine alone and in a temporary folder, \
      with simulated visitors, and logs in to it. Quitting the console ends all of it.
      """)

  @Option(help: "The server's port; 0 takes a free one.")
  var port = 0

  /// Longer than a loaded machine needs to fill the demo's database.
  private static let startTimeout = Duration.seconds(60)

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port must be from 0 to 65535") }
  }

  // Synchronous, like the console: see `ChatAI.run()`.
  func run() throws {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
      throw CommandFailure("the demo needs a terminal to show itself in")
    }
    let server = try ChildProcess(
      executable: ServerProgram.find(), arguments: ["demo", "--host", "127.0.0.1", "--port", String(port)])
    let invitation = try Self.invitation(from: server)
    // The server removes its folder when it ends; this is for one that did not live to.
    defer {
      server.end()
      try? FileManager.default.removeItem(atPath: invitation.directory)
    }
    let address = try invitation.address
    // Logging in starts threads, and one that does not block them could take the signals that the console waits for.
    Self.blockSignals()
    let tokens = try Login.perform(server: address, email: invitation.email, password: invitation.password)
    try ConsoleApp.run(
      ConsoleLaunch(
        profile: "demo", server: address.url, tokens: tokens, stateDirectory: invitation.directory + "/console",
        isDisposable: true, examples: TextFiles.examples))
  }

  /// The line with which the server says that it is ready.
  private struct Invitation: Decodable {
    let url: String
    let email: String
    let password: String
    let directory: String

    var address: ServerAddress {
      get throws {
        do {
          return try ServerAddress(url)
        } catch {
          throw CommandFailure("the demo's server gave an address that cannot be used: \(error)")
        }
      }
    }
  }

  private static func invitation(from server: ChildProcess) throws -> Invitation {
    let line: String
    do {
      line = try server.readLine(within: startTimeout)
    } catch {
      server.end()
      let reason =
        switch error {
        case .ended: "the demo's server did not start"
        case .timedOut: "the demo's server was not ready after \(startTimeout.components.seconds) seconds"
        }
      let log = server.logTail
      throw CommandFailure(log.isEmpty ? reason : reason + ":\n" + log)
    }
    guard let invitation = try? JSONDecoder().decode(Invitation.self, from: Data(line.utf8)) else {
      throw CommandFailure("the demo's server is of another version than chatai; build or install both together")
    }
    return invitation
  }

  private static func blockSignals() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }
}
