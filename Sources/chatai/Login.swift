import ChatProtocol
import Transport

/// Logging in, for commands that have nothing to do meanwhile.
enum Login {
  /// Trades an address and a password for tokens, and waits for them.
  ///
  /// - Throws: `CommandFailure` with one sentence that says what was wrong.
  static func perform(
    server: ServerAddress, network: ClientNetwork = ClientNetwork(), email: String, password: String
  ) throws -> AccountTokens {
    try ask(server: server, network: network, tokens: nil) { api throws(APIFailure) in
      try await api.logIn(email: email, password: password)
    }
  }

  /// Finds out whether a server takes a token.
  ///
  /// - Throws: `CommandFailure` with one sentence that says what was wrong.
  static func check(_ tokens: AccountTokens, server: ServerAddress, network: ClientNetwork) throws {
    _ = try ask(server: server, network: network, tokens: tokens) { api throws(APIFailure) in
      _ = try await api.me()
      return tokens
    }
  }

  private static func ask(
    server: ServerAddress, network: ClientNetwork, tokens: AccountTokens?,
    _ question: @escaping @Sendable (ChatAPI) async throws(APIFailure) -> AccountTokens
  ) throws -> AccountTokens {
    let result = try CommandThreads.run { group -> Result<AccountTokens, APIFailure> in
      let api = ChatAPI(server: server, tokens: tokens, network: network, group: group)
      let result: Result<AccountTokens, APIFailure>
      do throws(APIFailure) {
        result = .success(try await question(api))
      } catch {
        result = .failure(error)
      }
      await api.shutDown()
      return result
    }
    switch result {
    case .success(let tokens): return tokens
    case .failure(.unauthorized) where tokens != nil:
      throw CommandFailure("\(server.authority) does not take this token")
    case .failure(.unauthorized): throw CommandFailure("\(server.authority) does not take this address and password")
    case .failure(.notFound):
      throw CommandFailure("\(server.url) is no ChatAI server: it does not know /api/login")
    case .failure(let failure): throw CommandFailure("\(server.authority): \(failure.description.escapingControls)")
    }
  }
}
