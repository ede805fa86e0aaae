import ArgumentParser
import ChatProtocol
import ChatServer

/// `chatai-server assistant …`: the AIs that answer in widgets.
struct AssistantCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "assistant", abstract: "Manage the assistants that answer in widgets.", subcommands: [Add.self])

  /// `chatai-server assistant add`: prints the new assistant's id.
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add an assistant and print its id, the widget's assistant_id.")

    @Argument(help: "The assistant's name.")
    var name: String

    @Option(help: "The e-mail address of the account whose operators see its dialogs.")
    var owner: String

    @OptionGroup var storage: StoreOptions

    func run() async throws {
      let store = try await storage.openStore()
      let owner = try await store.requireUser(email: owner)
      print(try await store.addAssistant(name: name, ownerID: owner.id, at: .now()).id)
    }
  }
}
