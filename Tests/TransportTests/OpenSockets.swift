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
      OpenSockets.port(descriptor, getsockname) == port || OpenSockets.port(descriptor, getpeername) == port
    }
    return Set(ofPort.values)
  }

  private typealias AddressOf = (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32

  /// The port of one of a socket's two addresses, which is at the same place in those of both IP versions.
  ///
  /// Read as bytes: NIO's C modules have `sockaddr_in` too, and whose it is depends on the order of compiling.
  private static func port(_ descriptor: Int32, _ address: AddressOf) -> Int? {
    withUnsafeTemporaryAllocation(byteCount: 128, alignment: 8) { space in
      space.initializeMemory(as: UInt8.self, repeating: 0)
      var size = socklen_t(space.count)
      guard let start = space.baseAddress?.assumingMemoryBound(to: sockaddr.self),
        address(descriptor, start, &size) == 0, [AF_INET, AF_INET6].contains(Int32(space.load(as: UInt16.self)))
      else { return nil }
      return Int(UInt16(bigEndian: space.load(fromByteOffset: 2, as: UInt16.self)))
    }
  }
}
