/// What a server would run with, and where each value came from.
///
/// Its text is a TOML file that says the same: what is printed can be kept and changed.
public struct ConfigurationReport: Sendable, Hashable, CustomStringConvertible {
  /// One setting.
  public struct Line: Sendable, Hashable {
    /// The key, dotted.
    public let key: String
    /// The value, as TOML.
    public let literal: String
    /// Where it came from.
    public let origin: ConfigurationOrigin
  }

  /// All settings, in the order of the manual.
  public let lines: [Line]

  /// Gathers the configuration as `ServerConfiguration.load` does.
  ///
  /// - Throws: `ConfigurationError`, as that does.
  public init(file: String?, environment: [String: String], flags: [String: String] = [:]) throws {
    let (configuration, origins) = try ServerConfiguration.gather(file: file, environment: environment, flags: flags)
    lines = ServerSetting.all.map { setting in
      Line(
        key: setting.key, literal: setting.literal(in: configuration), origin: origins[setting.key] ?? .builtIn)
    }
  }

  /// A line for each setting, the origins under one another behind them.
  public var description: String {
    let settings = lines.map { "\($0.key) = \($0.literal)" }
    let width = settings.map(\.count).max() ?? 0
    return zip(settings, lines).map { setting, line in
      setting + String(repeating: " ", count: width - setting.count) + "  # \(line.origin.description.withoutControls)"
    }.joined(separator: "\n")
  }
}

extension String {
  /// Fit for one line of a terminal or of a comment, whoever wrote it.
  var withoutControls: String {
    String(
      UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }
}
