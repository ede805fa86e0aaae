import ChatProtocol
import Foundation
import Testing

@testable import ChatServer

/// The commands that make accounts, assistants and site tokens, as scripts call them.
@Suite struct AccountCommandTests {
  private typealias Result = ServerProgram.Result

  @Test func makesWhatIsNeededToStart() async throws {
    let folder = try TemporaryDirectory()
    let data = folder.path + "/data"
    let password = "correct horse\u{E9}"
    // One line, whatever ends it and whatever follows.
    let user = try ServerProgram.run(
      [
        "user", "add", "Ann@Example.com", "--role", "operator", "--password-stdin", "--first-name", "Ann", "--data",
        data,
      ],
      input: password + "\r\nsecond line\n")
    #expect(user == Result(output: "1\n", error: "", status: 0))
    let assistant = try ServerProgram.run(["assistant", "add", "Juno", "--owner", "ann@example.com", "--data", data])
    #expect(assistant == Result(output: "1\n", error: "", status: 0))
    // The environment names the folder as well as the flag does.
    let token = try ServerProgram.run(
      ["site-token", "ann@example.com", "--domain", "a.example", "--domain", "b.example"],
      environment: ["CHATAI_DATA": data])
    #expect(token.status == 0 && token.error.isEmpty && token.output.hasSuffix("\n"))

    let store = try await ChatStore.open(in: DataDirectory(path: data))
    let ann = try await store.authenticate(email: "ann@example.com", password: password, using: Passwords())
    #expect(ann == User(id: 1, email: "ann@example.com", role: .operator, firstName: "Ann", lastName: nil))
    #expect(try await store.assistant(id: 1) == Assistant(id: 1, ownerID: 1, name: "Juno"))
    #expect(try await store.siteToken(String(token.output.dropLast()))?.domains == ["a.example", "b.example"])
  }

