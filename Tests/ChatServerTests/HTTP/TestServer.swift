import AsyncHTTPClient
import ChatProtocol
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import Synchronization

@testable import ChatServer

/// A whole server on a free port of loopback, with a store in a folder of its own.
struct TestServer: Sendable {
  let address: ChatApplication.Address
  let store: ChatStore
  /// The data directory's path.
  let dataPath: String
  let tokens: TokenService
  let metricsToken: MetricsToken
  let rooms: Rooms
  /// Every route, for tests that must forget none.
  let routes: [ChatApplication.Route]
  let logs: CapturedLogs
  let admin: User
  /// An operator who owns `assistant` and `siteToken`.
  let ann: User
  /// An operator who owns nothing.
  let bob: User
  let assistant: Assistant
  let siteToken: SiteToken

  static let password = "correct horse"

  /// The web widget's files, of this checkout.
  static var widgetFiles: WidgetFiles {
    get throws {
      try WidgetFiles(resources: URL(filePath: #filePath).appending(path: "../../../../Resources").standardized)
    }
  }

  /// Starts a server, runs the body, and shuts the server down.
  static func run(
    answers: any AnswerEngine = ScriptedAnswers(), configure: (inout ServerConfiguration) -> Void = { _ in },
    siteDomains: [String] = [], keys: StorageKeys? = nil, _ body: @Sendable @escaping (TestServer) async throws -> Void
  ) async throws {
    let folder = try TemporaryDirectory()
    try await NewDatabase.put(into: folder)
    let directory = try DataDirectory(path: folder.path)
    let store = try await ChatStore.open(in: directory, keys: keys)
    // Cheap hashes: these tests are not about scrypt.
    let passwords = Passwords(cost: Passwords.Cost(logRounds: 4, blockSize: 8, parallelism: 1))
    let hash = try await passwords.hash(password)
    func user(_ name: String, _ role: Role) async throws -> User {
      try await store.addUser(
        email: EmailAddress("\(name)@example.com"), passwordHash: hash, role: role, firstName: name, at: .now())
    }
    let (admin, ann, bob) = (
      try await user("ada", .admin), try await user("ann", .operator), try await user("bob", .operator)
    )
    let assistant = try await store.addAssistant(name: "Juno", ownerID: ann.id, at: .now())
    let siteToken = try await store.addSiteToken(ownerID: ann.id, domains: siteDomains, at: .now())
    let secret = try TokenSecret.load(from: directory)
    let tokens = await TokenService(secret: secret)
    let logs = CapturedLogs()
    var configuration = ServerConfiguration(environment: [:])
    configuration.port = 0
    configure(&configuration)
    let (addresses, listening) = AsyncStream.makeStream(of: ChatApplication.Address.self)
    let application = ChatApplication(
      configuration: configuration, store: store, tokens: tokens, metricsToken: MetricsToken(secret: secret),
      passwords: passwords, answers: answers, widget: try widgetFiles, logger: logs.logger
    ) { address in
      listening.yield(address)
      listening.finish()
    }
    let group = ServiceGroup(services: [application], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      for await address in addresses {
        let server = TestServer(
          address: address, store: store, dataPath: folder.path, tokens: tokens,
          metricsToken: MetricsToken(secret: secret), rooms: application.rooms, routes: application.routes, logs: logs,
          admin: admin, ann: ann,
          bob: bob, assistant: assistant, siteToken: siteToken)
        tasks.addTask {
          do {
            try await body(server)
          } catch {
            await group.triggerGracefulShutdown()
            throw error
          }
          await group.triggerGracefulShutdown()
        }
      }
      try await tasks.waitForAll()
    }
    try store.close()
  }

  // MARK: What a test needs of it

  func accessToken(_ user: User, at now: Timestamp = .now()) async throws -> String {
    try await tokens.issue(.access, for: user, at: now)
  }

  func widgetQuery(_ guest: String) -> String { "assistant_id=\(assistant.id)&guest_id=\(guest)" }

  func siteQuery(_ guest: String) -> String { "site_token=\(siteToken.token)&guest_id=\(guest)" }

  /// A dialog of a widget's guest, opened over its route.
  func openDialog(guest: String = "guest") async throws -> DialogID {
    let answer = try await call(.POST, "/api/widget/dialogs?\(widgetQuery(guest))")
    return try answer.decode(Identified.self).id
  }

  struct Identified: Decodable { let id: Int }
}

// MARK: - HTTP

extension TestServer {
  /// What the server answered.
  struct Answer: Sendable {
    let status: Int
    let headers: [String: String]
    let body: [UInt8]

    func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
      try JSONDecoder().decode(type, from: Data(body))
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The `detail` of an error.
    var detail: String { (try? decode([String: String].self))?["detail"] ?? "no detail: \(text)" }
  }

  enum Method: String { case GET, POST, PUT, OPTIONS }

  /// One request, with a body of JSON if there is one.
  func call(
    _ method: Method, _ path: String, json: String? = nil, token: String? = nil, headers: [String: String] = [:],
    body: String? = nil
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: address.description + path)
    request.method = .init(rawValue: method.rawValue)
    if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let json {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(string: json))
    } else if let body {
      request.body = .bytes(ByteBuffer(string: body))
    }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    let bytes = try await response.body.collect(upTo: 1 << 24)
    return Answer(
      status: Int(response.status.code),
      headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first },
      body: Array(bytes.readableBytesView))
  }
}

// MARK: - Doubles

/// An AI that does what the message says: `answer: …`, `person`, `silence`.
struct ScriptedAnswers: AnswerEngine {
  func decide(on question: Question) async -> AnswerDecision {
    // A message that comes before the one before it was thought about makes one question with it.
    if question.texts.allSatisfy({ $0 == "silence" }) { return .silence }
    return question.text == "person" ? .handOff(.personRequested) : .answer("echo: \(question.text)")
  }
}

/// An AI that thinks until it is told to speak.
final class HesitantAnswers: AnswerEngine {
  private let asked: AsyncStream<Question>.Continuation
  /// What it was asked.
  let questions: AsyncStream<Question>
  private let speaker = Mutex<AsyncStream<AnswerDecision>.Continuation?>(nil)

  init() {
    (questions, asked) = AsyncStream.makeStream()
  }

  func decide(on question: Question) async -> AnswerDecision {
    let (answers, speaker) = AsyncStream.makeStream(of: AnswerDecision.self)
    self.speaker.withLock { $0 = speaker }
    asked.yield(question)
    for await answer in answers { return answer }
    return .silence
  }

  /// Gives the answer to what it was asked last.
  func speak(_ decision: AnswerDecision) { speaker.withLock { $0 }?.yield(decision) }
}

/// Everything that was logged, at every level.
final class CapturedLogs: Sendable {
  private let lines = Mutex<[String]>([])

  var logger: Logger {
    var logger = Logger(label: "test") { _ in Handler(logs: self) }
    logger.logLevel = .trace
    return logger
  }

  var all: [String] { lines.withLock { $0 } }

  private struct Handler: LogHandler {
    let logs: CapturedLogs
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
      let line = "\(event.level) \(event.message)" + all.map { " \($0.key)=\($0.value)" }.joined()
      logs.lines.withLock { $0.append(line) }
    }
  }
}

/// Values that a test's closures gather.
final class Collected<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])

  var all: [Value] { values.withLock { $0 } }

  func add(_ value: Value) { values.withLock { $0.append(value) } }
}
