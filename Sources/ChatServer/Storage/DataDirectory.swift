public import Foundation

/// The folder that holds a server's state: the database and the token secret.
///
/// It is created with mode 0700 and every file in it with mode 0600. A folder that is already there keeps its mode:
/// it may be the operator's own, and what matters, the files, is closed by itself.
public struct DataDirectory: Sendable, Hashable {
  /// The folder's absolute path.
  public let url: URL

  /// Opens a folder, creating it and its parents if need be.
  ///
  /// - Throws: `PathError` that names the path and the system's reason.
  public init(path: String) throws {
    url = URL(filePath: path, directoryHint: .isDirectory).absoluteURL
    do {
      try FileManager.default.createDirectory(
        at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw PathError(
        path: url.path(percentEncoded: false), reason: "cannot create the folder: \(systemReason(of: error))")
    }
  }

  /// Where the server keeps its state unless told otherwise: `$XDG_DATA_HOME/chatai-server`, else
  /// `~/.local/share/chatai-server`. A relative `XDG_DATA_HOME` is ignored, as its specification asks.
  public static func defaultPath(environment: [String: String]) -> String {
    if let base = environment["XDG_DATA_HOME"], base.hasPrefix("/") {
      return base + "/chatai-server"
    }
    let home = environment["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path(percentEncoded: false)
    return (home.hasSuffix("/") ? String(home.dropLast()) : home) + "/.local/share/chatai-server"
  }

  /// The path of a file of this folder.
  public func path(of file: String) -> String {
    url.appending(path: file, directoryHint: .notDirectory).path(percentEncoded: false)
  }

  /// Makes sure that a file exists and that only its owner can read and write it.
  ///
  /// SQLite gives its journal and shared-memory files the mode of the database, so this covers them too.
  func createPrivateFile(_ file: String) throws {
    let path = path(of: file)
    let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw PathError(path: path, reason: systemReason()) }
    defer { close(descriptor) }
    guard fchmod(descriptor, 0o600) == 0 else { throw PathError(path: path, reason: systemReason()) }
  }

  /// Writes a file of mode 0600 in one step, unless it exists.
  ///
  /// The bytes go to a temporary name first and are on disk before the file takes its own name by `link(2)`, which
  /// never overwrites: of two processes that start at once, both end up with the same content.
  ///
  /// - Returns: false if the file was already there.
  func createPrivateFile(_ file: String, holding bytes: [UInt8]) throws -> Bool {
    let path = path(of: file)
    var template = Array((path + ".XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw PathError(path: path, reason: systemReason()) }
    defer {
      close(descriptor)
      unlink(template)
    }
    guard fchmod(descriptor, 0o600) == 0, write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0
    else { throw PathError(path: path, reason: systemReason()) }
    if link(template, path) == 0 { return true }
    if errno == EEXIST { return false }
    throw PathError(path: path, reason: systemReason())
  }
}
