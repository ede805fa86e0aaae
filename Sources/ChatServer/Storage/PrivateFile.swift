public import Foundation

/// A file for what leaves the store: made anew, and only its owner can read it.
public enum PrivateFile {
  /// Makes an empty file of mode 0600, opened for writing.
  ///
  /// - Throws: `PathError` if it cannot be made, and if there is one: nothing is overwritten.
  public static func create(at path: String) throws(PathError) -> FileHandle {
    let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw PathError(path: path, reason: errno == EEXIST ? "is there already; nothing is overwritten" : systemReason())
    }
    // The umask cannot have added anything, but may have taken the owner's own rights.
    guard fchmod(descriptor, 0o600) == 0 else {
      let error = PathError(path: path, reason: systemReason())
      close(descriptor)
      throw error
    }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// Copies a file into one that it makes.
  ///
  /// - Throws: `PathError` as `create` does, and if the first is no file or cannot be read, or the disk is full.
  static func copy(_ source: String, to path: String) throws(PathError) {
    // Without waiting: opening a pipe would, for somebody to write into it.
    let descriptor = open(source, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw PathError(path: source, reason: systemReason()) }
    let input = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw PathError(path: source, reason: systemReason()) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw PathError(path: source, reason: "is not a file") }
    let output = try create(at: path)
    do {
      while let part = try input.read(upToCount: 1 << 20), !part.isEmpty { try output.write(contentsOf: part) }
      try output.close()
    } catch {
      throw PathError(path: source, reason: "cannot be copied to \(path): \(systemReason(of: error))")
    }
  }

  /// Makes sure that only its owner can read a file.
  ///
  /// - Throws: `PathError` if others can, or there is no such file.
  static func requirePrivate(_ path: String) throws(PathError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw PathError(path: path, reason: systemReason()) }
    guard status.st_mode & 0o077 == 0 else {
      throw PathError(path: path, reason: "can be read by others; if nobody did, run: chmod 600 \(path)")
    }
  }

  /// Makes sure that a file and its name are on disk.
  static func synchronize(_ path: String) throws(PathError) {
    try flush(path)
    try synchronizeFolder(of: path)
  }

  /// Makes sure that the names in a file's folder are on disk.
  static func synchronizeFolder(of path: String) throws(PathError) {
    try flush(URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false))
  }

  private static func flush(_ path: String) throws(PathError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw PathError(path: path, reason: systemReason()) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw PathError(path: path, reason: systemReason()) }
  }
}

/// The reason of the last failed system call.
func systemReason() -> String {
  String(cString: strerror(errno))
}

/// The system's own words for a Foundation file error, without the path that the caller names anyway.
func systemReason(of error: any Error) -> String {
  let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
  return (underlying ?? error as NSError).localizedDescription
}
