import ConsoleModel
import FoundationEssentials
import Glibc

/// Canned replies and macros on disk. What cannot be read is told by its name, and keeps nothing else from being read.
struct TextFiles: Sendable {
  /// A folder with one kind of texts.
  struct Folder: Sendable {
    let kind: TextFile.Kind
    let path: String
    /// Whether it is the team's.
    let isShared: Bool
  }

  /// Where to look, the operator's own folders first.
  let folders: [Folder]

  /// A folder with more files is none of texts.
  private static let countLimit = 2000

  /// All that is there.
  func load() -> TextLibrary {
    var files: [TextFile] = []
    for folder in folders {
      for file in PrivateFile.names(in: folder.path).prefix(Self.countLimit) {
        guard let name = folder.kind.name(of: file) else { continue }
        let path = folder.path + "/" + file
        do {
          files.append(
            TextFile(
              folder.kind, name: name, path: path, isShared: folder.isShared, content: try Self.content(of: path)))
        } catch {
          files.append(
            TextFile(folder.kind, name: name, path: path, isShared: folder.isShared, failure: error.description))
        }
      }
    }
    return TextLibrary(files, folder: folders.first { $0.kind == .canned && !$0.isShared }?.path)
  }

  /// Why a file cannot be read.
  private struct Failure: Error {
    let description: String
  }

  /// What is in a file, one byte more than may be at most. A pipe or a device that lies there is not waited for.
  private static func content(of path: String) throws(Failure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Failure(description: "cannot be read: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
      throw Failure(description: "is no file")
    }
    var content = [UInt8](repeating: 0, count: TextFile.sizeLimit + 1)
    var length = 0
    while length < content.count {
      let count = content[length...].withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { break }
      if count > 0 {
        length += count
      } else if errno != EINTR {
        throw Failure(description: "cannot be read: \(String(cString: strerror(errno)))")
      }
    }
    return Array(content[..<length])
  }

  /// The texts that come with the program, for the demo: in the prefix that it is installed in, else in the checkout
  /// that it was built in; nil if they are not there.
  static var examples: String? {
    if let path = environment("CHATAI_RESOURCES") { return existing(path + "/examples") }
    guard let own = ServerProgram.ownFolder else { return nil }
    if let installed = existing(own + "/../share/chatai/examples") { return installed }
    var folder = own[...]
    while let slash = folder.lastIndex(of: "/") {
      if let path = existing(folder + "/Resources/examples") { return path }
      folder = folder[..<slash]
    }
    return nil
  }

  private static func existing(_ path: String) -> String? { access(path, R_OK | X_OK) == 0 ? path : nil }

  /// The names in a folder for completion, those of folders with a slash behind them.
  static func names(in folder: String) -> [String] {
    PrivateFile.names(in: folder.isEmpty ? "." : folder, includingHidden: true).prefix(countLimit).map { name in
      var information = stat()
      let isFolder = stat(folder + name, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
      return isFolder ? name + "/" : name
    }
  }
}
