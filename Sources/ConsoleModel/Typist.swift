public import ChatProtocol
import LiveLink

/// Somebody who is typing in a dialog.
public enum Typist: Hashable, Sendable {
  /// The visitor.
  case visitor
  /// The AI.
  case assistant
  /// Another operator; nil where the server does not say who.
  case colleague(Manager?)
  /// Whoever else a server names.
  case somebody

  /// A sender of the wire.
  init(_ sender: Sender?) {
    switch sender {
    // A frame that does not say who means the visitor.
    case .user, nil: self = .visitor
    case .assistant: self = .assistant
    case .manager: self = .colleague(nil)
    case .system, .other: self = .somebody
    }
  }

  /// The visitor first, then the AI, then colleagues by their ids: a steady order.
  fileprivate var order: Int {
    switch self {
    case .visitor: .min
    case .assistant: .min + 1
    case .colleague(let manager): manager?.id ?? .max - 1
    case .somebody: .max
    }
  }
}

/// Who types where, as a stream tells it: each for a while only, for the word that somebody has stopped may be lost.
extension ConsoleState {
  /// How long somebody counts as typing when the stop does not come.
  private static let typingLifetime: Duration = .seconds(8)
  /// How many may type in one dialog, as far as we are concerned: a server may make up names without end.
  private static let mostTypists = 8

  mutating func typing(_ isTyping: Bool, by typist: Typist, in id: DialogID) {
    guard list.entries[id] != nil else { return }
    if isTyping {
      let known = engine.typing[id, default: [:]]
      guard known[typist] != nil || known.count < Self.mostTypists else { return }
      engine.typing[id, default: [:]][typist] = clock.monotonic + Self.typingLifetime
    } else {
      engine.typing[id]?[typist] = nil
    }
    showTypists(of: id)
  }

  /// Drops those whose time is over.
  mutating func expireTyping() {
    let now = clock.monotonic
    guard let next = nextTypingEnd, next <= now else { return }
    for (id, typists) in engine.typing where typists.values.contains(where: { $0 <= now }) {
      engine.typing[id] = typists.filter { $0.value > now }
      showTypists(of: id)
    }
  }

  /// Nobody can be seen typing any more: the stream is down.
  mutating func forgetTyping() {
    for id in engine.typing.keys {
      engine.typing[id] = [:]
      showTypists(of: id)
    }
  }

  /// When the first of them stops counting as typing.
  var nextTypingEnd: Duration? {
    engine.typing.isEmpty ? nil : engine.typing.values.lazy.compactMap { $0.values.min() }.min()
  }

  private mutating func showTypists(of id: DialogID) {
    let typists = (engine.typing[id] ?? [:]).keys.sorted { $0.order < $1.order }
    if typists.isEmpty { engine.typing[id] = nil }
    list.update(id) { $0.typists = typists }
  }

  /// The operator types in a dialog, or stopped.
  mutating func tellTyping(_ isTyping: Bool, in id: DialogID) {
    guard !session.isReadOnly else { return }
    if stream == nil {
      feed(.operatorTyping(isTyping), toLinkOf: id)
    } else {
      feedStream(.typing(isTyping, id))
    }
  }
}
