import ChatProtocol
import Foundation
import Testing

@testable import ChatServer

/// `chatai-server assistant set` and `list`, as scripts call them.
@Suite struct AssistantCommandTests {
  private struct Bench {
    let folder: TemporaryDirectory

    init() async throws {
      folder = try TemporaryDirectory()
      let store = try await ChatStore.open(in: DataDirectory(path: folder.path))
      let ann = try await store.addUser(
        email: EmailAddress("ann@example.com"), passwordHash: PasswordHash(encoded: ""), role: .operator, at: .now())
      for name in ["Juno", "Pax", "Pax"] { _ = try await store.addAssistant(name: name, ownerID: ann.id, at: .now()) }
      try store.close()
    }

    func run(_ arguments: String...) throws -> ServerProgram.Result {
      try ServerProgram.run(["assistant"] + arguments + ["--data", folder.path])
    }

    func settings(of id: Int) async throws -> AssistantSettings? {
      let store = try await ChatStore.open(in: DataDirectory(path: folder.path))
      defer { try? store.close() }
      return try await store.assistant(id: id)?.settings
    }
  }

  @Test func changesWhatIsGiven() async throws {
    let bench = try await Bench()
    let prompt = bench.folder.path + "/prompt.txt"
    try "Be kind \u{2764}\n".write(toFile: prompt, atomically: true, encoding: .utf8)
    let set = try bench.run(
      "set", "Juno", "--responder", "openai", "--base-url", "https://api.example.com/v1", "--model", "small",
      "--prompt-file", prompt, "--temperature", "0.2", "--api-key-file", "/etc/chatai/key")
    #expect(set == ServerProgram.Result(output: "", error: "", status: 0))
    var expected = AssistantSettings()
    expected.responder = .openAI
    expected.baseURL = "https://api.example.com/v1"
    expected.model = "small"
    expected.systemPrompt = "Be kind \u{2764}\n"
    expected.temperature = 0.2
    expected.key = .file(path: "/etc/chatai/key")
    #expect(try await bench.settings(of: 1) == expected)
    #expect(
      try bench.run("set", "1", "--mode", "propose", "--temperature", "default", "--api-key-env", "JUNO_KEY").status
        == 0)
    expected.mode = .propose
    expected.temperature = nil
    expected.key = .environment(name: "JUNO_KEY")
    #expect(try await bench.settings(of: 1) == expected)
    #expect(try bench.run("set", "1", "--no-api-key").status == 0)
    expected.key = nil
    #expect(try await bench.settings(of: 1) == expected)
    #expect(try await bench.settings(of: 2) == AssistantSettings())

    #expect(
      try bench.run("list").output
        == "1\tJuno\tpropose\topenai\tsmall\n2\tPax\tauto\tknowledge\t-\n3\tPax\tauto\tknowledge\t-\n")
    let json = try JSONSerialization.jsonObject(with: Data(try bench.run("list", "--json").output.utf8))
    let first = try #require((json as? [[String: Any]])?.first)
    #expect(first["mode"] as? String == "propose")
    #expect(first["base_url"] as? String == "https://api.example.com/v1")
  }

  @Test func refusesInOneLineAndChangesNothing() async throws {
    let bench = try await Bench()
    func refusal(_ arguments: String...) throws -> String {
      let result = try ServerProgram.run(["assistant", "set"] + arguments + ["--data", bench.folder.path])
      #expect(result.status != 0 && result.output.isEmpty)
      return result.error
    }
    #expect(try refusal("Nobody", "--mode", "off") == "Error: there is no assistant Nobody\n")
    #expect(try refusal("9", "--mode", "off") == "Error: there is no assistant 9\n")
    #expect(try refusal("Pax", "--mode", "off") == "Error: several assistants have the name Pax; take an id: 2, 3\n")
    #expect(
      try refusal("Juno", "--responder", "openai") == "Error: base_url: is needed for the responder openai\n")
    #expect(try refusal("Juno", "--temperature", "2.5") == "Error: temperature: must be from 0 to 2\n")
    #expect(
      try refusal("Juno", "--prompt-file", "/nonexistent") == "Error: /nonexistent cannot be read as UTF-8 text\n")
    #expect(try refusal("Juno", "--mode", "loud").contains("--mode"))
    #expect(try refusal("Juno", "--api-key-env", "A", "--no-api-key").contains("exclude each other"))
    for url in ["ftp://a.example", "https://", "https://user:pw@a.example", "https://a.example/?key=1", "a.example"] {
      #expect(try refusal("Juno", "--base-url", url).hasPrefix("Error: base_url: must be an http"), "\(url)")
    }
    #expect(try await bench.settings(of: 1) == AssistantSettings())
  }
}
