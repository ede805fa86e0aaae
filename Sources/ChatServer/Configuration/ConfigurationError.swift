/// Where a value came from.
public enum ConfigurationOrigin: Sendable, Hashable, CustomStringConvertible {
  /// The default.
  case builtIn
  /// A file, and the line where that is known.
  case file(path: String, line: Int?)
  /// An environment variable.
  case environment(String)
  /// A flag of the command line.
  case flag

  /// `server.toml:12`, `environment variable CHATAI_PORT`, `command line`.
  public var description: String {
    switch self {
    case .builtIn: "built-in default"
    case .file(let path, let line?): "\(path):\(line)"
    case .file(let path, nil): path
    case .environment(let name): "environment variable \(name)"
    case .flag: "command line"
    }
  }
}

/// A configuration that cannot be used.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where it stands.
  public let origin: ConfigurationOrigin
  /// The setting, or nil if the file as a whole cannot be read.
  public let key: String?
  /// What is wrong.
  public let reason: String

  /// `server.toml:12: port: must be a whole number from 0 to 65535`.
  public var description: String {
    [origin.description, key, reason].compactMap(\.self).joined(separator: ": ")
  }
}
