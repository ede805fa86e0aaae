import ChatProtocol
import LiveLink

/// A model of a server, a network without manners and a disk, around one link and one outbox, in simulated time.
///
/// Everything that can go wrong on the way does: requests lost before and after the server saw them, answers late and
/// overtaking each other, sockets that die with frames in flight, that are refused before or after the upgrade, that
/// join the room late; frames doubled, wrapped, out of order; the console killed and started again.
struct World {
  struct Faults {
    var lostRequest = 0.15
    var lostAnswer = 0.15
    var serverError = 0.05
    var refusal = 0.2
    var deadSocket = 0.02
    var doubledFrame = 0.1
    var swappedFrames = 0.1
    var restart = 0.01

    static let none = Faults(
      lostRequest: 0, lostAnswer: 0, serverError: 0, refusal: 0, deadSocket: 0, doubledFrame: 0, swappedFrames: 0,
      restart: 0)
  }

  enum Arrival {
    case link(LiveLink.Event)
    case outbox(Outbox.Event)
    case timer(LiveLink.Timer, generation: Int)
    case outboxTimer(DialogID, generation: Int)
    /// Something happens at the server.
    case joined(LiveLink.ConnectionID)
    case fetch(LiveLink.RequestID, after: MessageID?)
    case post(Outbox.Entry)
    case look(DialogID, after: MessageID?)
    case heartbeat(LiveLink.ConnectionID)
  }

  let takesClientID: Bool
  var faults = Faults()
  var generator: SeededGenerator
  var now: Duration = .zero

  // The server.
  var stored: [Message] = []
  var room: Set<LiveLink.ConnectionID> = []
  /// When the last frame on a connection arrives: TCP keeps the order.
  var lastArrival: [LiveLink.ConnectionID: Duration] = [:]

  // The console.
  var link: LiveLink
  var outbox: Outbox
  var disk: [String: Outbox.Entry] = [:]
  var submitted: [String] = []
  var settledTexts: [String] = []
  var reported: Set<MessageID> = []
  var problems: [String] = []

  private var queue: [(at: Duration, number: Int, arrival: Arrival, life: Int)] = []
  private var number = 0
  private var timers: [LiveLink.Timer: Int] = [:]
  private var outboxTimers: [DialogID: Int] = [:]
  /// Counts the console's lives: answers to a dead one reach nobody.
  private var life = 0

  init(seed: UInt64, takesClientID: Bool) {
    self.takesClientID = takesClientID
    generator = SeededGenerator(seed: seed)
    link = LiveLink(dialogID: 4, seed: seed)
    outbox = Outbox(seed: seed)
    for _ in 0..<5 { store(.user, "before", clientID: nil) }
    perform(link.handle(.start, at: now))
    perform(outbox.handle(.serverTakesClientID(takesClientID), at: now))
  }

  mutating func chance(_ probability: Double) -> Bool {
    Double.random(in: 0..<1, using: &generator) < probability
  }

  mutating func delay(upTo milliseconds: Int) -> Duration {
    .milliseconds(Int.random(in: 1...milliseconds, using: &generator))
  }

  // MARK: Time

  mutating func run(for time: Duration) {
    let end = now + time
    while let index = queue.indices.min(by: { (queue[$0].at, queue[$0].number) < (queue[$1].at, queue[$1].number) }),
      queue[index].at <= end
    {
      let next = queue.remove(at: index)
      now = next.at
      arrive(next.arrival, life: next.life)
    }
    now = end
  }

  private mutating func schedule(_ arrival: Arrival, after delay: Duration) {
    number += 1
    queue.append((now + delay, number, arrival, life))
  }

  private mutating func arrive(_ arrival: Arrival, life arrivalLife: Int) {
    switch arrival {
    case .link(let event):
      if arrivalLife == life { perform(link.handle(event, at: now)) }
    case .outbox(let event):
      if arrivalLife == life { perform(outbox.handle(event, at: now)) }
    case .timer(let timer, let generation):
      if arrivalLife == life, timers[timer] == generation { perform(link.handle(.timerFired(timer), at: now)) }
    case .outboxTimer(let dialogID, let generation):
      if arrivalLife == life, outboxTimers[dialogID] == generation {
        perform(outbox.handle(.timerFired(dialogID), at: now))
      }
    case .joined(let id): if lastArrival[id] != nil { room.insert(id) }
    case .fetch(let id, let after):
      answer(history(after: after).map { .link(.messagesLoaded(id, $0)) }, failing: { .link(.messagesFailed(id, $0)) })
    case .look(let dialogID, let after):
      answer(
        history(after: after).map { .outbox(.historyLoaded(dialogID, $0)) },
        failing: { .outbox(.historyFailed(dialogID, $0)) })
    case .post(let entry): post(entry)
    case .heartbeat(let id): beat(id)
    }
  }

