import Foundation
import Synchronization

/// A hold on a data directory until it is released or its process has ended, however it did.
///
/// Whoever has the database open shares it; whoever puts another file in the database's place has it alone. It is
/// flock(2) on the folder itself: no file of its own can be left behind or deleted.
final class DataDirectoryLock: Sendable {
  enum Mode {
    case shared
    case exclusive
  }

  /// Nil once it is released.
  private let descriptor: Mutex<Int32?>

  /// - Throws: `PathError` if others hold the folder in a way that excludes this one; it does not wait.
  init(_ directory: DataDirectory, _ mode: Mode) throws(PathError) {
    let path = directory.url.path(percentEncoded: false)
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw PathError(path: path, reason: systemReason()) }
    guard flock(descriptor, (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
      let reason =
        switch (errno, mode) {
        case (EWOULDBLOCK, .shared): "a backup is being put in place of its database; try again when that is done"
        case (EWOULDBLOCK, .exclusive): "a server or another command is using it; stop it first"
        default: systemReason()
        }
      close(descriptor)
      throw PathError(path: path, reason: reason)
    }
    self.descriptor = Mutex(descriptor)
  }

  deinit { release() }

  func release() {
    let held = descriptor.withLock { $0.take() }
    if let held { close(held) }
  }
}
