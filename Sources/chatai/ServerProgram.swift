import FoundationEssentials
import Glibc

/// Finds the server's executable.
enum ServerProgram {
  /// `chatai-server` beside this program, else the first one in `PATH`.
  ///
  /// - Throws: `CommandFailure` that says where it looked.
  static func find() throws -> String {
    let name = "chatai-server"
    let searched = [ownFolder].compactMap(\.self) + searchPath
    guard let path = searched.map({ $0 + "/" + name }).first(where: { access($0, X_OK) == 0 }) else {
      throw CommandFailure("\(name) was found neither beside chatai nor in PATH; build or install it first")
    }
    return path
  }

  /// The folder that this program lies in, symbolic links resolved.
  static var ownFolder: String? {
    guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
      let slash = path.lastIndex(of: "/")
    else { return nil }
    return String(path[..<slash])
  }

  /// The absolute folders of `PATH`: a relative one would make the program depend on where one stands.
  static var searchPath: [String] {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
      .filter { $0.hasPrefix("/") }
  }
}
