import Glibc

/// Files that only their owner can read, written whole or not at all.
enum PrivateFile {
  /// What the system said, and about which file.
  struct Failure: Error, CustomStringConvertible {
    let path: String
    let number: Int32

    /// One sentence.
    var description: String { "\(path): \(String(cString: strerror(number)))" }

    var isMissingFile: Bool { number == ENOENT }
  }

  /// Makes a folder, and those above it, with mode 0700; does nothing if it is there.
  static func makeDirectory(_ path: String) throws(Failure) {
    if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
      throw Failure(path: path, number: errno)
    }
    try makeDirectory(String(path[..<slash]))
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Failure(path: path, number: errno) }
  }

  /// Replaces a file's content, mode 0600: after a crash at any moment it holds the old content or the new.
  static func write(_ bytes: some Collection<UInt8>, to path: String) throws(Failure) {
    let temporary = path + ".new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Failure(path: temporary, number: errno) }
    var failure: Int32 = 0
    let content = Array(bytes)
    var written = 0
    while written < content.count, failure == 0 {
      let count = content[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { written += count } else if errno != EINTR { failure = errno }
    }
    // A file that was there before keeps its mode otherwise.
    if failure == 0, fchmod(descriptor, 0o600) != 0 { failure = errno }
    if failure == 0, fsync(descriptor) != 0 { failure = errno }
    close(descriptor)
    if failure == 0, rename(temporary, path) != 0 { failure = errno }
    guard failure == 0 else {
      unlink(temporary)
      throw Failure(path: path, number: failure)
    }
    syncDirectory(of: path)
  }

  /// Writes a file that must not be there yet, mode 0600; none is left behind if it cannot be written whole.
  static func create(_ bytes: some Collection<UInt8>, at path: String) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Failure(path: path, number: errno) }
    var failure: Int32 = 0
    let content = Array(bytes)
    var written = 0
    while written < content.count, failure == 0 {
      let count = content[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { written += count } else if errno != EINTR { failure = errno }
    }
    if failure == 0, fsync(descriptor) != 0 { failure = errno }
    close(descriptor)
    guard failure == 0 else {
      unlink(path)
      throw Failure(path: path, number: failure)
    }
  }

  /// Removes a file; one that is not there is removed already.
  static func remove(_ path: String) throws(Failure) {
    guard unlink(path) == 0 || errno == ENOENT else { throw Failure(path: path, number: errno) }
    syncDirectory(of: path)
  }

  /// Reads a file, up to a size.
  static func read(_ path: String, limit: Int = 16 << 20) throws(Failure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(path: path, number: errno) }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count == 0 { return content }
      if count < 0 {
        if errno == EINTR { continue }
        throw Failure(path: path, number: errno)
      }
      content += chunk[..<count]
      guard content.count <= limit else { throw Failure(path: path, number: EFBIG) }
    }
  }

  /// The names in a folder, without those that begin with a dot unless they are asked for; none if it is not there.
  static func names(in path: String, includingHidden: Bool = false) -> [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if includingHidden ? name != "." && name != ".." : !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// A rename is on the disk only once its folder is. Not every file system can; then there is nothing to be done.
  private static func syncDirectory(of path: String) {
    guard let slash = path.lastIndex(of: "/") else { return }
    let descriptor = open(String(path[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
