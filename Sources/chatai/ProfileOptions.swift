import ArgumentParser
import Transport

/// The option that says whose login, settings, drafts and unsent replies.
struct ProfileOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The profile: one login with its drafts and unsent replies. Default: $CHATAI_PROFILE, or the setting profile.",
      valueName: "name"),
    completion: .custom { _, _, _ in (try? Profile.all().map(\.name)) ?? [] })
  var profile: String?

  /// The profile that was named: here, in the environment, or in the settings.
  var name: String { profile ?? Self.usualName }

  /// The profile where none is named.
  static var usualName: String {
    environment("CHATAI_PROFILE") ?? ConfigurationFiles.usualProfile ?? standardName
  }

  /// The profile of those who have one.
  static let standardName = "default"

  /// The profile that was named.
  func open() throws -> Profile { try Profile(name: name) }
}

/// The options that say which server, and as whom.
struct ProfileOptions: ParsableArguments {
  @Option(help: "The server's address, such as https://chat.example.com.")
  var server: String?

  @OptionGroup var profile: ProfileOption

  /// The profile that was named.
  func openProfile() throws -> Profile { try profile.open() }

  /// The server that was named, if one was.
  func serverAddress() throws -> ServerAddress? {
    do {
      return try server.map { text throws(ServerAddress.ParseError) in try ServerAddress(text) }
    } catch {
      throw CommandFailure("\(error)")
    }
  }
}
