import ChatProtocol
import Foundation
import GRDB
import Synchronization
import Testing

@testable import ChatServer

/// What `kill -9` leaves behind: every message that was acknowledged, once and whole.
@Suite struct KillTests {
  private static let rounds = 20
  private static let clients = 32
  private static let messagesPerRound = 2000
  /// How many of the messages that were acknowledged are sent again after a kill, by clients that do not know it.
  private static let repeats = 50

  @Test(.timeLimit(.minutes(5))) func noAcknowledgedMessageIsLost() async throws {
    let folder = try TemporaryDirectory()
    let others = try TemporaryDirectory()
    let authors = try await makeAuthors(in: folder)
    try makeResources(in: others)
    var server = try await start(folder, others)
    for round in 0..<Self.rounds {
      // The moment is random in two ways: how many were answered, and where the others stand just then.
      let fatal = Int.random(in: 1..<Self.messagesPerRound)
      let ledger = Ledger(round: round, kill: (fatal, server))
      try await post(ledger, by: authors, to: server.port)
      let acknowledged = ledger.acknowledged
      try #require(acknowledged.count >= fatal)
      _ = await server.ended()

      // It dies again in the next round.
      server = try await start(folder, others)
      let kept = try stored(folder, round: round)
      for (clientID, id) in acknowledged where kept[clientID] != id {
        Issue.record(
          "round \(round): \(clientID) was acknowledged as \(id), and is \(String(describing: kept[clientID]))")
      }
      // What was begun is sent again: by those whose answer was lost, and by some who only believe so.
      let doubtful = ledger.begun.subtracting(acknowledged.keys)
      let again = Ledger(
        round: round, only: doubtful.union(acknowledged.keys.shuffled().prefix(Self.repeats)))
      try await post(again, by: authors, to: server.port)
      #expect(again.acknowledged.count == min(acknowledged.count, Self.repeats) + doubtful.count)
      for (clientID, id) in again.acknowledged where kept[clientID, default: id] != id {
        Issue.record("round \(round): \(clientID) was \(kept[clientID] ?? 0) and became \(id)")
      }
      #expect(try stored(folder, round: round) == acknowledged.merging(again.acknowledged) { first, _ in first })
      #expect(try checkDatabase(folder) <= Self.clients / 2)
    }
    server.terminate()
    #expect(await server.ended().status == 0)
    #expect(try checkDatabase(folder) == Self.clients / 2)
  }

  private func start(_ folder: TemporaryDirectory, _ others: TemporaryDirectory) async throws -> ServerProcess {
    try await ServerProcess.start(
      data: folder, log: others.url.appending(path: "log"),
      settings: ["LIMITS_MESSAGES_PER_MINUTE": "1000000", "RESOURCES": others.path])
  }

  /// What the server reads at its start: a debug build takes a second for the real knowledge base, and there is nothing
  /// in it about the messages here, so that the AI asks for an operator in each dialog and is silent from then on.
  private func makeResources(in folder: TemporaryDirectory) throws {
    let resources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Resources")
    try FileManager.default.createSymbolicLink(
      at: folder.url.appending(path: "widget"), withDestinationURL: resources.appending(path: "widget").standardized)
    let knowledge = folder.url.appending(path: "knowledge")
    try FileManager.default.createDirectory(at: knowledge, withIntermediateDirectories: true)
    try Data("# Shop\n\n## Hours\n\nAlways open.\n".utf8).write(to: knowledge.appending(path: "shop.md"))
  }

  // MARK: Posting

  /// Where a client posts, and the head of its requests.
  private struct Author {
    let dialogID: DialogID
    let head: String
  }

  /// Visitors and operators by turns, two in a dialog.
  private func makeAuthors(in folder: TemporaryDirectory) async throws -> [Author] {
    let directory = try DataDirectory(path: folder.path)
    let store = try await ChatStore.open(in: directory)
    defer { try? store.close() }
    let ann = try await store.addUser(
      email: EmailAddress("ann@example.com"), passwordHash: PasswordHash(encoded: ""), role: .operator, at: .now())
    let assistant = try await store.addAssistant(name: "Juno", ownerID: ann.id, at: .now())
    let token = try await TokenService(secret: try TokenSecret.load(from: directory))
      .issue(.access, for: ann, at: .now())
    var authors: [Author] = []
    for index in 0..<Self.clients / 2 {
      let guest = try Visitor(entrance: .widget(assistantID: assistant.id), guestID: "guest\(index)")
      let id = try await store.openDialog(for: guest, at: .now()).id
      let query = "assistant_id=\(assistant.id)&guest_id=guest\(index)&wait=0"
      authors.append(Author(dialogID: id, head: "POST /api/widget/dialogs/\(id)/messages?\(query) HTTP/1.1\r\n"))
      authors.append(
        Author(dialogID: id, head: "POST /api/dialogs/\(id)/messages HTTP/1.1\r\nAuthorization: Bearer \(token)\r\n"))
    }
    return authors
  }

