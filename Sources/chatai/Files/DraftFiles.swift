import ChatProtocol
import ConsoleModel
import Logging

/// The drafts on disk: a file for each dialog with one, `4821`, and `4821.note` for a note.
struct DraftFiles: Sendable {
  let directory: String
  let logger: Logger

  private static let noteSuffix = ".note"

  /// All drafts.
  func load() -> (replies: [DialogID: String], notes: [DialogID: String]) {
    var replies: [DialogID: String] = [:]
    var notes: [DialogID: String] = [:]
    for name in PrivateFile.names(in: directory) {
      guard let key = Self.key(of: name), let bytes = try? PrivateFile.read(directory + "/" + name) else { continue }
      let text = String(decoding: bytes, as: UTF8.self)
      if key.kind == .note { notes[key.dialogID] = text } else { replies[key.dialogID] = text }
    }
    return (replies, notes)
  }

  /// Keeps a draft; an empty one is none.
  func save(_ text: String, for key: DraftKey) {
    let path = directory + "/" + Self.name(of: key)
    do {
      if text.isEmpty { try PrivateFile.remove(path) } else { try PrivateFile.write(text.utf8, to: path) }
    } catch {
      logger.error("cannot keep a draft: \(error)")
    }
  }

  static func name(of key: DraftKey) -> String {
    "\(key.dialogID)" + (key.kind == .note ? noteSuffix : "")
  }

  static func key(of name: String) -> DraftKey? {
    let isNote = name.hasSuffix(noteSuffix)
    return DialogID(isNote ? String(name.dropLast(noteSuffix.count)) : name).map {
      DraftKey($0, isNote ? .note : .message)
    }
  }
}