  @Test func refusesInOneLineAndChangesNothing() async throws {
    let folder = try TemporaryDirectory()
    func refusal(_ arguments: String..., input: String = "correct horse\n") throws -> String {
      let result = try ServerProgram.run(arguments + ["--data", folder.path], input: input)
      #expect(result.status != 0 && result.output.isEmpty)
      return result.error
    }
    #expect(
      try ServerProgram.run(
        ["user", "add", "ann@example.com", "--role", "admin", "--password-stdin", "--data", folder.path],
        input: "correct horse"
      ).output == "1\n")
    #expect(
      try refusal("user", "add", "ANN@example.com", "--role", "admin", "--password-stdin")
        == "Error: there is already an account with the e-mail address ann@example.com\n")
    #expect(
      try refusal("user", "add", "bob@example.com", "--role", "admin", "--password-stdin", input: "short\n")
        == "Error: password: must have at least 8 characters\n")
    #expect(
      try refusal("user", "add", "bob@example.com", "--role", "admin", "--password-stdin", input: "")
        == "Error: no password came on the standard input\n")
    #expect(
      try refusal("user", "add", "bob", "--role", "admin", "--password-stdin")
        == "Error: email: is not an e-mail address\n")
    #expect(
      try refusal("user", "add", "bob@example.com", "--role", "admin").contains("--password-stdin is needed"))
    #expect(
      try refusal("user", "add", "bob@example.com", "--role", "boss", "--password-stdin").contains(
        "must be admin or operator"))
    #expect(
      try refusal("assistant", "add", "Juno", "--owner", "bob@example.com")
        == "Error: there is no account with the e-mail address bob@example.com\n")
    #expect(
      try refusal("site-token", "bob@example.com")
        == "Error: there is no account with the e-mail address bob@example.com\n")

    let store = try await ChatStore.open(in: DataDirectory(path: folder.path))
    #expect(try await store.user(id: 2) == nil)
    #expect(try await store.assistant(id: 1) == nil)
    #expect(try await store.latestSiteToken(ownerID: 1, at: .now()) == nil)
  }

  // MARK: Accounts that are there

  private struct Entry: Decodable, Equatable {
    let id: Int
    let email: String
    let role: String
    let name: String
    let disabled: Bool
  }

  /// A data directory with Ada, an admin, and Ann, an operator.
  private struct Bench {
    let folder: TemporaryDirectory

    init() throws {
      folder = try TemporaryDirectory()
      for (name, role) in [("ada", "admin"), ("ann", "operator")] {
        let added = try run(
          "add", "\(name)@example.com", "--role", role, "--password-stdin", "--first-name", "\(name)\t\u{1B}[1m")
        try #require(added.status == 0)
      }
    }

    func run(_ arguments: String..., input: String = "correct horse\n") throws -> Result {
      try ServerProgram.run(["user"] + arguments + ["--data", folder.path], input: input)
    }

    var store: ChatStore {
      get async throws { try await ChatStore.open(in: DataDirectory(path: folder.path)) }
    }
  }

  @Test func listsAccounts() throws {
    let bench = try Bench()
    #expect(try bench.run("disable", "ann@example.com") == Result(output: "", error: "", status: 0))
    #expect(
      try bench.run("list")
        == Result(
          output: """
            1\tada@example.com\tadmin\tada  [1m\tenabled
            2\tann@example.com\toperator\tann  [1m\tdisabled

            """, error: "", status: 0))
    let entries = try JSONDecoder().decode([Entry].self, from: Data(try bench.run("list", "--json").output.utf8))
    #expect(
      entries == [
        Entry(id: 1, email: "ada@example.com", role: "admin", name: "ada\t\u{1B}[1m", disabled: false),
        Entry(id: 2, email: "ann@example.com", role: "operator", name: "ann\t\u{1B}[1m", disabled: true),
      ])
  }

  @Test func changesAccounts() async throws {
    let bench = try Bench()
    let done = Result(output: "", error: "", status: 0)
    #expect(try bench.run("passwd", "ANN@example.com", "--password-stdin", input: "battery staple\n") == done)
    #expect(try bench.run("role", "ann@example.com", "admin") == done)
    #expect(try bench.run("disable", "ada@example.com") == done)
    let store = try await bench.store
    func login(_ name: String, _ password: String) async throws -> Role? {
      try await store.authenticate(email: "\(name)@example.com", password: password, using: Passwords())?.role
    }
    #expect(try await login("ann", "battery staple") == .admin)
    #expect(try await login("ann", "correct horse") == nil)
    #expect(try await login("ada", "correct horse") == nil)
    #expect(try bench.run("enable", "ada@example.com") == done)
    #expect(try await login("ada", "correct horse") == .admin)
  }

  @Test func refusesChangesInOneLine() async throws {
    let bench = try Bench()
    func refusal(_ result: Result) -> String {
      #expect(result.status != 0 && result.output.isEmpty)
      return result.error
    }
    let last = "Error: ada@example.com is the last admin that is enabled; make another account an admin first\n"
    #expect(refusal(try bench.run("disable", "ada@example.com")) == last)
    #expect(refusal(try bench.run("role", "ada@example.com", "operator")) == last)
    for verb in ["enable", "disable"] {
      #expect(
        refusal(try bench.run(verb, "bob@example.com"))
          == "Error: there is no account with the e-mail address bob@example.com\n")
    }
    #expect(refusal(try bench.run("role", "ann@example.com", "boss")).contains("must be admin or operator"))
    #expect(refusal(try bench.run("passwd", "ann@example.com")).contains("--password-stdin is needed"))
    #expect(
      refusal(try bench.run("passwd", "ann@example.com", "--password-stdin", input: "short\n"))
        == "Error: password: must have at least 8 characters\n")
    let users = try await bench.store.users()
    #expect(users.map(\.role) == [.admin, .operator] && users.allSatisfy { !$0.isDisabled })
  }
}
