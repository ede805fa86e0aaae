import ChatProtocol
import HummingbirdCore

/// What the path of a socket's URL asks for (part 1, Sockets).
enum SocketRoute: Hashable, Sendable {
  /// `/ws/dialogs/{id}`.
  case dialog(DialogID)
  /// `/ws/site/dialogs/{id}`.
  case site(DialogID)
  /// `/ws/widget/dialogs/{id}`.
  case widget(DialogID)

  /// Nil for any other path.
  init?(path: String) {
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

  /// The pool of its dialog that such a socket sits in.
  var pool: Pool {
    switch self {
    case .dialog: .admin
    case .site, .widget: .visitor
    }
  }

  /// The dialog it is about.
  var dialogID: DialogID {
    switch self {
    case .dialog(let id), .site(let id), .widget(let id): id
    }
  }
}
