import ArgumentParser
import ChatProtocol
import ConsoleModel
import FoundationEssentials
import Glibc
import Headless
import Transport

/// `chatai doctor`.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    .doctor,
    discussion: """
      It ends with 0 if nothing fails, whatever it warns of; else with the status of the first that does. Nothing is \
      changed but the login's token, which is renewed if it has run out.
      """)

  @OptionGroup var options: HeadlessOptions

  @Option(
    help: ArgumentHelp(
      "Wait so long for the server's own heartbeat, which comes every 25 seconds; 0 does not wait.",
      valueName: "seconds"))
  var heartbeat = 0

  @Flag(help: "A line of JSON for each check.")
  var json = false

  func validate() throws {
    guard (0...600).contains(heartbeat) else { throw ValidationError("--heartbeat must be from 0 to 600") }
  }

  func run() throws {
    let report = DoctorReport(json: json)
    for check in checkSettings() { report.add(check) }
    let session = checkFiles(report)
    for check in Check.terminal(.here()) { report.add(check) }
    if let session {
      let (profile, stored) = session
      let network = try ClientNetwork(options.network.trust ?? stored.trust)
      let patience = Duration.seconds(heartbeat)
      try CommandThreads.run { group in
        let client = HeadlessClient(
          profile: profile, session: stored, network: network, group: group, isPresent: false)
        await ServerVisit(client: client, report: report, patience: patience).run()
        await client.api.shutDown()
      }
    }
    let status = Check.status(of: report.checks)
    if status != .success { throw CommandFailure.silent(status) }
  }

  // MARK: The settings

  private func checkSettings() -> [Check] {
    let files = ConfigurationFiles(profile: options.target.profile.name)
    let read = [files.common, files.own].compactMap(\.self).filter { access($0, F_OK) == 0 }
    guard case .failure(let errors) = files.load() else {
      return [
        Check(
          "settings", .ok,
          read.isEmpty ? "no files: the defaults hold (chatai config prints one)" : read.joined(separator: ", "))
      ]
    }
    return errors.errors.map { error in
      let place = error.position.map { "line \($0.line) of " } ?? ""
      return Check(
        "settings", .fail, error.description,
        advice: "mend \(place)\(error.path): the console does not open before; chatai config lists what there is")
    }
  }

  // MARK: The profile

  private func checkFiles(_ report: DoctorReport) -> (Profile, StoredSession)? {
    let profile: Profile
    let session: StoredSession
    do {
      (profile, session) = try options.target.openSession()
    } catch {
      let failure = error as? CommandFailure
      report.add(Check("login", .fail, "\(error)", status: failure?.status ?? .failure))
      return nil
    }
    report.add(
      Check("login", .ok, "profile \(profile.name): \(session.email) at \(session.server.url)"))
    report.add(ProfileInspection(profile).check)
    for check in ProfileInspection(profile).leftovers { report.add(check) }
    return (profile, session)
  }
}

/// The checks so far; each is printed as soon as it is known.
final class DoctorReport: Sendable {
  private let json: Bool
  private let all = Box<[Check]>([])

  init(json: Bool) { self.json = json }

  var checks: [Check] { all.value }

  func add(_ check: Check) {
    all.value += [check]
    if json {
      if let line = try? JSONText.line(check) { Output.line(line) }
    } else {
      for line in check.lines { Output.line(line) }
    }
  }
}

/// A profile's folder, as a doctor sees it.
struct ProfileInspection {
  private let profile: Profile

  init(_ profile: Profile) { self.profile = profile }

  /// Whether others can read what is nobody's business.
  var check: Check {
    var open: [String] = []
    // The tokens, what visitors wrote, and what is to be sent to them.
    let files = PrivateFile.names(in: profile.directory).sorted().map { profile.directory + "/" + $0 }
    for path in [profile.directory] + files {
      var information = stat()
      guard lstat(path, &information) == 0 else { continue }
      if information.st_uid != getuid() { open.append("\(path) is somebody else's") }
      if information.st_mode & S_IFMT == S_IFLNK {
        open.append("\(path) is a link")
      } else if information.st_mode & 0o077 != 0 {
        open.append("others may read \(path)")
      }
    }
    guard access(profile.directory, W_OK) == 0 else {
      return Check("files", .fail, "\(profile.directory) cannot be written to", advice: "chown or chmod it")
    }
    guard open.isEmpty else {
      return Check("files", .fail, open.joined(separator: "; "), advice: "chmod -R go= \(profile.directory)")
    }
    return Check("files", .ok, profile.directory + (isOpenInConsole ? ", open in a console" : ""))
  }

  /// Whether a console has it.
  var isOpenInConsole: Bool {
    let descriptor = open(profile.directory + "/lock", O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0
  }

  /// Work that has not arrived.
  var leftovers: [Check] {
    let files = PrivateFile.names(in: profile.outbox)
    let unsent = files.count { $0.hasSuffix(".json") }
    let broken = files.filter { $0.hasSuffix(".broken") }
    let drafts = PrivateFile.names(in: profile.drafts).count
    var checks: [Check] = []
    if unsent > 0, !isOpenInConsole {
      checks.append(
        Check("unsent", .warn, "\(unsent) replies have not arrived", advice: "open the console: it sends them, or asks")
      )
    }
    if !broken.isEmpty {
      checks.append(
        Check(
          "unsent", .warn, "\(broken.count) replies cannot be read",
          advice: "look into \(profile.outbox), and remove them"))
    }
    if drafts > 0 { checks.append(Check("drafts", .ok, "\(drafts) are kept")) }
    return checks
  }
}

extension TerminalFacts {
  /// This one.
  static func here() -> TerminalFacts {
    let environment = ProcessInfo.processInfo.environment
    var size = winsize()
    // The output may go to a pipe while the terminal is still there.
    let isThere = [STDOUT_FILENO, STDIN_FILENO, STDERR_FILENO].contains {
      ioctl($0, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    }
    var options: [String: String] = [:]
    if environment["TMUX"] != nil {
      for name in tmuxOptions { options[name] = tmuxOption(name) }
    }
    return TerminalFacts(
      environment: environment, size: isThere ? (Int(size.ws_col), Int(size.ws_row)) : nil, tmux: options)
  }

  private static func tmuxOption(_ name: String) -> String? {
    // A server option, a global one, or one of all windows: tmux finds it.
    for scope in [["-gv"], ["-sv"], ["-gwv"]] {
      guard
        let child = try? ChildProcess(executable: "/usr/bin/env", arguments: ["tmux", "show-options"] + scope + [name])
      else { return nil }
      defer { child.end(grace: .milliseconds(200)) }
      if let line = try? child.readLine(within: .seconds(1)), !line.isEmpty { return line }
    }
    return nil
  }
}
