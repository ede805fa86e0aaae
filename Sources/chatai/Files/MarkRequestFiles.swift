import ConsoleModel
import FoundationEssentials
import Glibc
import Logging

/// The marks that commands without a screen have asked for and the console has not kept yet: a file each.
struct MarkRequestFiles: Sendable {
  let directory: String

  private static let ending = ".json"
  /// A request is a line; whatever is longer is none.
  private static let sizeLimit = 16 << 10

  /// Leaves a request for the console.
  func add(_ request: MarkRequest) throws {
    try PrivateFile.makeDirectory(directory)
    try PrivateFile.write(try JSONEncoder().encode(request), to: path(of: request.id))
  }

  /// All of them, oldest first. A file that cannot be read is put aside: somebody may mend it.
  func load(logger: Logger) -> [MarkRequest] {
    PrivateFile.names(in: directory).compactMap { name in
      guard name.hasSuffix(Self.ending) else { return nil }
      let path = directory + "/" + name
      do {
        let bytes = try PrivateFile.read(path, limit: Self.sizeLimit)
        let request = try JSONDecoder().decode(MarkRequest.self, from: Data(bytes))
        // By its id it is forgotten.
        if request.id + Self.ending == name { return request }
      } catch let failure as PrivateFile.Failure where failure.isMissingFile {
        return nil
      } catch {}
      rename(path, path + ".broken")
      logger.error("a mark that was asked for cannot be read; it is kept as \(path).broken")
      return nil
    }
  }

  /// Forgets requests that have been kept.
  func erase(_ ids: [MarkRequest.ID], logger: Logger) {
    for id in ids {
      do {
        try PrivateFile.remove(path(of: id))
      } catch {
        // It is done again at the next start, and comes to the same.
        logger.error("cannot forget a mark that was asked for: \(error)")
      }
    }
  }

  private func path(of id: MarkRequest.ID) -> String { directory + "/" + id + Self.ending }
}
