import ChatProtocol
import Glibc
import Logging

/// Writes the console's log: a line for each entry, in a file that only its owner can read.
///
/// Whatever a server or a visitor put into a text, no control character reaches the file: it will be looked at in a
/// terminal.
struct LogFile: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info
  private let descriptor: Int32

  /// A log beyond this size begins anew at the next start.
  private static let sizeLimit = 4 << 20

  /// Opens or makes the file. One that cannot be opened logs nothing: the console works without.
  init(path: String) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    if descriptor >= 0, lseek(descriptor, 0, SEEK_END) > Self.sizeLimit { ftruncate(descriptor, 0) }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    guard descriptor >= 0 else { return }
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
    let facts = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    let line = "\(Timestamp.now) \(event.level) \(event.message)\(facts)".escapingControls + "\n"
    // One write, so that lines of several threads do not mix.
    _ = Array(line.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }
}

extension Timestamp {
  /// The wall clock.
  static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// Seconds east of Greenwich at this moment, where this machine is.
  var utcOffset: Int {
    var seconds = time_t(seconds)
    var local = tm()
    return localtime_r(&seconds, &local) == nil ? 0 : Int(local.tm_gmtoff)
  }
}

extension String {
  /// With the control characters of C0 and C1, DEL, the line separators and the bidi controls written out as `\u{…}`.
  var escapingControls: String {
    var escaped = ""
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: escaped += "\\u{\(String(scalar.value, radix: 16))}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
