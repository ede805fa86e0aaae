import ConsoleModel
import ConsoleView
import Glibc
import Synchronization

/// The settings on disk: `config.toml`, a file for each profile that differs, and themes, in the user's folder
/// (XDG Base Directory Specification 0.8).
struct ConfigurationFiles: Sendable {
  /// The profile whose own file is read after the common one.
  let profile: String
  /// The folder, whether it is there or not; nil without a home, and for a demo.
  let directory: String?

  /// The files of a profile.
  init(profile: String) {
    self.profile = profile
    if let path = environment("XDG_CONFIG_HOME"), path.hasPrefix("/") {
      directory = path + "/chatai"
    } else {
      directory = environment("HOME").flatMap { $0.hasPrefix("/") ? $0 + "/.config/chatai" : nil }
    }
  }

  /// The file of all profiles.
  var common: String? { directory.map { $0 + "/config.toml" } }
  /// The file of this profile.
  var own: String? { directory.map { "\($0)/profiles/\(profile).toml" } }

  /// The profile that the settings name where nothing else does; nil for none. A file that cannot be read is complained
  /// about when its settings are needed. It is looked up once: what is open keeps its profile.
  static let usualProfile: String? = {
    let files = ConfigurationFiles(profile: ProfileOption.standardName)
    guard let path = files.common, let document = (try? document(path)) ?? nil,
      case .string(let name)? = document.entries.last(where: { $0.path == ["profile"] })?.value, !name.isEmpty
    else { return nil }
    return name
  }()

  /// The profiles that have settings of their own, whether there is a login or not.
  static var profiles: [String] {
    guard let directory = ConfigurationFiles(profile: ProfileOption.standardName).directory else { return [] }
    return PrivateFile.names(in: directory + "/profiles").filter { $0.hasSuffix(".toml") }.map {
      String($0.dropLast(5))
    }
  }

  /// What the files and the environment leave, or all mistakes in them.
  func load() -> Result<Configuration, SettingsErrors> {
    var configuration = Configuration(themes: themes)
    var errors: [SettingsError] = []
    for path in [common, own].compactMap(\.self) {
      do {
        guard let document = try Self.document(path) else { continue }
        errors += configuration.read(document, path: path)
      } catch {
        errors.append(error)
      }
    }
    if let own, case .file(own, let line) = configuration.origin(of: "profile") {
      errors.append(SettingsError(path: own, key: "profile", reason: "line \(line): it belongs in config.toml"))
    }
    if environment("NO_COLOR") != nil {
      // A convention: no-color.org.
      configuration.override({ $0.theme = "mono" }, key: "theme", by: "NO_COLOR")
    }
    // A theme that cannot be read is found now, and not when the screen is up.
    if errors.isEmpty, configuration.settings.theme != "auto" {
      do {
        _ = try theme(configuration.settings.theme)
      } catch {
        errors.append(error)
      }
    }
    return errors.isEmpty ? .success(configuration) : .failure(SettingsErrors(errors))
  }

  // MARK: Texts written in advance

  /// Where canned replies and macros lie, as the settings say.
  func texts(_ settings: Settings, in configuration: Configuration, examples: String? = nil) -> TextFiles {
    func whole(_ path: String, _ key: String) -> String? {
      guard !path.isEmpty else { return nil }
      if path.hasPrefix("/") { return path }
      if path.hasPrefix("~/") { return environment("HOME").map { $0 + path.dropFirst() } }
      // A relative path begins at the file that has it.
      guard case .file(let file, _) = configuration.origin(of: key), let slash = file.lastIndex(of: "/") else {
        return directory.map { $0 + "/" + path }
      }
      return file[..<slash] + "/" + path
    }
    var folders: [TextFiles.Folder] = []
    func add(_ kind: TextFile.Kind, _ path: String?, isShared: Bool) {
      if let path { folders.append(TextFiles.Folder(kind: kind, path: path, isShared: isShared)) }
    }
    add(.canned, whole(settings.cannedDirectory, "files.canned"), isShared: false)
    add(.macro, whole(settings.macrosDirectory, "files.macros"), isShared: false)
    for team in settings.teamDirectories.compactMap({ whole($0, "files.team") }) + [examples].compactMap(\.self) {
      add(.canned, team + "/canned", isShared: true)
      add(.macro, team + "/macros", isShared: true)
    }
    return TextFiles(folders: folders)
  }

  // MARK: Themes

  /// The names of all themes: those that are built in, and the files'.
  private var themes: [String] {
    var names = Theme.builtin.map(\.name)
    for folder in themeFolders {
      for file in PrivateFile.names(in: folder) where file.hasSuffix(".toml") {
        let name = String(file.dropLast(5))
        if !names.contains(name) { names.append(name) }
      }
    }
    return names
  }

  /// Where themes lie: the user's, then those that were installed with the program.
  private var themeFolders: [String] {
    [directory.map { $0 + "/themes" }, ServerProgram.ownFolder.map { $0 + "/../share/chatai/themes" }].compactMap(
      \.self)
  }

  /// The theme of a name; a file comes before one that is built in.
  func theme(_ name: String) throws(SettingsError) -> Theme {
    // A name is no path.
    if !name.contains("/"), !name.hasPrefix(".") {
      for folder in themeFolders {
        let path = "\(folder)/\(name).toml"
        if let text = try Self.text(path) { return try Theme(parsing: text, name: name, path: path) }
      }
    }
    guard let theme = Theme.builtin.first(where: { $0.name == name }) else {
      throw SettingsError(path: common ?? "", reason: "there is no theme \"\(name)\"")
    }
    return theme
  }

  /// What has been parsed, by path. Which profile it is stands in the file that has the settings as well: a start parses
  /// it once, whatever is looked for in it.
  private static let parsed = Mutex<[String: (text: String, document: TOMLDocument)]>([:])

  /// A file as its text is now; nil if it is not there.
  private static func document(_ path: String) throws(SettingsError) -> TOMLDocument? {
    guard let text = try text(path) else { return nil }
    if let known = parsed.withLock({ $0[path] }), known.text == text { return known.document }
    do {
      let document = try TOMLDocument(parsing: text)
      parsed.withLock { $0[path] = (text, document) }
      return document
    } catch {
      throw SettingsError(path: path, position: error.position, reason: error.reason)
    }
  }

  /// A file's text; nil if it is not there.
  private static func text(_ path: String) throws(SettingsError) -> String? {
    let bytes: [UInt8]
    do {
      bytes = try PrivateFile.read(path, limit: 1 << 20)
    } catch {
      if error.isMissingFile || error.number == ENOTDIR { return nil }
      throw SettingsError(path: path, reason: "cannot be read: \(String(cString: strerror(error.number)))")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SettingsError(path: path, reason: "is not UTF-8 text")
    }
    return text
  }
}

/// Mistakes in the settings, a line each.
struct SettingsErrors: Error, CustomStringConvertible {
  let errors: [SettingsError]

  init(_ errors: [SettingsError]) {
    self.errors = errors
  }

  var description: String { errors.map { $0.description.escapingControls }.joined(separator: "\n") }
}
