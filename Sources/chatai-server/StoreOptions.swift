import ArgumentParser
import ChatProtocol
import ChatServer
import Foundation

/// Which server's state a command works on; the rules are those of `serve`.
struct StoreOptions: ParsableArguments {
  @Option(help: "The data directory (default: $CHATAI_DATA, else $XDG_DATA_HOME or ~/.local/share, /chatai-server).")
  var data: String?

  @Option(help: "A TOML configuration file.")
  var config: String?

  private func configuration() throws -> ServerConfiguration {
    try ServerConfiguration.load(
      file: config, environment: ProcessInfo.processInfo.environment, flags: data.map { ["data": $0] } ?? [:])
  }

  func dataDirectory() throws -> DataDirectory {
    try DataDirectory(path: configuration().data)
  }

  func keys() throws -> StorageKeys? {
    try configuration().storage.loadKeys()
  }

  func openStore() async throws -> ChatStore {
    try await ChatStore.open(in: dataDirectory(), keys: keys())
  }
}

extension ChatStore {
  /// The account that a command names by its address.
  func requireUser(email: String) async throws -> User {
    let address = try EmailAddress(email)
    guard let user = try await user(email: address) else {
      throw CommandFailure("there is no account with the e-mail address \(address)")
    }
    return user
  }
}

/// A command that could not do its work, as one line for a person.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
