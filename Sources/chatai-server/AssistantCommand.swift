public import ArgumentParser
import ChatProtocol
public import ChatServer
import Foundation

/// `chatai-server assistant …`: the AIs that answer in widgets.
struct AssistantCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "assistant", abstract: "Manage the assistants that answer in widgets.",
    subcommands: [Add.self, Set.self, List.self])

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

  /// `chatai-server assistant set`: changes how one assistant answers.
  struct Set: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Change how an assistant answers; what is not given stays as it is.",
      discussion: """
        A running server answers the next question so. The key of a model's endpoint stays where it is, in a file or \
        an environment variable of the server, and is read from there for each question:

          chatai-server assistant set Juno --responder openai --base-url https://api.example.com/v1 \\
            --model small --prompt-file juno.txt --api-key-file /etc/chatai/juno.key --mode propose
        """)

    @Argument(help: "The assistant's id or name.")
    var assistant: String

    @Option(help: "auto (it answers), propose (operators approve its answers) or off.")
    var mode: AssistantSettings.Mode?

    @Option(help: "knowledge (the knowledge base) or openai (a model behind an OpenAI-compatible endpoint).")
    var responder: AssistantSettings.Responder?

    @Option(help: "The endpoint without /chat/completions, such as https://api.example.com/v1.")
    var baseURL: String?

    @Option(help: "The model's name.")
    var model: String?

    @Option(help: "A file with what the model is told before the conversation.")
    var promptFile: String?

    @Option(help: "How freely the model chooses, 0 to 2; default leaves it to the endpoint.")
    var temperature: String?

    @Option(help: "A file whose first line is the endpoint's key.")
    var apiKeyFile: String?

    @Option(help: "The server's environment variable that holds the endpoint's key.")
    var apiKeyEnv: String?

    @Flag(help: "The endpoint asks for no key.")
    var noAPIKey = false

    @OptionGroup var storage: StoreOptions

    func validate() throws {
      guard [apiKeyFile != nil, apiKeyEnv != nil, noAPIKey].filter(\.self).count <= 1 else {
        throw ValidationError("--api-key-file, --api-key-env and --no-api-key exclude each other")
      }
      if let temperature, temperature != "default", Double(temperature) == nil {
        throw ValidationError("--temperature takes a number or \"default\"")
      }
    }

    func run() async throws {
      let store = try await storage.openStore()
      let assistant = try await store.requireAssistant(assistant)
      var settings = assistant.settings
      settings.mode = mode ?? settings.mode
      settings.responder = responder ?? settings.responder
      settings.baseURL = baseURL ?? settings.baseURL
      settings.model = model ?? settings.model
      if let promptFile {
        do {
          settings.systemPrompt = try String(contentsOfFile: promptFile, encoding: .utf8)
        } catch {
          throw CommandFailure("\(promptFile) cannot be read as UTF-8 text")
        }
      }
      if let temperature { settings.temperature = Double(temperature) }
      if let apiKeyFile {
        // The server may run in another folder.
        settings.key = .file(path: URL(filePath: apiKeyFile).standardizedFileURL.path(percentEncoded: false))
      } else if let apiKeyEnv {
        settings.key = .environment(name: apiKeyEnv)
      } else if noAPIKey {
        settings.key = nil
      }
      try await store.configureAssistant(id: assistant.id, settings)
    }
  }

  /// `chatai-server assistant list`: one line for each.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the assistants and how they answer.",
      discussion: "A line has the id, the name, the mode, the responder and the model, parted by tabs.")

    @Flag(help: "Print an array of JSON objects.")
    var json = false

    @OptionGroup var storage: StoreOptions

    func run() async throws {
      let assistants = try await storage.openStore().assistants()
      if json {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(assistants.map(Line.init)), as: UTF8.self))
      } else {
        for assistant in assistants {
          let settings = assistant.settings
          let fields = [
            String(assistant.id), assistant.name, settings.mode.rawValue, settings.responder.rawValue,
            settings.model ?? "-",
          ]
          print(fields.asLine)
        }
      }
    }
  }

  private struct Line: Encodable {
    let assistant: Assistant

    enum CodingKeys: String, CodingKey {
      case id, name, mode, responder, model, prompt, temperature
      case ownerID = "owner_id"
      case baseURL = "base_url"
      case keyFile = "api_key_file"
      case keyVariable = "api_key_env"
    }

    func encode(to encoder: any Encoder) throws {
      let settings = assistant.settings
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(assistant.id, forKey: .id)
      try container.encode(assistant.ownerID, forKey: .ownerID)
      try container.encode(assistant.name, forKey: .name)
      try container.encode(settings.mode, forKey: .mode)
      try container.encode(settings.responder, forKey: .responder)
      try container.encodeIfPresent(settings.baseURL, forKey: .baseURL)
      try container.encodeIfPresent(settings.model, forKey: .model)
      try container.encodeIfPresent(settings.systemPrompt, forKey: .prompt)
      try container.encodeIfPresent(settings.temperature, forKey: .temperature)
      switch settings.key {
      case .file(let path): try container.encode(path, forKey: .keyFile)
      case .environment(let name): try container.encode(name, forKey: .keyVariable)
      case nil: break
      }
    }
  }
}

extension AssistantSettings.Mode: ExpressibleByArgument {}
extension AssistantSettings.Responder: ExpressibleByArgument {}

extension ChatStore {
  /// The assistant that a command names by its id or its name.
  fileprivate func requireAssistant(_ name: String) async throws -> Assistant {
    if let id = Int(name), let assistant = try await assistant(id: id) { return assistant }
    let named = try await assistants(named: name)
    guard let assistant = named.first else { throw CommandFailure("there is no assistant \(name.inOneLine)") }
    guard named.count == 1 else {
      let ids = named.map { String($0.id) }.joined(separator: ", ")
      throw CommandFailure("several assistants have the name \(name.inOneLine); take an id: \(ids)")
    }
    return assistant
  }
}
