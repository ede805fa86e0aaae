import ChatProtocol
import Foundation

@testable import ChatServer

/// A folder that is deleted with this value.
final class TemporaryDirectory: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(
      path: "chatai-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  var path: String { url.path(percentEncoded: false) }
}

/// An empty database with today's tables, made once for all tests: each of its migrations waits for the disk.
enum NewDatabase {
  private static let bytes = Task {
    let folder = try TemporaryDirectory()
    try await ChatStore.open(in: DataDirectory(path: folder.path)).close()
    return try Data(contentsOf: folder.url.appending(path: "chat.sqlite"))
  }

  /// Puts one into a folder, as if a server had been started there.
  static func put(into folder: TemporaryDirectory) async throws {
    let file = folder.url.appending(path: "chat.sqlite").path(percentEncoded: false)
    let made = FileManager.default.createFile(
      atPath: file, contents: try await bytes.value, attributes: [.posixPermissions: 0o600])
    guard made else { throw CocoaError(.fileWriteUnknown) }
  }
}

/// A store in a folder of its own, with an admin, an operator and the operator's assistant.
struct TemporaryStore {
  let folder: TemporaryDirectory
  let store: ChatStore
  let admin: User
  let ann: User
  let assistant: Assistant

  /// The time at which the store begins.
  static let start = Timestamp(milliseconds: 1_700_000_000_000)

  init() async throws {
    folder = try TemporaryDirectory()
    try await NewDatabase.put(into: folder)
    store = try await ChatStore.open(in: DataDirectory(path: folder.path))
    let hash = PasswordHash(encoded: "no password opens this")
    admin = try await store.addUser(
      email: EmailAddress("admin@example.com"), passwordHash: hash, role: .admin, firstName: "Ada", at: Self.start)
    ann = try await store.addUser(
      email: EmailAddress("ann@example.com"), passwordHash: hash, role: .operator, firstName: "Ann", lastName: "Lee",
      at: Self.start)
    assistant = try await store.addAssistant(name: "Juno", ownerID: ann.id, at: Self.start)
  }

  /// Another operator.
  func addOperator(_ name: String) async throws -> User {
    try await store.addUser(
      email: EmailAddress("\(name)@example.com"), passwordHash: PasswordHash(encoded: ""), role: .operator,
      firstName: name, at: Self.start)
  }

  func guest(_ id: String) throws -> Visitor {
    try Visitor(entrance: .widget(assistantID: assistant.id), guestID: id)
  }

  func openDialog(guest id: String = "guest") async throws -> Dialog {
    try await store.openDialog(for: guest(id), at: Self.start)
  }

  func post(
    _ text: String, in dialog: Dialog, from sender: Sender = .user, clientID: String? = nil, seconds: Int64 = 0
  ) async throws -> Appended {
    try await store.append(
      NewMessage(
        dialogID: dialog.id, sender: sender, text: text, clientID: clientID,
        timestamp: Self.start.advanced(by: .seconds(seconds))))
  }
}
