import ArgumentParser
import ChatProtocol
import ConsoleModel
import Glibc
import Headless

extension ChatAI {
  /// Does something, and where it fails ends the program with the status that is documented.
  static func endingWithStatus(_ body: () throws -> Void) {
    do {
      try body()
    } catch let failure as CommandFailure {
      Output.say(failure.description)
      Glibc.exit(failure.status.rawValue)
    } catch let error as CommandError {
      // It quotes what was typed.
      Output.say(error.description.escapingControls)
      Glibc.exit(ExitStatus.usage.rawValue)
    } catch let status as ExitCode {
      Glibc.exit(status.rawValue)
    } catch {
      // A question for help is no error; a wrong command line is, and the library's status for it is another one.
      let status = exitCode(for: error)
      guard status == .validationFailure else { exit(withError: error) }
      Output.say(fullMessage(for: error).replacing("Error: ", with: "", maxReplacements: 1))
      Glibc.exit(ExitStatus.usage.rawValue)
    }
  }
}

extension CommandFailure {
  /// Ends with a status of which everything has been said.
  static func silent(_ status: ExitStatus) -> ExitCode { ExitCode(status.rawValue) }
}
