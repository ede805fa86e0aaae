import ChatProtocol
import Headless

/// An error for the person at the shell: one sentence that says what to do, and the status to end with.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String
  let status: ExitStatus

  init(_ description: String, status: ExitStatus = .failure) {
    self.description = description
    self.status = status
  }

  /// What a call's failure means to the shell. What it quotes of the server is made harmless.
  init(_ failure: APIFailure, server: String) {
    let advice = failure == .unauthorized ? "; log in again: chatai login --help" : ""
    self.init("\(server): \(failure.description.escapingControls)\(advice)", status: ExitStatus(failure))
  }
}
