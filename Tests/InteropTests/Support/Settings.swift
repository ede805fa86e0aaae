import NIOCore
import Transport
import WebSocket

/// How both ends of a conversation are set up.
struct Settings: Sendable {
  var deflate = Deflate.off
  /// The longest message that an end takes, in bytes.
  var limit = 4 << 20
  var subprotocols: [String] = []
  var isSecure = false
  /// The status with which a server refuses every request.
  var refusal: Int?

  enum Deflate: String, CaseIterable { case off, on }

  /// Where a server on that port is. The tests' certificate is for this address.
  func url(port: Int) -> String { "\(isSecure ? "wss" : "ws")://127.0.0.1:\(port)/chat" }

  /// What follows the verb of a peer's command.
  var words: String {
    let offered = subprotocols.joined(separator: ",")
    var words = ["subprotocols=\(offered)", "deflate=\(deflate.rawValue)", "limit=\(limit)"]
    if let refusal { words.append("refuse=\(refusal)") }
    if isSecure { words += ["ca=\(Peer.authority)", "certificate=\(Peer.certificate)", "key=\(Peer.key)"] }
    return words.joined(separator: " ")
  }

  /// What a peer says of an open connection.
  func open(_ subprotocol: String? = nil) -> String {
    "open \(subprotocol ?? "-") \(deflate == .on ? "permessage-deflate" : "-")"
  }

  /// The same for our end.
  var configuration: WebSocketHandler.Configuration {
    var configuration = WebSocketHandler.Configuration()
    configuration.connection.maximumMessageSize = limit
    if deflate == .off { configuration.connection.deflate = nil }
    return configuration
  }
}
