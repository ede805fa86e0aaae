import Foundation

/// The TCP connections of the machine, for which some process still has a descriptor.
enum OpenConnections {
  /// Waits until nobody has a descriptor of a connection to `port` any more, at either end; the other end is a process
  /// of its own, which takes its time.
  static func areGone(port: Int) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while case let left = try count(port: port), left > 0 {
      guard ContinuousClock.now < deadline else {
        throw InteropFailure("\(left) descriptors of connections to port \(port) are left")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  static func count(port: Int) throws -> Int {
    let suffix = ":" + hex(port)
    return try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8).split(separator: "\n").dropFirst()
      .map { $0.split(separator: " ") }
      .count { fields in
        let (isListening, hasDescriptor) = (fields[3] == "0A", fields[9] != "0")
        return !isListening && hasDescriptor && (fields[1].hasSuffix(suffix) || fields[2].hasSuffix(suffix))
      }
  }

  private static func hex(_ port: Int) -> String {
    let digits = String(port, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}
