import ChatProtocol
import HummingbirdCore
import Logging

/// What the path of a socket's URL asks for (part 1, Sockets).
enum SocketRoute: Hashable, Sendable {
  /// `/ws/dialogs/{id}`.
  case dialog(DialogID)
  /// `/ws/site/dialogs/{id}`.
  case site(DialogID)
  /// `/ws/widget/dialogs/{id}`.
  case widget(DialogID)
  /// `/ws/operator` (part 2).
  case operatorStream

  /// Nil for any other path.
  init?(path: String) {
    if path == "/ws/operator" {
      self = .operatorStream
      return
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[0].isEmpty, parts[1] == "ws",
      let last = parts.last, last.allSatisfy(\.isNumber), let id = DialogID(last), id > 0
    else { return nil }
    switch parts[2..<(parts.count - 1)] {
    case ["dialogs"]: self = .dialog(id)
    case ["site", "dialogs"]: self = .site(id)
    case ["widget", "dialogs"]: self = .widget(id)
    default: return nil
    }
  }

  /// The stream's subprotocol (part 2), for clients that offer it; it is the same without.
  static let streamProtocol = "chatai.operator.v2"

  /// Which of the subprotocols that a client offers is agreed on.
  func subprotocol(offered: [String]) -> String? {
    self == .operatorStream && offered.contains(Self.streamProtocol) ? Self.streamProtocol : nil
  }

  /// What the log says of it before it is known whose it is.
  var logMetadata: Logger.Metadata {
    switch self {
    case .dialog(let id): ["dialog": "\(id)", "pool": "\(Pool.admin.rawValue)"]
    case .site(let id), .widget(let id): ["dialog": "\(id)", "pool": "\(Pool.visitor.rawValue)"]
    case .operatorStream: ["pool": "stream"]
    }
  }
}
