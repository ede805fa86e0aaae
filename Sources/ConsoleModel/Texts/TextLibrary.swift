/// What was written in advance: canned replies and macros, read from files, and what is wrong with some of these.
public struct TextLibrary: Hashable, Sendable {
  /// The canned replies, by title.
  public private(set) var canned: [CannedReply] = []
  /// The macros, by title.
  public private(set) var macros: [Macro] = []
  /// What could not be used, and why; it never keeps the other files from being used.
  public private(set) var problems: [SettingsError] = []
  /// The operator's own folder of canned replies, for a sentence to those who have none.
  public private(set) var folder: String?

  /// A library without texts.
  public init(folder: String? = nil) {
    self.folder = folder
  }

  /// A library of the files that were found, those of the operator's own folders first: of several of one name the
  /// first counts.
  public init(_ files: [TextFile], folder: String? = nil) {
    self.folder = folder
    var names: [TextFile.Kind: Set<String>] = [:]
    for file in files where names[file.kind]?.contains(file.name) != true {
      do {
        switch file.kind {
        case .canned: canned.append(try CannedReply(file))
        case .macro: macros.append(try Macro(file))
        }
        names[file.kind, default: []].insert(file.name)
      } catch {
        problems += error.errors
      }
    }
    canned.sort { ($0.title.lowercased(), $0.name) < ($1.title.lowercased(), $1.name) }
    macros.sort { ($0.title.lowercased(), $0.name) < ($1.title.lowercased(), $1.name) }
  }

  /// The canned reply of a name, or of the only name that begins so.
  public func reply(named name: String) -> CannedReply? { Self.one(named: name, of: canned, name: \.name) }

  /// The macro of a name, or of the only name that begins so.
  public func macro(named name: String) -> Macro? { Self.one(named: name, of: macros, name: \.name) }

  private static func one<Text>(named name: String, of texts: [Text], name path: (Text) -> String) -> Text? {
    if let text = texts.first(where: { path($0) == name }) { return text }
    let longer = name.isEmpty ? [] : texts.filter { path($0).lowercased().hasPrefix(name.lowercased()) }
    return longer.count == 1 ? longer[0] : nil
  }
}

/// A file with a text that was written in advance.
public struct TextFile: Hashable, Sendable {
  /// What it is meant to be.
  public enum Kind: Hashable, Sendable, CaseIterable {
    /// A canned reply: any text.
    case canned
    /// A macro, in TOML.
    case macro

    /// How the names of such files end.
    public var endings: [String] {
      switch self {
      case .canned: [".md", ".txt"]
      case .macro: [".toml"]
      }
    }

    /// The name of what is in a file of a name; nil for a file that is none of these.
    public func name(of file: String) -> String? {
      endings.first { file.hasSuffix($0) && file.utf8.count > $0.utf8.count }.map { String(file.dropLast($0.count)) }
    }
  }

  /// What it is meant to be.
  public var kind: Kind
  /// The file's name, without its ending.
  public var name: String
  /// Where it lies.
  public var path: String
  /// Whether it comes from a team's folder.
  public var isShared: Bool
  /// What is in it; nil if it could not be read.
  public var content: [UInt8]?
  /// Why it could not be read.
  public var failure: String

  /// A file that was read.
  public init(_ kind: Kind, name: String, path: String, isShared: Bool = false, content: [UInt8]) {
    (self.kind, self.name, self.path, self.isShared, self.content) = (kind, name, path, isShared, content)
    failure = ""
  }

  /// A file that could not be read; why.
  public init(_ kind: Kind, name: String, path: String, isShared: Bool = false, failure: String) {
    (self.kind, self.name, self.path, self.isShared, self.failure) = (kind, name, path, isShared, failure)
    content = nil
  }

  /// The largest file that is read, in bytes: a message has no room for more.
  public static let sizeLimit = 64 << 10

  /// Its text.
  func text() throws(TextFileErrors) -> String {
    guard let content else { throw error(failure) }
    guard content.count <= Self.sizeLimit else { throw error("is larger than \(Self.sizeLimit >> 10) KB") }
    guard let text = String(validating: content, as: UTF8.self) else { throw error("is not UTF-8 text") }
    return text
  }

  /// A mistake in it.
  func error(_ reason: String, at position: TOMLPosition? = nil, key: String? = nil) -> TextFileErrors {
    TextFileErrors(errors: [SettingsError(path: path, position: position, key: key, reason: reason)])
  }
}

/// What is wrong with a file.
struct TextFileErrors: Error {
  var errors: [SettingsError]
}

extension CannedReply {
  /// Reads a file.
  init(_ file: TextFile) throws(TextFileErrors) {
    guard let reply = CannedReply(name: file.name, content: try file.text(), isShared: file.isShared) else {
      throw file.error("has no text")
    }
    let length = reply.text.source.unicodeScalars.count
    guard length <= ConsoleState.messageLimit else {
      throw file.error("has \(length) characters; a message has at most \(ConsoleState.messageLimit)")
    }
    self = reply
  }
}

extension String {
  /// A file's name as the title of what is in it.
  var fileTitle: String { replacing("-", with: " ").replacing("_", with: " ") }
}
