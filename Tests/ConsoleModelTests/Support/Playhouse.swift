import ChatProtocol
import LiveLink

@testable import ConsoleModel

/// A console with a scripted server on the other side: effects are carried out, answers come back as events, timers
/// run on a clock that is moved by hand.
struct Playhouse {
  var console: Console
  var dialogs: [DialogID: Dialog] = [:]
  var histories: [DialogID: [Message]] = [:]
  /// Why dialogs came to a human, as the server tells it.
  var briefs: [DialogID: HandoffBrief] = [:]
  /// Whether the server answers at all.
  private(set) var isUp = true
  /// Whether a POST is stored and pushed, but its answer gets lost.
  var losesAnswers = false
  /// Who gets the next takeover, instead of the operator at the console.
  var quickerOperator: Manager?
  var drafts: [DialogID: String] = [:]
  /// The drafts of notes on disk.
  var notes: [DialogID: String] = [:]
  /// What somebody writes in the moment before the next reply is posted.
  var interruption: (text: String, sender: Sender)?
  /// What the operator does in the editor; nil: it stays open.
  var editor: ((String) -> EditorOutcome)?
  /// Whether the server tells what others write, or is slow to.
  var tells = true
  var team: [Colleague] = []
  var logs: [DialogID: [HandoffRecord]] = [:]
  var proposals: [DialogID: [Proposal]] = [:]
  private(set) var decisions: [ProposalDecision] = []
  private(set) var desk: DeskDocument?
  /// The requests for marks that it wants forgotten.
  private(set) var takenMarkRequests: [MarkRequest.ID] = []
  /// What the server's search finds, by the words.
  var answers: [String: SearchAnswer] = [:]
  private(set) var searches: [String] = []
  var files: [String: String] = [:]
  /// Canned replies and macros on disk.
  var texts: [TextFile] = []
  /// What folders have, for completion.
  var listing: [String: [String]] = [:]
  private(set) var clipboard: String?
  private(set) var openedLinks: [String] = []
  private(set) var posts = 0
  private(set) var bells = 0
  private(set) var hasQuit = false
  private(set) var connected: [DialogID: LiveLink.ConnectionID] = [:]
  private var journal: [String: Outbox.Entry] = [:]
  var timers: [TimerID: Duration] = [:]
  /// The operator's stream, for servers that have one.
  var stream = StreamScript()
  /// How often histories and lists were asked for, and how often anything happened.
  private(set) var fetches = 0
  private(set) var listReadings = 0
  private(set) var turns = 0
  /// What the operator said of itself.
  private(set) var said: [OperatorStatus] = []
  /// What the status line said, each sentence once in a row.
  private(set) var notices: [String] = []
  private var nextMessageID = 1000

  enum TimerID: Hashable {
    case stream(OperatorStream.Timer)
    case link(DialogID, LiveLink.Timer)
    case outbox(DialogID)
    case alarm(Alarm)
  }

  init(_ dialogs: [Dialog], size: Size = Size(columns: 80, rows: 24)) {
    console = Console(size: size)
    for dialog in dialogs {
      self.dialogs[dialog.id] = dialog
      histories[dialog.id] = [
        Message(
          id: dialog.id * 10, sender: .user, text: dialog.lastMessageText ?? "", timestamp: dialog.lastMessageAt)
      ]
    }
  }

  /// Logs in and lets everything come to rest.
  mutating func begin(capabilities: Capabilities = Console.capable) {
    happen(.outbox(.restored([])))
    if !texts.isEmpty { happen(.textsLoaded(TextLibrary(texts, folder: "/home/maria/canned"))) }
    happen(.signedIn(Console.me, capabilities))
  }

  var journaledTexts: [String] { journal.values.map(\.text).sorted() }

  mutating func press(_ script: String) {
    for key in keys(script) { happen(.key(key)) }
  }

  /// One event and all that follows from it at once.
  mutating func happen(_ event: ConsoleEvent) {
    console.send(event)
    settle()
  }

