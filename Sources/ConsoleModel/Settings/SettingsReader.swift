/// Where a value came from.
public enum SettingOrigin: Hashable, Sendable, CustomStringConvertible {
  /// Nobody chose it.
  case standard
  /// A file.
  case file(path: String, line: Int)
  /// An option of the command line, or a variable of the environment.
  case option(String)

  /// For a comment.
  public var description: String {
    switch self {
    case .standard: "default"
    case .file(let path, let line): "\(path):\(line)"
    case .option(let name): name
    }
  }
}

/// A mistake in a file.
public struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// Where in it; nil if it could not be read at all.
  public let position: TOMLPosition?
  /// The key; nil where the mistake is none of one.
  public let key: String?
  /// What is wrong: a sentence.
  public let reason: String

  /// Makes one.
  public init(path: String, position: TOMLPosition? = nil, key: String? = nil, reason: String) {
    self.path = path
    self.position = position
    self.key = key
    self.reason = reason
  }

  /// `config.toml:12:9: notices.bell: …`
  public var description: String {
    let place = position.map { ":\($0.line):\($0.column)" } ?? ""
    return "\(path)\(place): " + (key.map { "\($0): " } ?? "") + reason
  }
}

/// Settings and keys as files, one after the other, leave them.
public struct Configuration: Hashable, Sendable {
  /// The settings.
  public var settings = Settings()
  /// What the keys mean.
  public var keymap = Keymap.standard
  /// Where the settings came from, by key; those that nobody chose are missing.
  public private(set) var origins: [String: SettingOrigin] = [:]
  /// What the files say about keys, for a report.
  public private(set) var bindings: [KeyBinding] = []
  /// The themes that there are, by name.
  public var themes: [String]

  /// What holds without files.
  public init(themes: [String] = []) {
    self.themes = themes
  }

  /// Where a setting came from.
  public func origin(of key: String) -> SettingOrigin { origins[key] ?? .standard }

  /// Sets what an option or a variable chose.
  public mutating func override(_ change: (inout Settings) -> Void, key: String, by option: String) {
    change(&settings)
    origins[key] = .option(option)
  }

  /// Reads a file over what was read before.
  ///
  /// - Returns: All mistakes, in the order of the file. With any, the configuration is not to be used.
  public mutating func read(_ text: String, path: String) -> [SettingsError] {
    do {
      return read(try TOMLDocument(parsing: text), path: path)
    } catch {
      return [SettingsError(path: path, position: error.position, reason: error.reason)]
    }
  }

  /// Reads a file that has been parsed over what was read before.
  ///
  /// - Returns: All mistakes, as above.
  public mutating func read(_ document: TOMLDocument, path: String) -> [SettingsError] {
    var errors: [SettingsError] = []
    var bindings: [KeyBinding] = []
    for heading in document.headings where !Self.isTable(heading.path) {
      errors.append(
        SettingsError(
          path: path, position: heading.position, key: heading.path.joined(separator: "."),
          reason: Self.unknown(heading.path.joined(separator: "."), among: Self.tables, what: "table")))
    }
    for entry in document.entries {
      switch entry.path.first {
      case "keys" where entry.path.count > 1:
        do {
          bindings.append(try KeyBinding(entry, path: path))
        } catch {
          errors.append(error)
        }
      case "tabs" where entry.path.count == 2:
        if let error = take(tab: entry, path: path) { errors.append(error) }
      default:
        if let error = take(entry, path: path) { errors.append(error) }
      }
    }
    errors += bind(bindings)
    return errors.sorted {
      ($0.position?.line ?? 0, $0.position?.column ?? 0) < ($1.position?.line ?? 0, $1.position?.column ?? 0)
    }
  }

  // MARK: Settings

  private static let tables = Set(
    Setting.all.compactMap { $0.key.split(separator: ".").dropLast().first.map(String.init) }
  )
  .union(["keys", "tabs"]).union(KeyBinding.tables.keys.map { "keys." + $0 }).sorted()

  private static func isTable(_ path: [String]) -> Bool { tables.contains(path.joined(separator: ".")) }

  private static func unknown(_ name: String, among names: [String], what: String) -> String {
    "there is no such \(what)" + name.suggestion(among: names)
  }

  private mutating func take(_ entry: TOMLDocument.Entry, path: String) -> SettingsError? {
    let name = entry.path.joined(separator: ".")
    guard let setting = Setting.named(name) else {
      // A table that does not exist has been complained about as a whole.
      if entry.path.count > 1, !Self.isTable(Array(entry.path.dropLast())),
        Setting.all.allSatisfy({ !$0.key.hasPrefix(entry.path[0] + ".") })
      {
        return nil
      }
      return SettingsError(
        path: path, position: entry.keyPosition, key: entry.name,
        reason: Self.unknown(name, among: Setting.all.map(\.key), what: "setting"))
    }
    var reason = setting.set(&settings, entry.value)
    if reason == nil, setting.key == "theme", settings.theme != "auto", !themes.isEmpty,
      !themes.contains(settings.theme)
    {
      reason = Self.unknown(settings.theme, among: themes + ["auto"], what: "theme as \"\(settings.theme)\"")
    }
    if reason == nil, setting.key.hasPrefix("sla."), settings.waitWarning > settings.waitBreach,
      origins["sla.warning"] != nil || origins["sla.breach"] != nil
    {
      reason = "the warning comes after the breach"
    }
    if let reason { return SettingsError(path: path, position: entry.valuePosition, key: entry.name, reason: reason) }
    origins[setting.key] = .file(path: path, line: entry.keyPosition.line)
    return nil
  }

  /// A saved filter: of several of one name the last counts, at the place of the first.
  private mutating func take(tab entry: TOMLDocument.Entry, path: String) -> SettingsError? {
    let name = entry.path[1]
    func error(_ reason: String) -> SettingsError {
      SettingsError(path: path, position: entry.valuePosition, key: entry.name, reason: reason)
    }
    guard case .string(let filter) = entry.value else {
      return error("a filter in quotes is expected, not \(entry.value.kind)")
    }
    origins[entry.name] = .file(path: path, line: entry.keyPosition.line)
    if let index = settings.tabs.firstIndex(where: { $0.name == name }) {
      settings.tabs[index].filter = filter
    } else {
      guard settings.tabs.count < FilterTab.limit - FilterTab.builtin.count else {
        return error("no more than \(FilterTab.limit) tabs are kept")
      }
      settings.tabs.append(FilterTab(name: name, filter: filter))
    }
    return nil
  }

  // MARK: Keys

  private mutating func bind(_ bindings: [KeyBinding]) -> [SettingsError] {
    var errors: [SettingsError] = []
    var seen: [Mode: [KeySequence: KeyBinding]] = [:]
    // What is unbound makes room for what is bound, wherever in the file it stands.
    for binding in bindings where binding.command == nil {
      for mode in binding.modes { keymap.unbind(binding.keys, in: mode) }
    }
    for binding in bindings {
      if let other = binding.modes.lazy.compactMap({ seen[$0]?[binding.keys] }).first {
        errors.append(binding.error("\(binding.keys.label) is bound in line \(other.position.line) already"))
        continue
      }
      for mode in binding.modes { seen[mode, default: [:]][binding.keys] = binding }
      guard let command = binding.command else { continue }
      let keymap = keymap
      if let reason = binding.modes.lazy.compactMap({ keymap.conflict(of: binding.keys, in: $0) }).first {
        errors.append(binding.error(reason))
        continue
      }
      for mode in binding.modes { self.keymap.bind(binding.keys, to: command, in: mode) }
    }
    self.bindings += bindings
    return errors
  }
}
