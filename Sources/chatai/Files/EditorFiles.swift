import ChatProtocol
import ConsoleModel
import Glibc

/// The files that drafts are edited in, with the operator's own editor: one for each draft, mode 0600, in the profile's
/// own folder, and gone when the editor is done. One that is found when the console starts is what an editor had when
/// everything ended at once.
struct EditorFiles: Sendable {
  let directory: String

  /// Editors recognise a text by it.
  private static let ending = ".md"

  /// A file with a draft's text.
  func make(_ text: String, for key: DraftKey) throws -> String {
    try PrivateFile.makeDirectory(directory)
    let path = path(of: key)
    try PrivateFile.write((text.isEmpty ? "" : text + "\n").utf8, to: path)
    return path
  }

  /// What an editor has left; nil if nothing can be read.
  func read(_ key: DraftKey) -> String? {
    guard let bytes = try? PrivateFile.read(path(of: key), limit: 1 << 20) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    // Editors end a file with a newline that nobody typed.
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }

  /// Removes a draft's file.
  func remove(_ key: DraftKey) {
    try? PrivateFile.remove(path(of: key))
  }

  /// What was left when the console ended with an editor open; the files are gone then.
  func takeLeftovers() -> [DraftKey: String] {
    var texts: [DraftKey: String] = [:]
    for name in PrivateFile.names(in: directory) {
      guard name.hasSuffix(Self.ending), let key = DraftFiles.key(of: String(name.dropLast(Self.ending.count))) else {
        // Editors leave copies of their own beside the file; they hold the same words.
        try? PrivateFile.remove(directory + "/" + name)
        continue
      }
      if let text = read(key), !text.isEmpty { texts[key] = text }
    }
    return texts
  }

  private func path(of key: DraftKey) -> String { directory + "/" + DraftFiles.name(of: key) + Self.ending }
}