  private mutating func settle() {
    turns += 1
    defer { if !console.notice.isEmpty, console.notice != notices.last { notices.append(console.notice) } }
    var pending = console.takeEffects()[...]
    while let effect = pending.popFirst() {
      carryOut(effect)
      pending += console.takeEffects()
    }
  }

  // MARK: Time

  mutating func advance(by duration: Duration) {
    let end = console.state.clock.monotonic + duration
    while let (timer, at) = timers.min(by: { ($0.value, "\($0.key)") < ($1.value, "\($1.key)") }), at <= end {
      timers[timer] = nil
      setTime(max(at, console.state.clock.monotonic))
      switch timer {
      case .link(let id, let timer): happen(.link(id, .timerFired(timer)))
      case .stream(let timer): happen(.stream(.timerFired(timer)))
      case .outbox(let id): happen(.outbox(.timerFired(id)))
      case .alarm(let alarm): happen(.alarm(alarm))
      }
    }
    setTime(end)
  }

  private mutating func setTime(_ monotonic: Duration) {
    let clock = console.state.clock
    defer { turns -= 1 }
    happen(.clock(Clock(now: clock.now.advanced(by: monotonic - clock.monotonic), monotonic: monotonic)))
  }

  // MARK: What the world does

  /// A message is stored and pushed to the dialog's socket, if there is one.
  @discardableResult
  mutating func say(
    _ text: String, by sender: Sender, in id: DialogID, clientID: String? = nil, kind: MessageKind = .message,
    author: Manager? = nil
  ) -> Message {
    let message = store(text, by: sender, in: id, clientID: clientID, kind: kind, author: author)
    if tells { push(message, to: id) }
    return message
  }

  /// A message is stored, and no socket hears of it.
  @discardableResult
  mutating func store(
    _ text: String, by sender: Sender, in id: DialogID, clientID: String? = nil, kind: MessageKind = .message,
    author: Manager? = nil
  ) -> Message {
    nextMessageID += 1
    let message = Message(
      id: nextMessageID, sender: sender, text: text, timestamp: console.state.clock.now, clientID: clientID,
      author: author, kind: kind)
    histories[id, default: []].append(message)
    if kind == .message {
      dialogs[id]?.lastMessageAt = message.timestamp
      dialogs[id]?.lastMessageText = text
    }
    return message
  }

  mutating func push(_ message: Message, to id: DialogID) {
    let client =
      (message.clientID.map { ",\"client_id\":\"\($0)\"" } ?? "")
      + (message.author.map { ",\"author\":{\"id\":\($0.id),\"name\":\"\($0.name ?? "")\"}" } ?? "")
      + (message.kind == .note ? ",\"kind\":\"note\"" : "")
    let text = """
      {"id":\(message.id),"sender":"\(message.sender.wireName ?? "")","text":\(json(message.text)),\
      "timestamp":"\(message.timestamp ?? Console.start)"\(client)}
      """
    frame(text, to: id)
    tell("\"type\":\"message\",\"dialog_id\":\(id),\"message\":\(text)")
  }

  mutating func frame(_ text: String, to id: DialogID) {
    guard let connection = connected[id] else { return }
    happen(.link(id, .socketText(connection, text)))
  }

  /// The server dies: every socket with it.
  mutating func kill() {
    isUp = false
    cutStream()
    let sockets = connected
    connected = [:]
    for (id, connection) in sockets.sorted(by: { $0.key < $1.key }) {
      happen(.link(id, .socketClosed(connection, code: nil, reason: "")))
    }
  }

  mutating func revive() { isUp = true }

