import ArgumentParser
import ChatProtocol
import ChatServer
import Foundation

/// `chatai-server audit`: who did what to which dialog's hand-off, when and why.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Print the log of all hand-offs: who did what, when and why.",
    discussion: "It reads beside a running server. What people typed is printed with its control characters as \"?\".")

  @Option(help: "One dialog's entries only.")
  var dialog: DialogID?

  @Option(
    help: "Entries of this time or later, such as 2025-01-15 or 2025-01-15T10:30:00Z; UTC.",
    transform: { text in
      guard let time = Timestamp(text) ?? Timestamp(text + "T00:00:00Z") else {
        throw ValidationError("must be a date or a time, such as 2025-01-15T10:30:00Z")
      }
      return time
    })
  var since: Timestamp?

  @Flag(help: "Print one JSON object a line.")
  var json = false

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let store = try await storage.openStore()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var query = HandoffLogQuery(dialogID: dialog, since: since, limit: 1000)
    while true {
      let entries = try await store.handoffLog(query)
      for entry in entries {
        print(json ? String(decoding: try encoder.encode(entry), as: UTF8.self) : entry.description)
      }
      guard let last = entries.last, entries.count == query.limit else { break }
      query.after = last.id
    }
    try store.close()
  }
}
