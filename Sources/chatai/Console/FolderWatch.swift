import Glibc
import Terminal

/// Tells when a file has been put into a folder, by its final name. The kernel says it (inotify): nobody looks meanwhile.
@TerminalActor
final class FolderWatch {
  private let descriptor: Int32

  /// Watches as long as the program lives; nil where the kernel cannot, such as beyond its limit of watches.
  init?(_ path: String, loop: EventLoop, changed: @escaping () -> Void) {
    descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard descriptor >= 0 else { return nil }
    guard inotify_add_watch(descriptor, path, UInt32(IN_MOVED_TO) | UInt32(IN_ONLYDIR)) >= 0 else {
      close(descriptor)
      return nil
    }
    loop.watch(descriptor) { [descriptor] in
      var events = [UInt8](repeating: 0, count: 4096)
      // What they say is not needed: the folder is read as a whole.
      while read(descriptor, &events, events.count) > 0 {}
      changed()
    }
  }
}
