/// The client's side of the opening handshake (RFC 6455, section 4.1): makes the request and judges the answer.
public struct ClientHandshake: Sendable {
  /// What to ask for.
  public struct Request: Sendable {
    /// The `Host` header: the host, in brackets if it is an IPv6 address, and the port if it is not the scheme's own.
    public var authority: String
    /// The path and query.
    public var target: String
    /// Further headers, such as `Authorization`, `Cookie` or `Origin`.
    public var fields: HeaderFields
    /// The subprotocols offered, the dearest first.
    public var subprotocols: [String]
    /// What to offer about compression; nil offers none. Default nil.
    public var deflate: PermessageDeflate.Configuration?

    /// A request for a target at an authority.
    public init(
      authority: String, target: String, fields: HeaderFields = HeaderFields(), subprotocols: [String] = [],
      deflate: PermessageDeflate.Configuration? = nil
    ) {
      self.authority = authority
      self.target = target
      self.fields = fields
      self.subprotocols = subprotocols
      self.deflate = deflate
    }
  }

  /// The server's answer.
  public enum Outcome: Hashable, Sendable {
    /// The connection is a WebSocket now, with the subprotocol and the compression that the server has chosen.
    case accepted(subprotocol: String?, deflate: PermessageDeflate?, fields: HeaderFields)
    /// Anything but a 101, with the body or as much of it as is kept.
    case refused(HTTPRefusal)
  }

  /// The longest head, in bytes, of the answer and of each interim one before it.
  public static let maximumHeadSize = HTTPResponseReader.maximumHeadSize
  /// How much of a refusal's body is kept, in bytes.
  public static let maximumRefusalBody = HTTPResponseReader.maximumRefusalBody

  /// The bytes to send first.
  public let requestBytes: [UInt8]

  private let expectedAccept: String
  private let subprotocols: [String]
  private let deflate: PermessageDeflate.Configuration?
  private var response = HTTPResponseReader()

  /// Makes the request.
  ///
  /// - Throws: `invalidHeader` or `invalidTarget` for what would break the request or the handshake.
  public init(_ request: Request, using generator: inout some RandomNumberGenerator) throws(HandshakeError) {
    guard ASCII.isVisible(request.authority) else { throw .invalidTarget(request.authority) }
    guard ASCII.isVisible(request.target), request.target.hasPrefix("/") else { throw .invalidTarget(request.target) }
    let key = HandshakeKey.random(using: &generator)
    var head = "GET \(request.target) HTTP/1.1\r\nHost: \(request.authority)\r\n"
    head += "Upgrade: websocket\r\nConnection: Upgrade\r\n"
    head += "Sec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: 13\r\n"
    if !request.subprotocols.isEmpty {
      guard request.subprotocols.allSatisfy({ ASCII.isToken($0) }) else {
        throw .invalidHeader("Sec-WebSocket-Protocol")
      }
      head += "Sec-WebSocket-Protocol: \(request.subprotocols.joined(separator: ", "))\r\n"
    }
    if let deflate = request.deflate {
      let offers = PermessageDeflate.offers(deflate).map(\.element.serialized)
      head += "Sec-WebSocket-Extensions: \(offers.joined(separator: ", "))\r\n"
    }
    for field in request.fields.fields {
      guard field.isSendable, !ClientHandshake.owns(field.name) else { throw .invalidHeader(field.name) }
      head += field.line
    }
    requestBytes = Array((head + "\r\n").utf8)
    expectedAccept = HandshakeKey.accept(key)
    subprotocols = request.subprotocols
    deflate = request.deflate
  }

  /// Takes bytes of the answer.
  ///
  /// - Parameters:
  ///   - bytes: what one read has brought.
  ///   - offset: where to go on in them; left behind the answer, where the server's first frames may already stand.
  /// - Returns: the outcome once it is known; nil before.
  public mutating func receive(_ bytes: RawSpan, from offset: inout Int) throws(HandshakeError) -> Outcome? {
    try bytes.withUnsafeBytes { bytes throws(HandshakeError) in
      switch try response.receive(bytes, &offset, isAwaited: { $0 == 101 }) {
      case .head(let fields): return try acceptance(fields)
      case .refusal(let refusal): return .refused(refusal)
      case nil: return nil
      }
    }
  }

  /// TCP has ended: a refusal whose body was to go on till then is whole now, or as whole as it gets.
  public func receiveEnd() throws(HandshakeError) -> Outcome { .refused(try response.receiveEnd()) }

  private func acceptance(_ fields: HeaderFields) throws(HandshakeError) -> Outcome {
    guard fields.list("Upgrade", contains: "websocket"), fields.list("Connection", contains: "upgrade") else {
      throw .notUpgraded
    }
    let proofs = fields.values(of: "Sec-WebSocket-Accept")
    // By bytes: to Swift the Kelvin sign is equal to the letter K.
    guard proofs.count == 1, proofs[0].utf8.elementsEqual(expectedAccept.utf8) else { throw .wrongAccept }
    guard let extensions = WebSocketExtension.list(in: fields) else { throw .malformedExtensions }
    let deflate = try PermessageDeflate.judge(extensions, configuration: deflate)
    let chosen = fields.values(of: "Sec-WebSocket-Protocol")
    guard chosen.count <= 1, chosen.allSatisfy({ ASCII.isToken($0) && subprotocols.contains($0) }) else {
      throw .unexpectedSubprotocol(chosen.joined(separator: ", "))
    }
    return .accepted(subprotocol: chosen.first, deflate: deflate, fields: fields)
  }

  /// Headers that the handshake writes itself.
  private static func owns(_ name: String) -> Bool {
    [
      "Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol",
      "Sec-WebSocket-Extensions", "Sec-WebSocket-Accept", "Content-Length", "Transfer-Encoding",
    ].contains { ASCII.equal($0, name) }
  }
}