  mutating func handoff(_ state: HandoffState, in id: DialogID, manager: Manager? = nil, tells: Bool = true) {
    dialogs[id]?.handoffStatus = state
    dialogs[id]?.assignedManagerID = manager?.id
    if state == .requested { dialogs[id]?.handoffRequestedAt = console.state.clock.now }
    guard tells else { return }
    let who = manager.map { ",\"manager\":{\"id\":\($0.id),\"name\":\(json($0.name ?? ""))}" } ?? ""
    let name = state == .active ? "started" : state.wireName
    let event = "\"type\":\"handoff_\(name)\",\"dialog_id\":\(id)\(who)"
    frame("{\(event)}", to: id)
    tell(event)
  }

  // MARK: The shell

  private mutating func carryOut(_ effect: Effect) {
    switch effect {
    case .link(let id, let action): carryOut(action, id)
    case .outbox(let action): carryOut(action)
    case .loadDialogs(let page, let limit): loadDialogs(page: page, limit: limit)
    case .loadQueue:
      let waiting = dialogs.values.filter { $0.handoffStatus == .requested }.sorted { $0.id < $1.id }
      console.send(
        isUp
          ? .queueLoaded(waiting.map { QueueEntry(dialogID: $0.id, requestedAt: $0.handoffRequestedAt) })
          : .queueFailed(.unreachable("refused")))
    case .loadDialog(let id):
      if isUp, let dialog = dialogs[id] { console.send(.dialogLoaded(dialog)) }
    case .loadBrief(let id):
      console.send(isUp ? .briefLoaded(id, briefs[id]) : .briefFailed(id))
    case .handoff(let act, let id): carryOut(act, id)
    case .heartbeat(let status):
      if isUp { said.append(status) }
      console.send(.heartbeatAnswered(accepted: isUp))
    case .stream(let action): carryOut(action)
    case .saveDraft(let id, let text, .message): drafts[id] = text.isEmpty ? nil : text
    case .saveDraft(let id, let text, .note): notes[id] = text.isEmpty ? nil : text
    case .loadTeam: console.send(isUp ? .teamLoaded(team) : .teamFailed(.unreachable("refused")))
    case .loadLog(let id): console.send(isUp ? .logLoaded(id, logs[id] ?? []) : .logFailed(id, .unreachable("refused")))
    case .loadProposals(let id): if isUp { console.send(.proposalsLoaded(id, proposals[id] ?? [])) }
    case .decide(let decision): carryOut(decision)
    case .search(let text):
      searches.append(text)
      console.send(
        isUp ? .searchLoaded(text, answers[text] ?? SearchAnswer()) : .searchFailed(text, .unreachable("refused")))
    case .export(let file):
      if files[file.path] != nil, !file.overwrites { return console.send(.exported(.exists)) }
      files[file.path] = file.content
      console.send(.exported(.written(path: "/home/maria/" + file.path)))
    case .copy(let text): clipboard = text
    case .openLink(let address):
      openedLinks.append(address)
      console.send(.linkOpened(address, .opened))
    case .saveDesk(let document, let taken):
      desk = document
      takenMarkRequests += taken
    case .setAlarm(let alarm, let at): timers[.alarm(alarm)] = at
    case .cancelAlarm(let alarm): timers[.alarm(alarm)] = nil
    case .edit(let key, let text):
      if let editor { console.send(.edited(key, editor(text))) }
    case .bell: bells += 1
    case .quit: hasQuit = true
    case .loadTexts: console.send(.textsLoaded(TextLibrary(texts, folder: "/home/maria/canned")))
    case .listFiles(let folder): console.send(.filesListed(folder, listing[folder] ?? []))
    case .suspend, .redraw, .saveCommandHistory, .announce, .setTitle, .loadConfiguration: break
    case .logIn: console.send(.signedIn(Console.me, Console.capable))
    case .chooseTheme(let name): console.send(.themeChosen(name))
    }
  }

  /// The AI proposes an answer, and says so on the socket.
  mutating func propose(_ id: Proposal.ID, _ text: String, in dialog: DialogID) {
    let proposal = Proposal(
      id: id, dialogID: dialog, messageID: dialog * 10, text: text, state: .open, createdAt: console.state.clock.now)
    proposals[dialog, default: []].append(proposal)
    tell(proposal)
  }

