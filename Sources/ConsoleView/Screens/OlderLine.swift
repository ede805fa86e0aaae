import ConsoleModel
import LiveLink

/// The line above the first message that is here: what there is before it.
enum OlderLine: Hashable {
  case loading
  case failed(String)
  case beginning
  case tooMany

  /// A conversation that is seen at a glance needs no line to say that it begins.
  private static let shortConversation = 60

  /// - Parameter count: How many messages are here.
  init?(_ older: LiveLink.Older, count: Int) {
    switch older {
    case .unknown: return nil
    // Who sees this line has asked for what is above it.
    case .more, .loading: self = .loading
    case .failed(let why): self = .failed(why)
    case .beginning where count > Self.shortConversation: self = .beginning
    case .beginning: return nil
    case .tooMany: self = .tooMany
    }
  }

  var role: Role {
    switch self {
    case .loading, .beginning: .muted
    case .failed: .alarm
    case .tooMany: .caution
    }
  }
}

extension Scene {
  func words(for line: OlderLine) -> SafeText {
    switch line {
    case .loading: "loading older\(symbols.ellipsis)"
    case .beginning: "beginning of the conversation"
    case .tooMany: "older messages are not shown: there are too many"
    case .failed(let why):
      "older messages: \(SafeText(why, limit: 60))\(dot)\(SafeText(state.keymap.label(of: .moveUp))) tries again"
    }
  }
}
