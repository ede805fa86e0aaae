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
struct TypingThrottle: Sendable {
  /// A repeat within this time says nothing new.
  private static let repeatInterval: Duration = .seconds(2)
  /// Faster changes than this are not a person's.
  private static let changeInterval: Duration = .milliseconds(100)

  private var last: (isTyping: Bool, at: Duration)?

  /// Whether to pass the frame on.
  mutating func passes(_ isTyping: Bool, at now: Duration) -> Bool {
    if let last {
      let interval = last.isTyping == isTyping ? Self.repeatInterval : Self.changeInterval
      guard now - last.at >= interval else { return false }
    } else if !isTyping {
      return false
    }
    last = (isTyping, now)
    return true
  }
}
