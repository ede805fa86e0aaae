import Glibc

/// One login and all that is kept for it, in a folder of its own: `$XDG_STATE_HOME/chatai/<name>`.
struct Profile: Sendable {
  /// The name; it is the folder's too.
  let name: String
  /// The folder; made by ``create()``.
  let directory: String

  /// The profile of a name, in the user's state folder (XDG Base Directory Specification 0.8).
  ///
  /// - Throws: `CommandFailure` if no folder can have that name, or there is no home.
  init(name: String) throws {
    let isPlain = name.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "@"):
        true
      default: false
      }
    }
    guard isPlain, !name.isEmpty, name.utf8.count <= 64, !name.hasPrefix(".") else {
      throw CommandFailure("a profile's name has letters, digits and - _ . @ only, at most 64, and no dot in front")
    }
    self.init(name: name, directory: try Self.stateHome() + "/chatai/" + name)
  }

  /// A profile that lives in a folder given.
  init(name: String, directory: String) {
    self.name = name
    self.directory = directory
  }

  /// The profiles that there are, by name.
  static func all() throws -> [Profile] {
    let folder = try stateHome() + "/chatai"
    return PrivateFile.names(in: folder).compactMap { try? Profile(name: $0) }
      .filter { access($0.outbox, F_OK) == 0 || access($0.session, F_OK) == 0 }
  }

  /// Those, and the ones that have settings only, or are used where none is named.
  static func named() throws -> [Profile] {
    let names = Set(try all().map(\.name) + ConfigurationFiles.profiles)
    return names.sorted().compactMap { try? Profile(name: $0) }
  }

  /// Whether a login is kept, whatever it is worth.
  var hasSession: Bool { access(session, F_OK) == 0 }

  private static func stateHome() throws -> String {
    // The specification has relative paths ignored.
    if let path = environment("XDG_STATE_HOME"), path.hasPrefix("/") { return path }
    guard let home = environment("HOME"), home.hasPrefix("/") else {
      throw CommandFailure("neither XDG_STATE_HOME nor HOME is set: there is no place for the session")
    }
    return home + "/.local/state"
  }

  var session: String { directory + "/session.json" }
  var outbox: String { directory + "/outbox" }
  var drafts: String { directory + "/drafts" }
  var editing: String { directory + "/editing" }
  var commandHistory: String { directory + "/commands" }
  var desk: String { directory + "/desk.json" }
  var markRequests: String { directory + "/marks" }
  var log: String { directory + "/log" }

  /// Whether drafts or replies lie here that have not arrived.
  var hasUnsentWork: Bool { !PrivateFile.names(in: outbox).isEmpty || !PrivateFile.names(in: drafts).isEmpty }

  /// Makes its folders.
  ///
  /// - Throws: `CommandFailure` with the system's reason.
  func create() throws {
    for path in [directory, outbox, drafts, markRequests] {
      do {
        try PrivateFile.makeDirectory(path)
      } catch {
        throw CommandFailure("cannot make \(error)")
      }
    }
  }

  /// Takes the profile for this process as long as it lives: two consoles would send the same outbox.
  ///
  /// - Throws: `CommandFailure` if another console has it.
  func lock() throws {
    let path = directory + "/lock"
    // Never closed: the lock goes with the process, whatever ends it.
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CommandFailure("cannot open \(PrivateFile.Failure(path: path, number: errno))") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw CommandFailure(
        "the profile \"\(name)\" is open in another console; close that one, or use another with --profile NAME")
    }
  }
}

/// A variable of the environment; nil for none, or an empty one.
func environment(_ name: String) -> String? {
  guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
  return value
}
