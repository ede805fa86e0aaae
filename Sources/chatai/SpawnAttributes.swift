import Glibc

extension posix_spawnattr_t {
  /// What every program that is started from here begins with: a process group of its own, out of reach of the
  /// terminal's Ctrl-C, no signal blocked, and each handled as by default.
  mutating func startAfresh() {
    var noSignals = sigset_t()
    var allSignals = sigset_t()
    sigemptyset(&noSignals)
    sigfillset(&allSignals)
    posix_spawnattr_setsigmask(&self, &noSignals)
    posix_spawnattr_setsigdefault(&self, &allSignals)
    posix_spawnattr_setpgroup(&self, 0)
    posix_spawnattr_setflags(&self, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
  }
}
