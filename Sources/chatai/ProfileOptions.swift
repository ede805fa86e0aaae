import ArgumentParser
import Transport

/// The options that say which server, and as whom.
struct ProfileOptions: ParsableArguments {
  @Option(help: "The server's address, such as https://chat.example.com.")
  var server: String?

  @Option(help: "The profile: one login with its drafts and unsent replies.")
  var profile = Self.defaultName

  /// The profile of those who have one.
  static let defaultName = "default"

  /// The profile that was named.
  func openProfile() throws -> Profile {
    try Profile(name: profile)
  }

  /// The server that was named, if one was.
  func serverAddress() throws -> ServerAddress? {
    do {
      return try server.map { text throws(ServerAddress.ParseError) in try ServerAddress(text) }
    } catch {
      throw CommandFailure("\(error)")
    }
  }
}
