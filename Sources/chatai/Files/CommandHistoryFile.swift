import Logging

/// The command lines that were done, oldest first, a line each.
struct CommandHistoryFile: Sendable {
  let path: String
  let logger: Logger

  /// All of them; none if there is no such file.
  func load() -> [String] {
    guard let bytes = try? PrivateFile.read(path, limit: 1 << 20) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Keeps them instead of those kept before.
  func save(_ lines: [String]) {
    do {
      try PrivateFile.write(lines.map { $0 + "\n" }.joined().utf8, to: path)
    } catch {
      logger.error("cannot keep the history of commands: \(error)")
    }
  }
}
