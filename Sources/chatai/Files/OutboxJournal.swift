import FoundationEssentials
import Glibc
import LiveLink
import Logging

/// The outbox on disk: a file for each reply that has not arrived, named by its id.
struct OutboxJournal: Sendable {
  let directory: String
  let logger: Logger

  /// Everything that has not arrived. A file that cannot be read is put aside, not lost.
  func load() -> [Outbox.Entry] {
    PrivateFile.names(in: directory).compactMap { name in
      guard name.hasSuffix(".json") else { return nil }
      let path = directory + "/" + name
      guard let bytes = try? PrivateFile.read(path),
        let entry = try? JSONDecoder().decode(Outbox.Entry.self, from: Data(bytes))
      else {
        rename(path, path + ".broken")
        logger.error("an unsent reply cannot be read; it is kept as \(path).broken")
        return nil
      }
      return entry
    }
  }

  /// Writes an entry, whole or not at all.
  func save(_ entry: Outbox.Entry) throws {
    try PrivateFile.write(try JSONEncoder().encode(entry), to: path(of: entry.clientID))
  }

  /// Forgets an entry.
  func erase(_ clientID: String) {
    do {
      try PrivateFile.remove(path(of: clientID))
    } catch {
      // It is sent again after a restart, with the same id.
      logger.error("cannot remove a reply that has arrived: \(error)")
    }
  }

  private func path(of clientID: String) -> String { directory + "/" + clientID + ".json" }
}
