import ArgumentParser
import ChatProtocol
import ChatServer

/// `chatai-server user …`: the accounts of operators.
struct UserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "Manage the accounts of operators.",
    subcommands: [Add.self, List.self, Passwd.self, ChangeRole.self, Disable.self, Enable.self])

  /// `chatai-server user add`: prints the new account's id.
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add an account and print its id.",
      discussion: """
        An admin sees every dialog, an operator those of its own assistants and sites. The password is one line of \
        the standard input, so that it shows neither in the process list nor in a shell's history:

          read -rs P && echo "$P" | chatai-server user add ann@example.com --role operator --password-stdin
        """)

    @Argument(help: "The e-mail address to log in with.")
    var email: String

    @Option(help: "admin or operator.", transform: Role.init(argument:))
    var role: Role

    @OptionGroup var password: PasswordOptions

    @Option(help: "The first name, shown to visitors.")
    var firstName: String?

    @Option(help: "The last name, shown to visitors.")
    var lastName: String?

    @OptionGroup var storage: StoreOptions

    func run() async throws {
      let address = try EmailAddress(email)
      let password = try password.read()
      let store = try await storage.openStore()
      let user = try await store.addUser(
        email: address, passwordHash: try await Passwords().hash(password), role: role, firstName: firstName,
        lastName: lastName, at: .now())
      print(user.id)
    }
  }
}

/// How a command is told a password.
struct PasswordOptions: ParsableArguments {
  @Flag(help: "Read the password from the standard input.")
  var passwordStdin = false

  func validate() throws {
    guard passwordStdin else { throw ValidationError("--password-stdin is needed: the password is read from there") }
  }

  /// One line, whatever follows it.
  func read() throws -> String {
    guard let password = readLine() else { throw CommandFailure("no password came on the standard input") }
    return password
  }
}

extension Role {
  init(argument: String) throws {
    guard let role = Role(rawValue: argument) else { throw ValidationError("must be admin or operator") }
    self = role
  }
}
