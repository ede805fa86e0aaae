/// The server's side of the opening handshake (RFC 6455, section 4.2), fed with bytes.
///
/// A server that has its own HTTP parser uses `UpgradeRequest.init(method:target:isHTTP11:fields:)` instead.
public struct ServerHandshake: Sendable {
  private var parser: HTTPHeadParser

  /// - Parameter maximumHeadSize: of the request, in bytes; a longer one is refused with 431.
  public init(maximumHeadSize: Int = 16 * 1024) { parser = HTTPHeadParser(limit: maximumHeadSize) }

  /// Takes bytes of the request.
  ///
  /// - Parameters:
  ///   - bytes: what one read has brought.
  ///   - offset: where to go on in them; left behind the request's head, where the client's first frames may already
  ///     stand.
  /// - Returns: the request once it is whole and sound, to be accepted or refused by the caller; nil before.
  /// - Throws: the refusal to send when it is neither.
  public mutating func receive(_ bytes: RawSpan, from offset: inout Int) throws(HTTPRefusal) -> UpgradeRequest? {
    let head: HTTPHead?
    do throws(HandshakeError) {
      head = try bytes.withUnsafeBytes { bytes throws(HandshakeError) in try parser.parse(bytes, &offset) }
    } catch {
      switch error {
      case .headTooBig, .tooManyFields: throw HTTPRefusal(status: 431, text: "request head too big")
      default: throw HTTPRefusal(status: 400, text: "malformed request")
      }
    }
    guard let head else { return nil }
    let parts = head.startLine.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 3, ASCII.isToken(parts[0]), ASCII.isVisible(parts[1]), parts[2].hasPrefix("HTTP/") else {
      throw HTTPRefusal(status: 400, text: "malformed request line")
    }
    return try UpgradeRequest(
      method: String(parts[0]), target: String(parts[1]), isHTTP11: parts[2] == "HTTP/1.1", fields: head.fields)
  }
}

/// A sound request to open a WebSocket.
public struct UpgradeRequest: Hashable, Sendable {
  /// The path and query, as the client wrote them.
  public let target: String
  /// All of the request's header fields.
  public let fields: HeaderFields
  /// The subprotocols the client offers, the dearest first.
  public let subprotocols: [String]
  /// The extensions the client offers, the dearest first; see `PermessageDeflate.accept(_:configuration:)`.
  public let extensions: [WebSocketExtension]
  private let key: String

  /// Checks a request that has been parsed already.
  ///
  /// - Throws: the refusal that says what is wrong with it.
  public init(method: String, target: String, isHTTP11: Bool, fields: HeaderFields) throws(HTTPRefusal) {
    guard method == "GET" else {
      throw HTTPRefusal(status: 405, fields: HeaderFields([("Allow", "GET")]), text: "a WebSocket opens with GET")
    }
    guard isHTTP11 else { throw HTTPRefusal(status: 400, text: "a WebSocket needs HTTP/1.1") }
    // Of use behind an HTTP parser that is more lenient than the core's own.
    guard fields.fields.allSatisfy(\.isSendable) else { throw HTTPRefusal(status: 400, text: "malformed header") }
    let hosts = fields.values(of: "Host")
    guard hosts.count == 1, ASCII.isHost(hosts[0]) else {
      throw HTTPRefusal(status: 400, text: "exactly one Host header is needed")
    }
    guard let target = UpgradeRequest.originForm(of: target, host: hosts[0]) else {
      throw HTTPRefusal(status: 400, text: "malformed request target")
    }
    guard fields.first("Transfer-Encoding") == nil,
      fields.values(of: "Content-Length").allSatisfy({ $0 == "0" })
    else { throw HTTPRefusal(status: 400, text: "a request to open a WebSocket has no body") }
    guard UpgradeRequest.isAsked(by: fields), fields.list("Connection", contains: "upgrade") else {
      let upgrade = HeaderFields([("Upgrade", "websocket")])
      throw HTTPRefusal(status: 426, fields: upgrade, text: "this address is for WebSockets")
    }
    guard fields.values(of: "Sec-WebSocket-Version") == ["13"] else {
      let version = HeaderFields([("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")])
      throw HTTPRefusal(status: 426, fields: version, text: "only WebSocket version 13 is spoken here")
    }
    let keys = fields.values(of: "Sec-WebSocket-Key")
    guard keys.count == 1, HandshakeKey.isValid(keys[0]) else {
      throw HTTPRefusal(status: 400, text: "exactly one Sec-WebSocket-Key of 16 bytes is needed")
    }
    let subprotocols = fields.list("Sec-WebSocket-Protocol")
    guard subprotocols.allSatisfy({ ASCII.isToken($0) }) else {
      throw HTTPRefusal(status: 400, text: "malformed Sec-WebSocket-Protocol")
    }
    guard let extensions = WebSocketExtension.list(in: fields) else {
      throw HTTPRefusal(status: 400, text: "malformed Sec-WebSocket-Extensions")
    }
    self.target = target
    self.fields = fields
    self.extensions = extensions
    self.subprotocols = subprotocols
    key = keys[0]
  }

  /// Whether a request wants to become a WebSocket, soundly or not.
  public static func isAsked(by fields: HeaderFields) -> Bool { fields.list("Upgrade", contains: "websocket") }

  /// The path and query of a target (RFC 9112, section 3.2), in the form of every client or in the absolute one that
  /// only proxies need; nil for any other, and for one that names another host than the header does.
  private static func originForm(of target: String, host: String) -> String? {
    guard ASCII.isVisible(target), !target.utf8.contains(UInt8(ascii: "#")) else { return nil }
    if target.hasPrefix("/") { return target }
    for scheme in ["http://", "https://"] where ASCII.equal(target.prefix(scheme.count), scheme) {
      let rest = target.dropFirst(scheme.count)
      let path = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
      guard ASCII.equal(rest[..<path], host) else { return nil }
      return rest[path...].hasPrefix("/") ? String(rest[path...]) : "/" + rest[path...]
    }
    return nil
  }

  /// The whole 101 response.
  ///
  /// - Parameters:
  ///   - subprotocol: one of those offered, or nil for none.
  ///   - deflate: what `PermessageDeflate.accept(_:configuration:)` has chosen, for the connection too; nil for none.
  ///   - fields: further headers; those that break HTTP's grammar are left out.
  public func acceptance(
    subprotocol: String? = nil, deflate: PermessageDeflate? = nil, fields: HeaderFields = HeaderFields()
  ) -> [UInt8] {
    var head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    head += "Sec-WebSocket-Accept: \(HandshakeKey.accept(key))\r\n"
    if let subprotocol, subprotocols.contains(subprotocol) { head += "Sec-WebSocket-Protocol: \(subprotocol)\r\n" }
    if let deflate { head += "Sec-WebSocket-Extensions: \(deflate.response.serialized)\r\n" }
    for field in fields.fields where field.isSendable { head += field.line }
    return Array((head + "\r\n").utf8)
  }
}
