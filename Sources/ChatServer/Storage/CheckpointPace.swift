/// How many commits there are between two checkpoints: as many as make a log of about the right length.
///
/// Each checkpoint costs two waits for the disk, during which commits wait longer for theirs, and a page that was
/// written many times is brought in once. So they are to be rare; but the log takes room, and is read at the next start
/// after a crash. How much a commit writes depends on the load: one message, or sixty-four of as many dialogs.
struct CheckpointPace: Sendable {
  /// The length to aim at, in pages of 4 KiB: 32 MB.
  static let rightLength = 8192
  /// What is never gone beyond.
  static let bounds = 100...4000

  /// Commits from one checkpoint to the next.
  private(set) var interval = 250
  private var commits = 0

  /// A commit was made.
  ///
  /// - Returns: whether a checkpoint is due.
  mutating func committed() -> Bool {
    commits += 1
    return commits >= interval
  }

  /// A checkpoint begins.
  mutating func begin() { commits = 0 }

  /// It was made.
  ///
  /// - Parameter length: that of the log by then, in pages.
  mutating func ended(length: Int) {
    guard length > 0 else { return }
    // Half of the way at a time: one unusual stretch is no reason to change it all.
    let right = interval * Self.rightLength / length
    interval = min(max((interval + right) / 2, Self.bounds.lowerBound), Self.bounds.upperBound)
  }
}
