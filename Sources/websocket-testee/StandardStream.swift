import Glibc

/// Standard output and standard error without a buffer: whoever started the program waits for the line, or ends it at
/// any time.
enum StandardStream: Int32 {
  case output = 1
  case error = 2

  func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.write(rawValue, bytes, bytes.count)
  }
}
