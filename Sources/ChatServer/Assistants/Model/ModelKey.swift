import Foundation

extension AssistantSettings.KeySource {
  /// The longest key, in bytes.
  private static let longestKey = 8192

  /// The key, read anew each time, so that it can be changed without a restart.
  ///
  /// - Throws: `ModelFailure.misconfigured` if there is none, or one that cannot stand in a header.
  func load(environment: [String: String] = ProcessInfo.processInfo.environment) throws(ModelFailure) -> String {
    let text: String?
    switch self {
    case .file(let path): text = Self.firstLine(path: path)
    case .environment(let name): text = environment[name]
    }
    guard let key = text?.trimmed, !key.isEmpty, key.utf8.count <= Self.longestKey,
      key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { throw .misconfigured }
    return key
  }

  private static func firstLine(path: String) -> String? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    guard let bytes = try? file.read(upToCount: longestKey + 2) else { return nil }
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}
