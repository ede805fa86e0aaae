import Glibc

/// The hosts of `NO_PROXY`, by curl's rules: names separated by commas or spaces, each meaning itself and all names
/// below it, with or without a dot in front; addresses; networks such as `10.0.0.0/8` and `fd00::/8`; and `*`, which
/// means every host. Behind a name or an address may stand a port, as in Go: `example.com:8443`, `[::1]:8443`.
public struct NoProxyList: Hashable, Sendable {
  private enum Rule: Hashable {
    case everything
    case name(String, port: Int?)
    case network([UInt8], bits: Int, port: Int?)
  }

  private let rules: [Rule]

  /// The list as the variable has it. What makes no sense in it matches nothing.
  public init(_ text: String) {
    rules = text.split { $0 == "," || $0.isWhitespace }.compactMap(NoProxyList.rule)
  }

  /// Whether a host is on the list.
  public func contains(host: String, port: Int) -> Bool {
    let address = NoProxyList.address(of: host)
    let name = NoProxyList.normalized(host[...])
    return rules.contains { rule in
      switch rule {
      case .everything:
        return true
      case .name(let suffix, let rulePort):
        guard rulePort ?? port == port, address == nil else { return false }
        return name == suffix || name.hasSuffix("." + suffix)
      case .network(let network, let bits, let rulePort):
        guard rulePort ?? port == port, let address, address.count == network.count else { return false }
        return NoProxyList.isEqual(address, network, bits: bits)
      }
    }
  }

  private static func rule(_ text: Substring) -> Rule? {
    if text == "*" { return .everything }
    if let rule = network(text, port: nil) { return rule }
    var host = text
    var port: Int?
    if let colon = text.lastIndex(of: ":") {
      guard let number = Int(text[colon...].dropFirst()), (1...65535).contains(number) else { return nil }
      (host, port) = (text[..<colon], number)
      if let rule = network(host, port: port) { return rule }
    }
    let name = normalized(host.drop { $0 == "." })
    return name.isEmpty || name.contains(":") ? nil : .name(name, port: port)
  }

  private static func network(_ text: Substring, port: Int?) -> Rule? {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let host = parts.first, let address = address(of: String(host)) else { return nil }
    guard parts.count == 2 else { return .network(address, bits: address.count * 8, port: port) }
    guard let bits = Int(parts[1]), (0...address.count * 8).contains(bits) else { return nil }
    return .network(address, bits: bits, port: port)
  }

  /// The 4 or 16 bytes of an address, which may be in brackets; nil for a name.
  private static func address(of host: String) -> [UInt8]? {
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    let host = isBracketed ? String(host.dropFirst().dropLast()) : host
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, host, &bytes) == 1 { return Array(bytes[..<4]) }
    return inet_pton(AF_INET6, host, &bytes) == 1 ? bytes : nil
  }

  private static func isEqual(_ one: [UInt8], _ other: [UInt8], bits: Int) -> Bool {
    let (whole, rest) = bits.quotientAndRemainder(dividingBy: 8)
    guard one[..<whole] == other[..<whole] else { return false }
    return rest == 0 || (one[whole] ^ other[whole]) >> (8 - rest) == 0
  }

  private static func normalized(_ host: Substring) -> String {
    (host.hasSuffix(".") ? host.dropLast() : host).lowercased()
  }
}
