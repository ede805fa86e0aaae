import ChatProtocol
import ConsoleModel
import ConsoleView
import Logging
import NIOCore
import NIOPosix
import Terminal
import Transport

/// What the console is opened with.
struct ConsoleLaunch: Sendable {
  /// The profile's name, for the status bar.
  var profile: String
  /// The server's address, such as `http://127.0.0.1:8080`.
  var server: String
  /// The tokens of the login.
  var tokens: AccountTokens
  /// Where renewed tokens, drafts, unsent replies and the log are kept: the profile's folder, or for a demo a temporary
  /// one. It is made if it is not there.
  var stateDirectory: String
  /// How the server is reached.
  var network = ClientNetwork()
  /// Whether nothing of it outlives the console, as in a demo: then `q` and one Ctrl-C end it.
  var isDisposable = false
  /// Whether it only looks on.
  var isReadOnly = false
  /// The address of the login.
  var email: String?
  /// What logs in again by itself.
  var secret: LoginSecret?
  /// A folder of texts that come with the program.
  var examples: String?
  /// Whether it is shown as lines instead of a screen.
  var isPlain = false
}

/// The console in the terminal.
enum ConsoleApp {
  /// Opens the console on the process's main thread and returns when the operator quits or the process is asked to
  /// end; the terminal is restored and everything is on disk then.
  ///
  /// Call it from the program's synchronous main, on the main thread, while no other thread of the program runs: it
  /// blocks the signals that it reads itself, and the threads it starts inherit that.
  ///
  /// - Throws: `CommandFailure` with one sentence, such as that standard input is no terminal. The terminal is as it
  ///   was then.
  static func run(_ launch: ConsoleLaunch) throws {
    let files = ConfigurationFiles(profile: launch.profile)
    let configuration = try files.load().get()
    // What was asked for on the command line, or is the operator's habit.
    let isReadOnly = launch.isReadOnly || configuration.settings.readOnly
    let theme = try configuration.settings.theme == "auto" ? nil : files.theme(configuration.settings.theme)
    let profile = Profile(name: launch.profile, directory: launch.stateDirectory)
    let server: ServerAddress
    do {
      server = try ServerAddress(launch.server)
    } catch {
      throw CommandFailure(error.description)
    }
    try profile.create()
    try profile.lock()

    var console: Console?
    do {
      _ = try TerminalActor.run { loop in
        // Before anything else is started: what cannot be drawn on is not connected for either.
        let face: any ConsoleFace =
          launch.isPlain
          ? PlainFace(LineTerminal(loop: loop))
          : ScreenFace(try TerminalScreen.open(on: loop, log: profile.log), theme: theme)
        let session = Session(
          profile: profile.name, serverName: server.authority, isDisposable: launch.isDisposable,
          isReadOnly: isReadOnly, email: launch.email, hasPasswordCommand: launch.secret != nil)
        console = Console(
          loop: loop, face: face, session: session, files: files, configuration: configuration,
          examples: launch.examples
        ) {
          ConsoleServices(
            profile: profile, server: server, tokens: launch.tokens, network: launch.network, email: launch.email,
            secret: launch.secret, isPresent: !isReadOnly)
        }
        console?.start()
      }
    } catch let error as TerminalScreen.OpenError {
      throw CommandFailure(error.description)
    }
    TerminalActor.assumeIsolated { console?.services.shutDown() }
  }
}
