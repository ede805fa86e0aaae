import CMalloc

/// How this process takes memory from the system.
enum ProcessMemory {
  /// Has malloc keep some of what is freed. As it is, glibc hands a thread's memory back whenever 128 KiB of it are free
  /// at its end: under load once for each message, and each time all processors are interrupted to forget the pages. To
  /// be called at the start.
  static func keepFreed() {
    // For each thread.
    chatai_malloc_configure(512 << 10, 128 << 10, 1 << 20)
  }
}
