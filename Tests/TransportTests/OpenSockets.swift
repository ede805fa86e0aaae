import Foundation
import Glibc

/// The sockets of this process, as the kernel sees them.
enum OpenSockets {
  static let canBeCounted = FileManager.default.fileExists(atPath: "/proc/self/fd")

  /// By descriptor the kernel's numbers for them, which are not used again soon.
  static var all: [Int32: String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    let sockets = names.compactMap { name -> (Int32, String)? in
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
      guard let target, target.hasPrefix("socket:"), let descriptor = Int32(name) else { return nil }
      return (descriptor, target)
    }
    return Dictionary(uniqueKeysWithValues: sockets)
  }

  /// Those that are an end of a connection to `port`: other tests have sockets too.
  static func connections(to port: Int) -> Set<String> {
    let ofPort = all.filter { descriptor, _ in
      [getsockname, getpeername].contains { name in
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
          pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name(descriptor, $0, &size) }
        }
        return status == 0 && Int(UInt16(bigEndian: address.sin_port)) == port
      }
    }
    return Set(ofPort.values)
  }
}
