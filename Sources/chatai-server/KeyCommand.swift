import ArgumentParser
import ChatServer

/// `chatai-server key …`: the keys that texts are encrypted with in the database.
struct KeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Manage the encryption of texts in the database.",
    subcommands: [New.self, Rotate.self])

  /// `chatai-server key new`: makes a key.
  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a key the current one of a key file.",
      discussion: """
        The file is made with mode 0600; in one that is there the new key is put in front of the others, which are still \
        needed for reading until `key rotate` is done. Whoever loses the file loses the messages.
        """)

    @Argument(help: "The key file, as storage.key_file names it.")
    var file: String

    func run() throws {
      try StorageKeys.addKey(to: file)
    }
  }

  /// `chatai-server key rotate`: encrypts everything with the current key.
  struct Rotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Encrypt everything with the current key, the first of storage.key_file.",
      discussion: """
        What is not encrypted yet is, too. The server may be running, if it was started with the file as it is now. A \
        rotation that is cut off goes on when it is called again; when it is done, the other keys can be taken out of \
        the file. With --decrypt, and the server stopped, everything is written as plain text.
        """)

    @Flag(help: "Write everything as plain text.")
    var decrypt = false

    @OptionGroup var storage: StoreOptions

    func run() async throws {
      guard let keys = try storage.keys() else {
        throw CommandFailure("the setting storage.key_file names no key file")
      }
      let store = try await ChatStore.open(in: storage.dataDirectory(), keys: decrypt ? keys.forReadingOnly : keys)
      let count = try await store.rotateKeys()
      print("\(count) \(count == 1 ? "row" : "rows") written")
      try store.close()
    }
  }
}
