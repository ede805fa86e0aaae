import Foundation

/// The TCP connections of the machine, for which some process still has a descriptor.
enum OpenConnections {
  /// Waits until nobody has a descriptor of a connection to `port` any more, at either end; the other end is a process
  /// of its own, which takes its time.
  static func areGone(port: Int) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while case let left = try count(port: port), left > 0 {
      guard ContinuousClock.now < deadline else {
        throw InteropFailure("\(left) descriptors of connections to port \(port) are left")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  static func count(port: Int) throws -> Int {
    let suffix = ":" + hex(port)
    // A server that takes both kinds of address has its connections in the second table.
    let sockets = try ["/proc/net/tcp", "/proc/net/tcp6"].flatMap(lines)
      .filter { $0.contains(suffix) || $0.contains(" 0A ") }
      .map { $0.split(separator: " ") }
    let listeners = Set(sockets.filter { $0[3] == "0A" }.map { $0[1].suffix(suffix.count) })
    return sockets.count { socket in
      let hasDescriptor = socket[9] != "0"
      let ports = [socket[1], socket[2]].map { $0.suffix(suffix.count) }
      // Somebody else's client may have got the same port, for a connection to another server.
      let others = ports.filter { $0 != suffix }
      return hasDescriptor && others.count == 1 && !listeners.contains(others[0]) && socket[3] != "0A"
    }
  }

  /// Not by String(contentsOfFile:), which reads no more than a page of a file that does not tell its size.
  private static func lines(of path: String) throws -> [Substring] {
    let file = try FileHandle(forReadingFrom: URL(filePath: path))
    return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self).split(separator: "\n")
  }

  private static func hex(_ port: Int) -> String {
    let digits = String(port, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}