  /// Posts a round's messages from all clients at once, until they are through or the server is gone.
  private func post(_ ledger: Ledger, by authors: [Author], to port: Int) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, author) in authors.enumerated() {
        group.addTask {
          guard let socket = try? await RawSocket.connect(to: port) else { return }
          for number in stride(from: index, to: Self.messagesPerRound, by: authors.count) {
            let clientID = "\(ledger.round)-\(number)"
            guard ledger.begin(clientID) else { continue }
            let body = #"{"text":"\#(Self.text(clientID))","client_id":"\#(clientID)"}"#
            let request = author.head + "Host: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body
            guard (try? await socket.send(request)) != nil, let answer = await socket.readAnswer() else { return }
            guard answer.status == 200, let id = Posted.id(answer.body) else {
              Issue.record("\(clientID): \(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
              return
            }
            ledger.acknowledge(clientID, id)
          }
          try? await socket.close()
        }
      }
      try await group.waitForAll()
    }
  }

  /// An operator's answer is the message, a visitor's has it inside.
  private struct Posted: Decodable {
    struct Identified: Decodable { let id: MessageID }
    let id: MessageID?
    let user_message: Identified?

    static func id(_ body: [UInt8]) -> MessageID? {
      let posted = try? JSONDecoder().decode(Posted.self, from: Data(body))
      return posted?.id ?? posted?.user_message?.id
    }
  }

  /// Some are long enough to take several pages of the database: a half of one would show.
  private static func text(_ clientID: String) -> String {
    let number = clientID.split(separator: "-").last.flatMap { Int($0) } ?? 0
    return String(repeating: "message \(clientID) ", count: number % 25 == 0 ? 500 : 1 + number % 5)
  }

  // MARK: Looking

  private func open(_ folder: TemporaryDirectory) throws -> DatabaseQueue {
    try DatabaseQueue(path: folder.url.appending(path: "chat.sqlite").path(percentEncoded: false))
  }

  /// What the database holds of a round, by client id.
  private func stored(_ folder: TemporaryDirectory, round: Int) throws -> [String: MessageID] {
    let queue = try open(folder)
    defer { try? queue.close() }
    let rows = try queue.read {
      try Row.fetchAll(
        $0, sql: "SELECT id, client_id, text FROM message WHERE CAST(client_id AS TEXT) GLOB ?",
        arguments: ["\(round)-*"])
    }
    var found: [String: MessageID] = [:]
    for row in rows {
      let clientID = try #require(row.text("client_id"))
      #expect(found.updateValue(row["id"], forKey: clientID) == nil, "\(clientID) is there twice")
      #expect(row.text("text") == Self.text(clientID), "\(clientID) is not whole")
    }
    return found
  }

  /// - Returns: how many dialogs were compared with their messages.
  private func checkDatabase(_ folder: TemporaryDirectory) throws -> Int {
    let queue = try open(folder)
    defer { try? queue.close() }
    return try queue.read { database in
      #expect(try String.fetchAll(database, sql: "PRAGMA integrity_check") == ["ok"])
      #expect(try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").isEmpty)
      let dialogs = try Row.fetchAll(
        database,
        sql: """
          SELECT last_message_at, last_message_text, text, created_at
          FROM dialog JOIN message ON message.id = (SELECT max(id) FROM message WHERE dialog_id = dialog.id)
          """)
      for dialog in dialogs {
        #expect(dialog.text("last_message_text") == dialog.text("text")?.preview)
        #expect(dialog.timestamp("last_message_at") == dialog.timestamp("created_at"))
      }
      return dialogs.count
    }
  }
}

/// What the clients of a round know: which messages they sent and which were acknowledged.
private final class Ledger: Sendable {
  private struct Entries {
    var begun: Set<String> = []
    var acknowledged: [String: MessageID] = [:]
  }

  let round: Int
  private let kill: (after: Int, server: ServerProcess)?
  private let only: Set<String>?
  private let entries = Mutex(Entries())

  /// - Parameters:
  ///   - kill: which server dies, and with which acknowledgement.
  ///   - only: the messages to send; nil for all.
  init(round: Int, kill: (after: Int, server: ServerProcess)? = nil, only: Set<String>? = nil) {
    self.round = round
    self.kill = kill
    self.only = only
  }

  var begun: Set<String> { entries.withLock(\.begun) }
  var acknowledged: [String: MessageID] { entries.withLock(\.acknowledged) }

  /// Whether a message is to be sent.
  func begin(_ clientID: String) -> Bool {
    guard only?.contains(clientID) ?? true else { return false }
    entries.withLock { _ = $0.begun.insert(clientID) }
    return true
  }

  func acknowledge(_ clientID: String, _ id: MessageID) {
    let count = entries.withLock {
      $0.acknowledged[clientID] = id
      return $0.acknowledged.count
    }
    if let kill, count == kill.after { kill.server.kill() }
  }
}