  /// Something becomes of a proposal, by somebody else.
  mutating func settle(_ id: Proposal.ID, in dialog: DialogID, _ state: ProposalState, by: UserID?, tells: Bool = true)
  {
    guard var proposal = proposals[dialog]?.first(where: { $0.id == id }) else { return }
    proposals[dialog]?.removeAll { $0.id == id }
    proposal.state = state
    proposal.decidedBy = by
    if tells { tell(proposal) }
  }

  private mutating func tell(_ proposal: Proposal) {
    let by = proposal.decidedBy.map { ",\"decided_by\":\($0)" } ?? ""
    frame(
      """
      {"type":"proposal","dialog_id":\(proposal.dialogID),"proposal":{"id":\(proposal.id),"dialog_id":\(proposal.dialogID),\
      "message_id":\(proposal.messageID),"text":"\(proposal.text)","state":"\(proposal.state.rawValue)"\(by)}}
      """, to: proposal.dialogID)
  }

  private mutating func carryOut(_ decision: ProposalDecision) {
    decisions.append(decision)
    let id = decision.dialogID
    guard isUp else { return console.send(.decisionFailed(decision, .unreachable("refused"))) }
    guard let proposal = proposals[id]?.first(where: { $0.id == decision.proposalID }) else {
      return console.send(
        .decisionFailed(decision, .conflict(ErrorDetail("The proposal was already approved"))))
    }
    proposals[id]?.removeAll { $0.id == proposal.id }
    switch decision.verdict {
    case .approve(let text):
      let message = say(text ?? proposal.text, by: text == nil ? .assistant : .manager, in: id)
      console.send(losesAnswers ? .decisionFailed(decision, .noAnswer("time-out")) : .decided(decision, message))
    case .reject: console.send(.decided(decision, nil))
    }
  }

  private mutating func loadDialogs(page: Int, limit: Int) {
    listReadings += 1
    guard isUp else { return console.send(.dialogsFailed(.unreachable("refused"))) }
    let all = dialogs.values.sorted { $0.id > $1.id }
    let items = Array(all.dropFirst((page - 1) * limit).prefix(limit))
    console.send(.dialogsLoaded(Page(items: items, total: all.count, page: page, limit: limit)))
  }

  private mutating func carryOut(_ action: LiveLink.Action, _ id: DialogID) {
    let now = console.state.clock.monotonic
    switch action {
    case .connect(let connection):
      if isUp {
        connected[id] = connection
        console.send(.link(id, .socketOpened(connection)))
      } else {
        console.send(.link(id, .socketFailed(connection, "connection refused")))
      }
    case .disconnect: connected[id] = nil
    case .send: break
    case .ping(let connection):
      if isUp { console.send(.link(id, .socketPong(connection))) }
    case .setTimer(let timer, let delay): timers[.link(id, timer)] = now + delay
    case .cancelTimer(let timer): timers[.link(id, timer)] = nil
    case .fetchMessages(let request, let after):
      fetches += 1
      let messages = histories[id, default: []].filter { $0.id > after ?? .min }
      console.send(
        .link(id, isUp ? .messagesLoaded(request, messages) : .messagesFailed(request, .unreachable("refused"))))
    case .fetchPage(let request, let before, let limit):
      fetches += 1
      let messages = Array(histories[id, default: []].filter { $0.id < before ?? .max }.suffix(limit))
      console.send(
        .link(id, isUp ? .messagesLoaded(request, messages) : .messagesFailed(request, .unreachable("refused"))))
    case .refreshToken: console.send(.link(id, .tokenRefreshed))
    case .report: fatalError("reports stay inside")
    }
  }

