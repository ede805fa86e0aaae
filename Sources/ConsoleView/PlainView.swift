import ChatProtocol
public import ConsoleModel
import LiveLink

/// The console as lines that are only ever added: for screen readers, terminals that cannot place their cursor, and
/// pipes. It tells what has changed since it was last asked, in sentences, and never takes a line back.
///
/// Pure: the state goes in, lines come out.
public struct PlainView: Sendable {
  private var told = Told()

  /// What has been told.
  private struct Told: Sendable {
    var connection = SafeText.empty
    var hasList = false
    var waiting: Set<DialogID> = []
    var unread: [DialogID: Int] = [:]
    var dialog: DialogID?
    var holder: Holder?
    var lastMessage: MessageID?
    var notice: String?
    var question: String?
    var failure: String?
    var troubles: Set<String> = []
    var isVisitorTyping = false
  }

  /// Nothing told yet.
  public init() {}

  /// What is to be said about what has changed.
  public mutating func report(_ state: ConsoleState, environment: RenderEnvironment) -> [SafeText] {
    let scene = Scene(state: state, theme: .mono.asciiOnly, environment: environment)
    var lines: [SafeText] = []
    tellConnection(scene, &lines)
    tellList(scene, &lines)
    tellConversation(scene, &lines)
    tellUnsent(scene, &lines)
    tellWords(scene, &lines)
    return lines
  }

  // MARK: Connection and list

  private mutating func tellConnection(_ scene: Scene, _ lines: inout [SafeText]) {
    // Without what counts down: a voice that reads every second is of no use.
    let words: SafeText
    if let reason = scene.state.session.endReason {
      words = "Signed out: \(scene.oneLine(reason))"
    } else if let link = scene.state.openLink {
      words =
        switch link.phase {
        case .live: "Live"
        case .idle: "Not connected"
        case .connecting, .reconnecting: link.isLoaded ? "Connection lost, reconnecting" : "Connecting"
        case .polling: "Connection lost, asking every few seconds"
        case .stopped: "\(scene.connection.words): \(scene.connection.caveat)"
        }
    } else {
      let isUp = scene.state.health.failure == nil
      words = !isUp ? "The server does not answer" : scene.state.health.listLoadedAt == nil ? "Connecting" : "Online"
    }
    guard words != told.connection else { return }
    told.connection = words
    lines.append("\(words).")
  }

  private mutating func tellList(_ scene: Scene, _ lines: inout [SafeText]) {
    let list = scene.state.list
    guard scene.state.health.listLoadedAt != nil else { return }
    let waiting = Set(list.waiting)
    if !told.hasList {
      told.hasList = true
      lines.append(counts(scene))
      lines.append("Type help for what can be typed.")
    } else {
      for id in waiting.subtracting(told.waiting).sorted() { lines.append("\(name(id, scene)) asks for a human.") }
    }
    told.waiting = waiting
    var unread: [DialogID: Int] = [:]
    for (id, entry) in list.entries where entry.unread.count > 0 {
      unread[id] = entry.unread.count
      guard entry.holder == .me, entry.unread.count > told.unread[id] ?? 0, id != scene.state.conversation?.dialogID
      else { continue }
      lines.append("\(name(id, scene)): new message.")
    }
    told.unread = unread
  }

  private func counts(_ scene: Scene) -> SafeText {
    let list = scene.state.list
    return
      "\(list.shown.count) dialogs: \(list.waitingCount) waiting, \(list.mineCount) yours, \(list.unreadCount) unread."
  }

  private func name(_ id: DialogID, _ scene: Scene) -> SafeText {
    "Dialog \(id), \(scene.visitorName(scene.state.list.entries[id], id: id))"
  }

  // MARK: The open dialog

  private mutating func tellConversation(_ scene: Scene, _ lines: inout [SafeText]) {
    guard let conversation = scene.state.conversation, let link = scene.state.openLink else {
      told.dialog = nil
      return
    }
    let id = conversation.dialogID
    let entry = scene.state.list.entries[id]
    if told.dialog != id {
      told.dialog = id
      told.holder = entry?.holder
      told.lastMessage = nil
      told.isVisitorTyping = false
      lines.append("Opened \(name(id, scene)). \(entry.map { holder($0, scene) } ?? "")")
    } else if told.holder != entry?.holder {
      told.holder = entry?.holder
      if let entry { lines.append(holder(entry, scene)) }
    }
    let isFirst = told.lastMessage == nil
    let fresh = link.timeline.messages(after: told.lastMessage)
    if let last = fresh.last?.id {
      let shown = isFirst ? fresh.suffix(Self.opening) : fresh
      if isFirst, fresh.count > shown.count {
        lines.append("\(fresh.count - shown.count) earlier messages: read and a number reads so many.")
      }
      lines += messages(shown, id, scene)
      told.lastMessage = last
    }
    let isTyping = link.typists.contains(.user)
    if isTyping, !told.isVisitorTyping { lines.append("\(scene.visitorName(entry, id: id)) is typing.") }
    told.isVisitorTyping = isTyping
  }

  /// How many messages are read when a dialog is opened.
  private static let opening = 5

