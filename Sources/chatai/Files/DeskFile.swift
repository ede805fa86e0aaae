import ConsoleModel
import FoundationEssentials
import Logging

/// Marks, tabs and read marks on disk: one file, replaced whole.
struct DeskFile: Sendable {
  let path: String
  let logger: Logger

  /// What was kept; nothing where there is none. A file that cannot be read is kept under another name rather than
  /// written over: somebody may mend it.
  func load() -> DeskDocument {
    let bytes: [UInt8]
    do {
      bytes = try PrivateFile.read(path)
    } catch {
      if !error.isMissingFile { logger.error("cannot read the marks: \(error)") }
      return DeskDocument()
    }
    do {
      return try JSONDecoder().decode(DeskDocument.self, from: Data(bytes))
    } catch {
      logger.error("the marks cannot be understood, and are kept as \(path).unread: \(error)")
      do { try PrivateFile.write(bytes, to: path + ".unread") } catch { logger.error("cannot keep them: \(error)") }
      return DeskDocument()
    }
  }

  /// Replaces what is kept; false if that could not be done.
  func save(_ document: DeskDocument) -> Bool {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    do {
      try PrivateFile.write(try encoder.encode(document), to: path)
      return true
    } catch {
      logger.error("cannot keep the marks: \(error)")
      return false
    }
  }
}