  // MARK: The server

  @discardableResult
  mutating func store(_ sender: Sender, _ text: String, clientID: String?) -> Message {
    let message = Message(
      id: (stored.last?.id ?? 0) + Int.random(in: 1...3, using: &generator), sender: sender, text: text,
      timestamp: Timestamp(milliseconds: 0), clientID: clientID)
    stored.append(message)
    for id in room { push(message, to: id) }
    return message
  }

  private mutating func push(_ message: Message, to id: LiveLink.ConnectionID) {
    let idText = message.clientID.map { #","client_id":"\#($0)""# } ?? ""
    let direct =
      #"{"id":\#(message.id),"sender":"\#(message.sender.wireName ?? "")","text":"\#(message.text)"\#(idText)}"#
    let text = chance(0.5) ? direct : #"{"message":\#(direct)}"#
    frame(text, to: id)
    if chance(faults.doubledFrame) { frame(direct, to: id) }
  }

  private mutating func frame(_ text: String, to id: LiveLink.ConnectionID) {
    guard lastArrival[id] != nil else { return }
    if chance(faults.deadSocket) { return kill(id) }
    // A frame now and then overtakes the one before it, as with servers that push from several tasks.
    let earliest = chance(faults.swappedFrames) ? now : max(now, lastArrival[id] ?? now)
    let arrival = earliest + delay(upTo: 50)
    lastArrival[id] = max(arrival, lastArrival[id] ?? arrival)
    schedule(.link(.socketText(id, text)), after: arrival - now)
  }

  /// The connection breaks: what was in flight is lost, and the client hears of it, or not.
  private mutating func kill(_ id: LiveLink.ConnectionID) {
    room.remove(id)
    lastArrival[id] = nil
    queue.removeAll { if case .link(.socketText(id, _)) = $0.arrival { true } else { false } }
    if chance(0.7) {
      schedule(
        .link(
          .socketClosed(id, code: [nil, 1001, 1011, 1012, 4009].randomElement(using: &generator) ?? nil, reason: "")),
        after: delay(upTo: 100))
    }
  }

  private mutating func beat(_ id: LiveLink.ConnectionID) {
    guard lastArrival[id] != nil else { return }
    frame("__ping__", to: id)
    schedule(.heartbeat(id), after: .seconds(25))
  }

  private func history(after: MessageID?) -> [Message]? {
    guard takesClientID, let after else { return stored }
    return stored.filter { $0.id > after }
  }

  private mutating func answer(_ success: Arrival?, failing: (APIFailure) -> Arrival) {
    if chance(faults.serverError) {
      schedule(failing(.server(status: 500, ErrorDetail("boom"))), after: delay(upTo: 300))
    } else if let success, !chance(faults.lostAnswer) {
      schedule(success, after: delay(upTo: 300))
    } else {
      schedule(failing(.noAnswer("time-out")), after: .seconds(5))
    }
  }

  private mutating func post(_ entry: Outbox.Entry) {
    if takesClientID, let earlier = stored.first(where: { $0.clientID == entry.clientID }) {
      return answer(.outbox(.answered(clientID: entry.clientID, earlier))) {
        .outbox(.failed(clientID: entry.clientID, $0))
      }
    }
    let message = store(.manager, entry.text, clientID: takesClientID ? entry.clientID : nil)
    answer(.outbox(.answered(clientID: entry.clientID, message))) { .outbox(.failed(clientID: entry.clientID, $0)) }
  }

  // MARK: The console

  mutating func submit(_ text: String) {
    submitted.append(text)
    perform(
      outbox.handle(
        .submit(
          clientID: "id of \(text)", dialogID: 4, text: text, lastSeenID: link.timeline.lastID,
          at: Timestamp(milliseconds: Int64(submitted.count))), at: now))
  }

  /// The console is killed and started again: only the disk is left.
  mutating func restart() {
    life += 1
    for id in room { lastArrival[id] = nil }
    room = []
    timers = [:]
    outboxTimers = [:]
    reported = []
    link = LiveLink(dialogID: 4, seed: generator.next())
    outbox = Outbox(seed: generator.next())
    perform(outbox.handle(.restored(Array(disk.values)), at: now))
    perform(link.handle(.start, at: now))
    perform(outbox.handle(.serverTakesClientID(takesClientID), at: now))
  }

  mutating func perform(_ actions: [LiveLink.Action]) {
    for action in actions {
      switch action {
      case .connect(let id): connect(id)
      case .disconnect(let id, _):
        room.remove(id)
        lastArrival[id] = nil
      case .setTimer(let timer, let time):
        number += 1
        timers[timer] = number
        schedule(.timer(timer, generation: number), after: time)
      case .cancelTimer(let timer): timers[timer] = nil
      case .fetchPage: problems.append("a page that nobody wanted")
      case .fetchMessages(let id, let after):
        if chance(faults.lostRequest) {
          schedule(.link(.messagesFailed(id, .unreachable("no route"))), after: delay(upTo: 100))
        } else {
          schedule(.fetch(id, after: after), after: delay(upTo: 200))
        }
      case .report(.inserted(let messages, _)):
        for message in messages where !reported.insert(message.id).inserted {
          problems.append("\(message.id) was reported twice")
        }
        perform(outbox.handle(.seen(4, messages), at: now))
      case .report(.phase(.live)): perform(outbox.handle(.reachable, at: now))
      case .refreshToken: schedule(.link(.tokenRefreshed), after: delay(upTo: 200))
      case .send, .ping, .report: break
      }
    }
  }

  private mutating func connect(_ id: LiveLink.ConnectionID) {
    let time = delay(upTo: 200)
    guard !chance(faults.refusal) else {
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: schedule(.link(.socketFailed(id, "connection refused")), after: time)
      case 1: schedule(.link(.socketRefused(id, status: 503, retryAfter: .seconds(2))), after: time)
      case 2: schedule(.link(.socketRefused(id, status: 401, retryAfter: nil)), after: time)
      case 3:
        schedule(.link(.socketOpened(id)), after: time)
        schedule(.link(.socketClosed(id, code: 1013, reason: "")), after: time + .milliseconds(5))
      default:
        schedule(.link(.socketOpened(id)), after: time)
        schedule(.link(.socketClosed(id, code: 4001, reason: "")), after: time + .milliseconds(5))
      }
      return
    }
    lastArrival[id] = now + time
    schedule(.link(.socketOpened(id)), after: time)
    // Some servers put a socket into its room well after the 101.
    schedule(.joined(id), after: time + delay(upTo: 2000))
    schedule(.heartbeat(id), after: time + .seconds(2))
  }

  mutating func perform(_ actions: [Outbox.Action]) {
    for action in actions {
      switch action {
      case .journal(let entry):
        disk[entry.clientID] = entry
        schedule(.outbox(.journaled(clientID: entry.clientID)), after: delay(upTo: 20))
      case .erase(let clientID): disk[clientID] = nil
      case .post(let entry):
        if chance(faults.lostRequest) {
          schedule(.outbox(.failed(clientID: entry.clientID, .unreachable("no route"))), after: delay(upTo: 100))
        } else {
          schedule(.post(entry), after: delay(upTo: 200))
        }
      case .loadHistory(let dialogID, let after): schedule(.look(dialogID, after: after), after: delay(upTo: 200))
      case .setTimer(let dialogID, let time):
        number += 1
        outboxTimers[dialogID] = number
        schedule(.outboxTimer(dialogID, generation: number), after: time)
      case .cancelTimer(let dialogID): outboxTimers[dialogID] = nil
      case .report(.settled(let entry, let message)):
        settledTexts.append(entry.text)
        if message.text != entry.text { problems.append("\(entry.text) was settled with \(message.text)") }
        perform(link.handle(.stored(message), at: now))
      case .report(.rows): break
      }
    }
  }
}
