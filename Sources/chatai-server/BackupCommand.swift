import ArgumentParser
import ChatServer

/// `chatai-server backup`: copies the database of a server, which may be running.
struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copy the database into a new file, while the server runs.",
    discussion: """
      The copy is the database of one moment, whole, and holds every message that was acknowledged before the command \
      began. To go back to it, see `restore`. The token secret and encryption keys are not in it.
      """)

  @Argument(help: "The file to make; there must be none of that name.")
  var file: String

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    try await ChatStore.backUp(storage.dataDirectory(), to: file)
  }
}
