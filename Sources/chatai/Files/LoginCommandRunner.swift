import ConsoleModel
import Glibc

/// What a profile logs in with when its session has ended: a command that prints a password, or an access token.
enum LoginSecret: Hashable, Sendable, Codable {
  /// Prints the account's password.
  case password([String])
  /// Prints an access token.
  case token([String])

  /// The command's words.
  var words: [String] {
    switch self {
    case .password(let words), .token(let words): words
    }
  }

  /// Runs the command, without a shell, and returns the first line that it prints.
  ///
  /// It has no terminal and no input: one that wants to ask something has to do it by itself, as an agent does.
  ///
  /// - Throws: `CommandFailure` with one sentence. What the command printed is in none.
  func run(within timeout: Duration = .seconds(60)) throws(CommandFailure) -> String {
    guard let name = words.first else { throw CommandFailure("the profile's command is empty") }
    guard let path = Self.find(name) else { throw CommandFailure("\(name) is not in PATH") }
    let child: ChildProcess
    do {
      child = try ChildProcess(executable: path, arguments: Array(words.dropFirst()))
    } catch {
      throw CommandFailure("\(name) cannot be run: \(error)")
    }
    defer { child.end() }
    do {
      let line = try child.readLine(within: timeout)
      guard !line.isEmpty else { throw CommandFailure("\(name) printed nothing") }
      return line
    } catch ChildProcess.Silence.ended {
      let log = child.logTail.split(separator: "\n").last.map { ": " + String($0).escapingControls } ?? ""
      throw CommandFailure("\(name) printed nothing\(log)")
    } catch ChildProcess.Silence.timedOut {
      throw CommandFailure("\(name) printed nothing within \(timeout.components.seconds) s")
    } catch {
      throw (error as? CommandFailure) ?? CommandFailure("\(name): \(error)")
    }
  }

  private static func find(_ name: String) -> String? {
    if name.contains("/") { return access(name, X_OK) == 0 ? name : nil }
    return ServerProgram.searchPath.map { $0 + "/" + name }.first { access($0, X_OK) == 0 }
  }

  /// Reads an option's text.
  static func words(_ text: String, option: String) throws -> [String] {
    guard let words = ShellWords.split(text), !words.isEmpty else {
      throw CommandFailure("\(option): a command is expected; its quotes have to be closed")
    }
    return words
  }
}
