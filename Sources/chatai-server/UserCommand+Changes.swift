import ArgumentParser
import ChatServer
import Foundation

extension UserCommand {
  /// `chatai-server user list`: one line for each.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the accounts.",
      discussion: """
        A line has the id, the e-mail address, the role, the name that visitors see, and enabled or disabled, parted by \
        tabs.
        """)

    @Flag(help: "Print an array of JSON objects.")
    var json = false

    @OptionGroup var storage: StoreOptions

    private struct Entry: Encodable {
      let id: Int
      let email: String
      let role: String
      let name: String
      let disabled: Bool
    }

    func run() async throws {
      let entries = try await storage.openStore().users().map {
        Entry(id: $0.id, email: $0.email, role: $0.role.rawValue, name: $0.displayName, disabled: $0.isDisabled)
      }
      if json {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(entries), as: UTF8.self))
      } else {
        for entry in entries {
          let state = entry.disabled ? "disabled" : "enabled"
          print([String(entry.id), entry.email, entry.role, entry.name, state].asLine)
        }
      }
    }
  }

  /// `chatai-server user passwd`: another password.
  struct Passwd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Change an account's password and end all its logins.",
      discussion: "The password is one line of the standard input, as for \"user add\".")

    @OptionGroup var account: AccountArgument
    @OptionGroup var password: PasswordOptions
    @OptionGroup var storage: StoreOptions

    func run() async throws {
      let password = try password.read()
      let store = try await storage.openStore()
      let user = try await store.requireUser(email: account.email)
      try await store.setPassword(ofUser: user.id, to: try await Passwords().hash(password))
    }
  }

  /// `chatai-server user role`: another role.
  struct ChangeRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "role", abstract: "Make an account an admin or an operator.",
      discussion: "The last admin that is enabled stays one.")

    @OptionGroup var account: AccountArgument

    @Argument(help: "admin or operator.", transform: Role.init(argument:))
    var role: Role

    @OptionGroup var storage: StoreOptions

    func run() async throws {
      let store = try await storage.openStore()
      try await store.setRole(ofUser: try await store.requireUser(email: account.email).id, to: role)
    }
  }

  /// `chatai-server user disable`: no way in.
  struct Disable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep an account from logging in and end all its logins.",
      discussion: """
        Its assistants and site tokens work on: visitors notice nothing. Dialogs that it has go back to the queue when \
        the grace period of a lost operator is over. The last admin that is enabled cannot be disabled.
        """)

    @OptionGroup var account: AccountArgument
    @OptionGroup var storage: StoreOptions

    func run() async throws {
      let store = try await storage.openStore()
      try await store.disable(user: try await store.requireUser(email: account.email).id, at: .now())
    }
  }

  /// `chatai-server user enable`: the way back.
  struct Enable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Let a disabled account log in again.")

    @OptionGroup var account: AccountArgument
    @OptionGroup var storage: StoreOptions

    func run() async throws {
      let store = try await storage.openStore()
      try await store.enable(user: try await store.requireUser(email: account.email).id)
    }
  }
}

/// Which account a command is about.
struct AccountArgument: ParsableArguments {
  @Argument(help: "The account's e-mail address.")
  var email: String
}
