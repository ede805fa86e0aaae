import Glibc
import NIOCore

/// An IP address as 128 bits; an IPv4 one in its IPv6 form (RFC 4291, section 2.5.5.2), so that both are compared alike.
struct IPAddress: Hashable, Sendable {
  /// The address in network byte order, as two big-endian halves.
  private let high: UInt64
  private let low: UInt64

  private static let mappedPrefix: UInt64 = 0xFFFF << 32

  /// Reads an address; of a zone (`%eth0`) or a port nothing is known here.
  init?(_ text: some StringProtocol) {
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, String(text), &bytes) == 1 {
      self.init(mapping: bytes[..<4])
    } else if inet_pton(AF_INET6, String(text), &bytes) == 1 {
      self.init(bytes)
    } else {
      return nil
    }
  }

  /// The address of a connection's other end; nil for a Unix domain socket.
  init?(_ address: SocketAddress?) {
    // Behind the family and the port: sockaddr_in has the address at 4, sockaddr_in6 at 8 (RFC 3493, section 3.3).
    switch address?.protocol {
    case .inet: self.init(mapping: address.bytes(4..<8))
    case .inet6: self.init(address.bytes(8..<24))
    default: return nil
    }
  }

  private init(_ bytes: some Collection<UInt8>) {
    high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  private init(mapping bytes: some Collection<UInt8>) {
    high = 0
    low = bytes.reduce(Self.mappedPrefix >> 32) { $0 << 8 | UInt64($1) }
  }

  /// Whether it is an IPv4 address.
  var isIPv4: Bool { high == 0 && low & ~UInt64(UInt32.max) == Self.mappedPrefix }

  /// Whether the first bits of both are the same.
  func matches(_ other: IPAddress, bits: Int) -> Bool {
    let highMask = bits >= 64 ? UInt64.max : ~(UInt64.max >> UInt64(bits))
    let lowMask = bits <= 64 ? 0 : (bits >= 128 ? UInt64.max : ~(UInt64.max >> UInt64(bits - 64)))
    return (high ^ other.high) & highMask == 0 && (low ^ other.low) & lowMask == 0
  }

  /// What one client's connections have in common: the IPv4 address, or the /64 network of an IPv6 one, since a
  /// single host commands all of a /64.
  var rateLimitKey: String {
    isIPv4
      ? (0..<4).reversed().map { String(low >> UInt64($0 * 8) & 0xFF) }.joined(separator: ".")
      : (0..<4).reversed().map { String(high >> UInt64($0 * 16) & 0xFFFF, radix: 16) }.joined(separator: ":") + "/64"
  }
}

extension SocketAddress? {
  fileprivate func bytes(_ range: Range<Int>) -> [UInt8] {
    self?.withSockAddr { pointer, size in
      Array(UnsafeRawBufferPointer(start: pointer, count: size)[range])
    } ?? []
  }
}

/// A block of IP addresses (RFC 4632): `10.0.0.0/8`, `fd00::/8`; a single address is a block of one.
public struct AddressBlock: Sendable, Hashable, CustomStringConvertible {
  private let base: IPAddress
  /// Of the 128-bit form.
  private let bits: Int
  /// As it was written.
  public let description: String

  /// Reads a block; nil if it is none.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let base = IPAddress(parts[0]) else { return nil }
    let offset = base.isIPv4 && !parts[0].contains(":") ? 96 : 0
    if parts.count == 2 {
      guard let length = Int(parts[1]), (0...(128 - offset)).contains(length) else { return nil }
      bits = offset + length
    } else {
      bits = 128
    }
    self.base = base
    description = text
  }

  func contains(_ address: IPAddress) -> Bool { base.matches(address, bits: bits) }
}
