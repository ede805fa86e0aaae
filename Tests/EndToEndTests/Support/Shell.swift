import Foundation

/// The console's commands as a script has them, in a home of their own.
struct Shell {
  let home: TemporaryDirectory

  /// What a command came to.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String

    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// Each line as an object of JSON.
    var objects: [[String: Any]] {
      get throws {
        try lines.map { line in
          guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
            throw EndToEndFailure("not an object: \(line)")
          }
          return object
        }
      }
    }
  }

  /// Runs `chatai` with arguments, to its end.
  func chatai(_ arguments: String..., input: String = "") throws -> Outcome {
    try run([Programs.console] + arguments, input: input)
  }

  /// Runs a line of the shell, in which `chatai` is the console.
  func sh(_ line: String, input: String = "") throws -> Outcome {
    try run(["bash", "-c", "chatai() { \"$CHATAI\" \"$@\"; }; export -f chatai; \(line)"], input: input)
  }

  /// Runs a program with its arguments, to its end.
  func run(_ command: [String], input: String) throws -> Outcome {
    let errors = home.path + "/errors-\(UUID().uuidString)"
    let child = try Self.child(command, environment: environment, errorsTo: errors)
    let output = try child.communicate(input)
    return Outcome(
      status: child.wait(), output: output, errors: (try? String(contentsOfFile: errors, encoding: .utf8)) ?? "")
  }

  /// Starts `chatai` and goes on; what it says is in `errors(of:)`.
  func start(
    _ arguments: String..., environment more: [String: String] = [:], errorsTo name: String = "stderr"
  ) throws -> Child {
    try Self.child(
      [Programs.console] + arguments, environment: environment.merging(more) { $1 }, errorsTo: home.path + "/" + name)
  }

  /// With no signal blocked, as test runners have them: a child has to hear when it is to end.
  private static func child(_ command: [String], environment: [String: String], errorsTo file: String) throws -> Child {
    let unblocked =
      "import os, signal, sys; signal.pthread_sigmask(signal.SIG_SETMASK, []); os.execvp(sys.argv[1], sys.argv[1:])"
    return try Child("/usr/bin/env", ["python3", "-c", unblocked] + command, environment: environment, errorsTo: file)
  }

  /// What a program that was started has said so far.
  func errors(of name: String = "stderr") -> String {
    (try? String(contentsOfFile: home.path + "/" + name, encoding: .utf8)) ?? ""
  }

  var environment: [String: String] {
    ConsoleScreen.environment(home: home).merging(["CHATAI": Programs.console, "LC_ALL": "C.UTF-8"]) { $1 }
  }
}
