import ChatProtocol
import ConsoleModel
import Terminal
import Transport

/// Logging in again, where a session has ended.
extension Console {
  /// Logs in with a password, or with what the profile's command brings; then goes on where the session ended.
  func logIn(_ password: Password?) {
    let (inbox, services) = (inbox, services)
    guard let email = services.email else {
      return handle(.logInFailed(reason: "the profile does not know the account's address; use chatai login"))
    }
    if let password {
      logIn(email: email, password: password.text)
    } else if let secret = services.secret {
      // A command may take its time: nothing else runs on these threads, and quitting does not wait for them.
      Task.detached {
        do throws(CommandFailure) {
          let line = try secret.run()
          Task { @TerminalActor [weak self] in
            switch secret {
            case .password: self?.logIn(email: email, password: line)
            case .token: self?.use(AccountTokens(accessToken: line, refreshToken: nil))
            }
          }
        } catch {
          inbox.post(.logInFailed(reason: error.description))
        }
      }
    }
  }

  private func logIn(email: String, password: String) {
    let (inbox, keeper) = (inbox, services.keeper)
    services.call("POST login") { api throws(APIFailure) in
      let tokens = try await api.logIn(email: email, password: password)
      await keeper?.keep(tokens)
    } then: { result in
      switch result {
      case .success: Task { @TerminalActor [weak self] in self?.signIn(attempt: 1) }
      case .failure(.unauthorized): inbox.post(.logInFailed(reason: "the server does not take this password"))
      case .failure(let failure): inbox.post(.logInFailed(reason: failure.description))
      }
    }
  }

  private func use(_ tokens: AccountTokens) {
    services.call("use token") { api throws(APIFailure) in
      await api.use(tokens)
    } then: { _ in
      Task { @TerminalActor [weak self] in self?.signIn(attempt: 1) }
    }
  }
}
