import ArgumentParser
import ChatProtocol
import ChatServer

/// `chatai-server restore`: goes back to a backup.
struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Put a backup in the place of the database.",
    discussion: """
      The server must be stopped. The backup is checked first, and copied; the database that was there is kept beside \
      it, and its name is printed: to go back again, restore that. An encrypted backup needs the keys that it was made \
      with. What was changed since the backup is undone, logouts and changed passwords too.
      """)

  @Argument(help: "A file that `chatai-server backup` made.")
  var file: String

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let kept = try await ChatStore.restore(
      file, into: storage.dataDirectory(), keys: storage.keys(), at: .now())
    if let kept { print("the database that was there is now \(kept)") }
  }
}