  private mutating func carryOut(_ action: Outbox.Action) {
    let now = console.state.clock.monotonic
    switch action {
    case .journal(let entry):
      journal[entry.clientID] = entry
      console.send(.outbox(.journaled(clientID: entry.clientID)))
    case .erase(let clientID): journal[clientID] = nil
    case .post(let entry): post(entry)
    case .loadHistory(let id, let after):
      let messages = histories[id, default: []].filter { $0.id > after ?? .min }
      console.send(.outbox(isUp ? .historyLoaded(id, messages) : .historyFailed(id, .unreachable("refused"))))
    case .setTimer(let id, let delay): timers[.outbox(id)] = now + delay
    case .cancelTimer(let id): timers[.outbox(id)] = nil
    case .report: fatalError("reports stay inside")
    }
  }

  private mutating func post(_ entry: Outbox.Entry) {
    guard isUp else {
      return console.send(.outbox(.failed(clientID: entry.clientID, .unreachable("refused"))))
    }
    posts += 1
    if let (text, sender) = interruption {
      interruption = nil
      say(text, by: sender, in: entry.dialogID)
    }
    let me = Console.me.id
    // Part 1 says of no message who wrote it.
    let isPartTwo = console.state.session.capabilities.version >= 2
    let newer = histories[entry.dialogID, default: []].filter { message in
      guard let last = entry.ifLastID else { return false }
      return message.id > last && !(message.sender == .manager && message.author?.id == me)
    }
    if !newer.isEmpty {
      return console.send(.outbox(.failed(clientID: entry.clientID, .superseded(by: newer))))
    }
    let isKnown = histories[entry.dialogID, default: []].first { $0.clientID == entry.clientID }
    let message =
      isKnown
      ?? say(
        entry.text, by: .manager, in: entry.dialogID, clientID: entry.clientID, kind: entry.kind,
        author: isPartTwo ? Manager(id: me, name: Console.me.firstName) : nil)
    console.send(
      .outbox(
        losesAnswers
          ? .failed(clientID: entry.clientID, .noAnswer("time-out"))
          : .answered(clientID: entry.clientID, message)))
  }

  private mutating func carryOut(_ act: HandoffAct, _ id: DialogID) {
    guard isUp else { return console.send(.handoffFailed(act, id, .unreachable("refused"))) }
    let me = Manager(id: Console.me.id, name: Console.me.firstName)
    switch act {
    case .request:
      handoff(.requested, in: id)
      console.send(
        .handoffAnswered(act, id, HandoffStatus(status: .requested, requestedAt: dialogs[id]?.handoffRequestedAt)))
    case .takeover:
      if let quicker = quickerOperator {
        handoff(.active, in: id, manager: quicker)
        console.send(.handoffFailed(act, id, .conflict(ErrorDetail("already taken"))))
      } else {
        handoff(.active, in: id, manager: me)
        console.send(.handoffAnswered(act, id, HandoffStatus(status: .active, assignedManager: me)))
      }
    case .forceTakeover:
      handoff(.active, in: id, manager: me)
      console.send(.handoffAnswered(act, id, HandoffStatus(status: .active, assignedManager: me)))
    case .transfer(let manager, _):
      guard let colleague = team.first(where: { $0.id == manager.id }), !colleague.isFull else {
        return console.send(
          .handoffFailed(
            act, id, .conflict(ErrorDetail("The operator has 1 dialog already, the most one may have"))))
      }
      handoff(.active, in: id, manager: manager)
      console.send(.handoffAnswered(act, id, HandoffStatus(status: .active, assignedManager: manager)))
    case .requeue:
      handoff(.requested, in: id)
      console.send(
        .handoffAnswered(act, id, HandoffStatus(status: .requested, requestedAt: dialogs[id]?.handoffRequestedAt)))
    case .release, .cancel:
      let state: HandoffState = act == .release ? .released : .cancelled
      handoff(state, in: id)
      console.send(.handoffAnswered(act, id, HandoffStatus(status: state)))
    }
  }
}

/// A text as JSON has it.
private func json(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case _ where scalar.value < 0x20:
      let hex = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
