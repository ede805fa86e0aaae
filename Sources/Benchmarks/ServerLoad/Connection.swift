#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What ends a run: the server did not do what it must.
struct LoadError: Error, CustomStringConvertible {
  let description: String
}

/// A TCP connection to the server on this machine.
final class Connection {
  let descriptor: Int32

  init(port: UInt16) throws {
    #if canImport(Glibc)
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    guard descriptor >= 0 else { throw LoadError(description: "no socket: errno \(errno)") }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw LoadError(description: "port \(port) does not answer: errno \(errno)") }
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { close(descriptor) }

  /// Sends everything: what is sent here fits into a socket's buffer.
  func send(_ bytes: [UInt8]) throws {
    guard write(descriptor, bytes, bytes.count) == bytes.count else {
      throw LoadError(description: "a request could not be sent: errno \(errno)")
    }
  }

  /// Takes what is there.
  ///
  /// - Parameter wait: whether to wait for something.
  /// - Returns: how many bytes; zero if there are none just now.
  func receive(into buffer: inout [UInt8], wait: Bool = false) throws -> Int {
    let count = recv(descriptor, &buffer, buffer.count, wait ? 0 : Int32(MSG_DONTWAIT))
    if count > 0 { return count }
    guard count < 0, errno == EAGAIN || errno == EWOULDBLOCK else {
      throw LoadError(description: "a connection was closed under load")
    }
    return 0
  }
}
