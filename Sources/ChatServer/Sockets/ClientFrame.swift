import ChatProtocol
import FoundationEssentials

/// What a text frame from a client means. A client's frames change nothing that is stored: messages come over HTTP.
enum ClientFrame: Hashable, Sendable {
  /// The answer to `__ping__`.
  case pong
  /// The author began (true) or stopped (false) to type.
  case typing(Bool)
  /// Nothing the contract knows; the reason never quotes the frame.
  case ignored(reason: String)

  /// Reads a frame. Never fails, whatever the text is.
  static func parse(_ text: String) -> ClientFrame {
    if text == ServerFrame.pong { return .pong }
    guard let frame = try? JSONDecoder().decode(Typed.self, from: Data(text.utf8)) else {
      return .ignored(reason: "not a typed JSON object")
    }
    switch frame.type {
    case "typing_start": return .typing(true)
    case "typing_stop": return .typing(false)
    default: return .ignored(reason: "unknown type")
    }
  }

  private struct Typed: Decodable {
    let type: String
  }
}

/// Lets through what others need to see of one socket's typing, so that a flood of it ends here.
///
/// A stop always follows the start that was let through, however soon: it is starts that are held to a rate.
struct TypingThrottle: Hashable, Sendable {
  /// A start while typing, sooner than this, says nothing new.
  private static let repeatInterval: Duration = .seconds(2)
  /// Hands do not begin anew more often than this.
  private static let startInterval: Duration = .milliseconds(500)

  private var isTyping = false
  private var lastStart: Duration?

  /// Whether to pass the frame on.
  mutating func passes(_ starts: Bool, at now: Duration) -> Bool {
    guard starts else {
      defer { isTyping = false }
      return isTyping
    }
    if let lastStart, now - lastStart < (isTyping ? Self.repeatInterval : Self.startInterval) { return false }
    isTyping = true
    lastStart = now
    return true
  }
}