  private func holder(_ entry: DialogEntry, _ scene: Scene) -> SafeText {
    switch entry.holder {
    case .assistant: "The AI answers."
    case .me: "It is yours."
    case .other(let manager): "\(scene.managerName(manager)) has it."
    case .nobodyYet(let since):
      since.map { "Waiting for a human for \(scene.elapsed(since: $0))." } ?? "Waiting for a human."
    }
  }

  private func messages(_ part: some Sequence<Message>, _ id: DialogID, _ scene: Scene) -> [SafeText] {
    let speakers = Speakers(scene: scene, entry: scene.state.list.entries[id], dialogID: id)
    return part.flatMap { message -> [SafeText] in
      let (_, name) = speakers.speaker(of: message)
      let time = message.timestamp.map { ", \(SafeText(scene.environment.local($0).clock))" as SafeText } ?? .empty
      let text = SafeText.lines(message.visibleText(on: scene.state.session.capabilities))
      let isStrange = text.contains(where: \.isStrange)
      let head: SafeText = "\(name)\(time)\(isStrange ? ", strange text" as SafeText : .empty): "
      // Further lines are indented, so that none can pass for one of the console's own.
      return [head + text[0]] + text.dropFirst().map { "  \($0)" }
    }
  }

  private mutating func tellUnsent(_ scene: Scene, _ lines: inout [SafeText]) {
    guard let id = scene.state.conversation?.dialogID else { return }
    var troubles: Set<String> = []
    for row in scene.state.outbox.rows(of: id) {
      let trouble: SafeText
      switch row.state {
      case .failed(let why): trouble = "Not sent, \(scene.oneLine(why)): \(scene.oneLine(row.entry.text))"
      case .unsure(let why): trouble = "May not have arrived, \(scene.oneLine(why)): \(scene.oneLine(row.entry.text))"
      default: continue
      }
      let key = "\(row.entry.clientID) \(trouble)"
      troubles.insert(key)
      if !told.troubles.contains(key) { lines.append(trouble) }
    }
    told.troubles = troubles
  }

  // MARK: What the console says and asks

  private mutating func tellWords(_ scene: Scene, _ lines: inout [SafeText]) {
    let notice = scene.state.notice?.text
    if let notice, notice != told.notice { lines.append("\(scene.oneLine(notice)).") }
    told.notice = notice
    let failure = scene.state.commandLine?.failure
    if let failure, failure != told.failure { lines.append("\(scene.oneLine(failure)).") }
    told.failure = failure
    if let prompt = scene.state.prompt, prompt.question != told.question {
      lines.append("Question: \(scene.oneLine(prompt.question))")
      if let preview = prompt.preview { lines += SafeText.lines(preview, limit: 2_000).map { "  \($0)" } }
      let others = prompt.choices.reduce(SafeText.empty) { "\($0), \(scene.oneLine($1.label))" }
      lines.append("Type yes to \(scene.oneLine(prompt.confirmLabel))\(others), or no.")
    }
    told.question = scene.state.prompt?.question
  }
}

// MARK: - What is told when it is asked for

extension PlainView {
  /// What an input asked to be told.
  public func answer(_ request: PlainInput.Request, _ state: ConsoleState, environment: RenderEnvironment) -> [SafeText]
  {
    let scene = Scene(state: state, theme: .mono.asciiOnly, environment: environment)
    switch request {
    case .list: return listed(scene)
    case .read(let count): return read(count, scene)
    case .status: return ["\(scene.connection.words). \(scene.connection.caveat)", counts(scene)]
    case .help: return Self.help
    case .refusal(let sentence): return ["\(scene.oneLine(sentence))."]
    }
  }

  private func listed(_ scene: Scene) -> [SafeText] {
    let shown = scene.state.list.shown
    guard !shown.isEmpty else { return ["No dialogs."] }
    let rows = shown.prefix(20).compactMap { id -> SafeText? in
      guard let entry = scene.state.list.entries[id] else { return nil }
      let unread: SafeText = entry.unread.count > 0 ? " \(entry.unread.words)." : .empty
      let last: SafeText = entry.lastLine.map { " Last: \(scene.oneLine($0.text).truncated(to: 100))" } ?? .empty
      return "\(name(id, scene)). \(holder(entry, scene))\(unread)\(last)"
    }
    return [counts(scene)] + rows + (shown.count > rows.count ? ["\(shown.count - rows.count) more."] : [])
  }

  private func read(_ count: Int, _ scene: Scene) -> [SafeText] {
    guard let id = scene.state.conversation?.dialogID, let link = scene.state.openLink else {
      return ["No dialog is open."]
    }
    return link.timeline.isEmpty ? ["No messages."] : messages(link.timeline.suffix(count), id, scene)
  }

  private static let help: [SafeText] = [
    "list: the dialogs, those that need you first.",
    "next: open the dialog that needs you most. open and a number: open that one.",
    "read and a number: the last messages of the open dialog.",
    "take: take the open dialog over. take and a number: open that one and take it over.",
    "reply and a text: write to the visitor. note and a text: write to the other operators only.",
    "release: give the dialog back to the AI.",
    "status: the connection, and how much waits.",
    "quit: leave. Any other verb of the console can be typed as well: chatai keys lists them.",
  ]
}
