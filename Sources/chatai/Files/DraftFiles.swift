import ChatProtocol
import Logging

/// The drafts on disk: a file for each dialog with one.
struct DraftFiles: Sendable {
  let directory: String
  let logger: Logger

  /// All drafts.
  func load() -> [DialogID: String] {
    var drafts: [DialogID: String] = [:]
    for name in PrivateFile.names(in: directory) {
      guard let id = DialogID(name), let bytes = try? PrivateFile.read(directory + "/" + name) else { continue }
      drafts[id] = String(decoding: bytes, as: UTF8.self)
    }
    return drafts
  }

  /// Keeps a draft; an empty one is none.
  func save(_ text: String, for dialogID: DialogID) {
    let path = directory + "/\(dialogID)"
    do {
      if text.isEmpty { try PrivateFile.remove(path) } else { try PrivateFile.write(text.utf8, to: path) }
    } catch {
      logger.error("cannot keep a draft: \(error)")
    }
  }
}
