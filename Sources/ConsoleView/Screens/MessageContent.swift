import ChatProtocol
import ConsoleModel
import LiveLink

/// Who a line is from, as far as its gutter and colour go.
enum Speaker: Hashable {
  case visitor, assistant, me, colleague, system, unknown
  /// An operator's note to the others, which no visitor sees.
  case note
}

/// Tells who wrote a message. Part 1 says only `manager`; who of them follows from the hand-off there.
struct Speakers {
  private let visitor: SafeText
  private let holder: Holder?
  private let takenOverAt: Timestamp?
  private let scene: Scene
  let entry: DialogEntry?

  init(scene: Scene, entry: DialogEntry?, dialogID: DialogID) {
    self.scene = scene
    self.entry = entry
    visitor = scene.visitorName(entry, id: dialogID)
    holder = entry?.holder
    takenOverAt = entry?.dialog.handoffStartedAt
  }

  func speaker(of message: Message) -> (speaker: Speaker, name: SafeText) {
    // By its name as well: a note must not be taken for a reply, in one colour either.
    if message.kind == .note {
      return (.note, message.author.map { "NOTE \(scene.managerName($0))" } ?? "NOTE")
    }
    switch message.sender {
    case .user: return (.visitor, visitor)
    case .assistant: return (.assistant, "AI")
    case .system: return (.system, "server")
    case .other: return (.unknown, "unknown")
    case .manager: break
    }
    if let author = message.author {
      let isMe = author.id == scene.state.session.account?.id
      return isMe ? (.me, "you") : (.colleague, scene.managerName(author))
    }
    // Before the present operator came it may have been anybody.
    guard let takenOverAt, let timestamp = message.timestamp, timestamp >= takenOverAt else {
      return (.colleague, "operator")
    }
    switch holder {
    case .me: return (.me, "you")
    case .other(let manager): return (.colleague, scene.managerName(manager))
    case .assistant, .nobodyYet, nil: return (.colleague, "operator")
    }
  }
}

/// A message, or a reply on its way, as the message pane shows it.
struct MessageContent {
  let key: LayoutCache.Key
  let text: String
  let markup: Markup
  let speaker: Speaker
  let name: SafeText
  let gutter: SafeText
  /// When it was written; nil where the server did not say.
  let at: Timestamp?
  let delivery: Delivery
  /// What is wrong with it, for a line of its own below.
  let trouble: SafeText?

  /// How far an own message has come.
  struct Delivery {
    let symbol: SafeText
    let role: Role

    static let notOurs = Delivery(symbol: .empty, role: .muted)
  }

  init(_ message: Message, dialogID: DialogID, scene: Scene, speakers: Speakers, isWide: Bool) {
    key = .stored(dialogID, message.id)
    text = message.visibleText(on: scene.state.session.capabilities)
    (speaker, name) = speakers.speaker(of: message)
    markup = scene.markup(of: speaker)
    let symbols = scene.symbols
    gutter =
      switch speaker {
      case .visitor: symbols.visitorGutter
      case .assistant: symbols.assistantGutter
      case .me, .colleague: symbols.operatorGutter
      case .system, .unknown: symbols.systemGutter
      case .note: symbols.noteGutter
      }
    at = message.timestamp
    if message.sender == .manager, speaker != .note {
      let receipt = scene.receipt(of: message.id, in: speakers.entry, isWide: isWide)
      delivery = Delivery(symbol: receipt.symbol, role: receipt.role)
    } else {
      delivery = .notOurs
    }
    trouble = nil
  }

  init(_ row: Outbox.Row, scene: Scene) {
    let symbols = scene.symbols
    key = .pending(clientID: row.entry.clientID)
    text = row.entry.text
    let isNote = row.entry.kind == .note
    speaker = isNote ? .note : .me
    markup = scene.markup(of: speaker)
    name = isNote ? "NOTE you" : "you"
    gutter = isNote ? symbols.noteGutter : symbols.operatorGutter
    at = row.entry.createdAt
    switch row.state {
    case .queued:
      delivery = Delivery(symbol: symbols.queued, role: .muted)
      trouble = nil
    case .sending:
      delivery = Delivery(symbol: symbols.sending, role: .caution)
      trouble = nil
    case .waiting(let retryAt, let why):
      delivery = Delivery(symbol: symbols.queued, role: .caution)
      let when: SafeText =
        retryAt.map { "next try in \(scene.seconds(to: $0))" } ?? "goes out when the connection is back"
      trouble = "not sent yet: \(scene.oneLine(why))\(scene.dot)\(when)"
    case .checking(let why):
      delivery = Delivery(symbol: symbols.unsure, role: .caution)
      trouble = "\(scene.oneLine(why))\(scene.dot)looking whether it arrived"
    case .unsure(let why):
      delivery = Delivery(symbol: symbols.unsure, role: .alarm)
      trouble = "may not have arrived: \(scene.oneLine(why))"
    case .failed(let why):
      delivery = Delivery(symbol: symbols.failed, role: .alarm)
      trouble = "not sent: \(scene.oneLine(why))"
    case .superseded(let newer):
      delivery = Delivery(symbol: symbols.failed, role: .alarm)
      let count = newer.count
      trouble = "not sent: \(count > 1 ? "\(count) messages" : "a message") came in the meantime, above"
    }
  }

  func nameStyle(_ theme: Theme) -> Style {
    switch speaker {
    case .visitor: theme[.visitor]
    case .assistant: theme[.assistant]
    case .me: theme[.mine]
    case .colleague: theme[.others]
    case .system, .unknown: theme[.system]
    case .note: theme[.caution]
    }
  }

  func textStyle(_ theme: Theme) -> Style {
    switch speaker {
    case .system: theme[.system]
    case .note: theme[.caution]
    case .visitor, .assistant, .me, .colleague, .unknown: theme[.text]
    }
  }
}

extension Scene {
  /// How the text of a speaker is read: an AI writes Markdown, a visitor perhaps, and an operator's is shown as it was
  /// typed, which is what the visitor gets.
  func markup(of speaker: Speaker) -> Markup {
    switch state.conversation?.reveal ?? .nothing {
    case .invisible: return .revealed(beyondASCII: false)
    case .beyondASCII: return .revealed(beyondASCII: true)
    case .nothing: break
    }
    return switch speaker {
    case .assistant: .rendered
    case .visitor: .marked
    case .me, .colleague, .system, .unknown, .note: .plain
    }
  }
}
