import ConsoleModel
import Glibc

extension ExportFile {
  /// Writes it, for the owner's eyes only (0600). A file that is there is left alone unless it may be written over; then
  /// it is replaced whole.
  func write() -> ExportOutcome {
    let whole = path.hasPrefix("/") ? path : currentDirectory + "/" + path
    do throws(PrivateFile.Failure) {
      if overwrites {
        try PrivateFile.write(content.utf8, to: whole)
      } else {
        try PrivateFile.create(content.utf8, at: whole)
      }
      return .written(path: whole)
    } catch {
      return error.number == EEXIST ? .exists : .failed("\(error)")
    }
  }

  private var currentDirectory: String {
    guard let path = getcwd(nil, 0) else { return "." }
    defer { free(path) }
    return String(cString: path)
  }
}
