/// Why an opening handshake failed though the peer answered, or why a request cannot be made (RFC 6455, section 4).
public enum HandshakeError: Error, Hashable, Sendable {
  /// The head, or a refusal's chunk line, is longer than allowed, in bytes.
  case headTooBig(limit: Int)
  /// The head has more fields than allowed.
  case tooManyFields(limit: Int)
  /// The peer does not speak HTTP/1.1, or tries what only smugglers need: a bare CR or LF, NUL, a folded line.
  case malformedHead(String)
  /// TCP ended before the head was whole.
  case truncated
  /// The 101 lacks `Upgrade: websocket` or `Connection: Upgrade`.
  case notUpgraded
  /// `Sec-WebSocket-Accept` is missing, repeated, or no proof that the server read this request.
  case wrongAccept
  /// The server chose a subprotocol that was not offered.
  case unexpectedSubprotocol(String)
  /// `Sec-WebSocket-Extensions` breaks its grammar.
  case malformedExtensions
  /// The server turned on an extension that was not offered, or one twice.
  case unexpectedExtension(String)
  /// The server turned on compression in a way that answers none of the offers.
  case invalidDeflate(PermessageDeflate.Fault)
  /// A header that the caller gave breaks the grammar or belongs to the handshake itself.
  case invalidHeader(String)
  /// A target or authority that the caller gave has white space or characters outside ASCII.
  case invalidTarget(String)
}

extension HandshakeError: CustomStringConvertible {
  /// A sentence for a person.
  public var description: String {
    switch self {
    case .headTooBig(let limit): "the server's answer is longer than \(limit) bytes"
    case .tooManyFields(let limit): "the server's answer has more than \(limit) header fields"
    case .malformedHead(let why): "the peer does not speak HTTP/1.1: \(why)"
    case .truncated: "the connection ended before the server had answered"
    case .notUpgraded: "the server's 101 answer does not upgrade to WebSocket"
    case .wrongAccept: "the server's Sec-WebSocket-Accept is wrong: it has not read our request"
    case .unexpectedSubprotocol(let name): "the server chose the subprotocol \"\(name)\", which was not offered"
    case .malformedExtensions: "the server's Sec-WebSocket-Extensions header is malformed"
    case .unexpectedExtension(let name): "the server turned on the extension \"\(name)\", which was not offered"
    case .invalidDeflate(let fault): "the server's answer about compression has \(fault)"
    case .invalidHeader(let name): "the header \"\(name)\" cannot be sent"
    case .invalidTarget(let target): "\"\(target)\" cannot be asked for"
    }
  }
}
