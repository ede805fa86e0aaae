/// A file or folder that cannot be used.
public struct PathError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file or folder.
  public let path: String
  /// What is wrong with it and, where there is something to do, what.
  public let reason: String

  /// One line for the person who started the server.
  public var description: String { "\(path): \(reason)" }
}
