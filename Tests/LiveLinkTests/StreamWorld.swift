import ChatProtocol
import LiveLink

/// A model of a server with one operator's stream, and a network and a server without manners around it.
///
/// The server keeps a short log, is started anew now and then, loses frames, doubles them and delays them; sockets die
/// with frames in flight and are refused before and after the upgrade. The client reads the history on a resync, as the
/// contract asks, and otherwise believes the stream.
struct StreamWorld {
  private enum Arrival {
    case client(OperatorStream.Event)
    case timer(OperatorStream.Timer, generation: Int)
    /// The socket is seated at the server, with what it asked for.
    case seat(OperatorStream.ConnectionID, since: OperatorStream.Position?)
    /// The server looks into its history for us.
    case read
    case heartbeat(OperatorStream.ConnectionID)
  }

  var isRude = true
  var generator: SeededGenerator
  var now: Duration = .zero

  // The server.
  private(set) var stored: [MessageID] = []
  private var log: [MessageID] = []
  private var forgotten = 0
  private var epoch = 0
  private var seats: Set<OperatorStream.ConnectionID> = []
  private var lastArrival: [OperatorStream.ConnectionID: Duration] = [:]
  private let logLimit: Int

  // The client.
  var stream: OperatorStream
  private(set) var known: Set<MessageID> = []
  private(set) var problems: [String] = []
  private(set) var resyncs = 0
  private(set) var resumes = 0
  private var lastReported: MessageID = 0

  private var queue: [(at: Duration, number: Int, arrival: Arrival)] = []
  private var number = 0
  private var timers: [OperatorStream.Timer: Int] = [:]

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    logLimit = Int.random(in: 3...40, using: &generator)
    stream = OperatorStream(seed: seed)
    perform(stream.handle(.start, at: now))
  }

  mutating func chance(_ probability: Double) -> Bool {
    Double.random(in: 0..<1, using: &generator) < probability
  }

  private mutating func rude(_ probability: Double) -> Bool { isRude && chance(probability) }

  private mutating func delay(upTo milliseconds: Int) -> Duration {
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
      arrive(next.arrival)
    }
    now = end
  }

  private mutating func schedule(_ arrival: Arrival, after delay: Duration) {
    number += 1
    queue.append((now + delay, number, arrival))
  }

  private mutating func arrive(_ arrival: Arrival) {
    switch arrival {
    case .client(let event): perform(stream.handle(event, at: now))
    case .timer(let timer, let generation):
      if timers[timer] == generation { perform(stream.handle(.timerFired(timer), at: now)) }
    case .seat(let id, let since): seat(id, since)
    case .read: known.formUnion(stored)
    case .heartbeat(let id):
      guard seats.contains(id) else { return }
      push("__ping__", to: id)
      schedule(.heartbeat(id), after: .seconds(25))
    }
  }

  // MARK: The server

  private var lastSequence: Int { forgotten + log.count }

  mutating func store() {
    stored.append((stored.last ?? 0) + Int.random(in: 1...3, using: &generator))
    log.append(stored[stored.count - 1])
    if log.count > logLimit {
      log.removeFirst()
      forgotten += 1
    }
    for id in seats { push(event(lastSequence), to: id) }
  }

  /// The server is started anew: its sockets and its log are gone.
  mutating func restart() {
    for id in seats { kill(id) }
    epoch += 1
    log = []
    forgotten = 0
  }

  private func event(_ sequence: Int) -> String {
    #"{"seq":\#(sequence),"type":"message","dialog_id":4,"message":\#(direct(log[sequence - forgotten - 1]))}"#
  }

  private mutating func seat(_ id: OperatorStream.ConnectionID, _ since: OperatorStream.Position?) {
    guard lastArrival[id] != nil else { return }
    seats.insert(id)
    var first = lastSequence
    var resumed = false
    if let since, since.epoch == "e\(epoch)", (forgotten...lastSequence).contains(since.sequence) {
      (first, resumed) = (since.sequence, true)
    }
    let last = chance(0.7) ? #","last":\#(lastSequence)"# : ""
    push(#"{"type":"hello","seq":\#(first),"epoch":"e\#(epoch)","resumed":\#(resumed)\#(last)}"#, to: id, always: true)
    schedule(.heartbeat(id), after: .seconds(25))
    guard first < lastSequence else { return }
    push(#"{"batch":[\#((first + 1...lastSequence).map(event).joined(separator: ","))]}"#, to: id)
  }

  private mutating func push(_ text: String, to id: OperatorStream.ConnectionID, always: Bool = false) {
    guard lastArrival[id] != nil else { return }
    if rude(0.02) { return kill(id) }
    if !always, rude(0.02) { return }
    for _ in 0..<(rude(0.1) ? 2 : 1) {
      let arrival = max(now, lastArrival[id] ?? now) + delay(upTo: rude(0.02) ? 3000 : 50)
      lastArrival[id] = arrival
      schedule(.client(.socket(.text(id, text))), after: arrival - now)
    }
  }

  private mutating func kill(_ id: OperatorStream.ConnectionID) {
    seats.remove(id)
    lastArrival[id] = nil
    queue.removeAll { if case .client(.socket(.text(id, _))) = $0.arrival { true } else { false } }
    guard chance(0.7) else { return }
    let code = [nil, 1001, 1011, 1012, 4001, 4009].randomElement(using: &generator) ?? nil
    schedule(.client(.socket(.closed(id, code: code, reason: ""))), after: delay(upTo: 100))
  }

  // MARK: The client

  private mutating func perform(_ actions: [OperatorStream.Action]) {
    for action in actions {
      switch action {
      case .connect(let id, let since): connect(id, since)
      case .disconnect(let id, _):
        seats.remove(id)
        lastArrival[id] = nil
      case .setTimer(let timer, let time):
        number += 1
        timers[timer] = number
        schedule(.timer(timer, generation: number), after: time)
      case .cancelTimer(let timer): timers[timer] = nil
      case .ping(let id): if seats.contains(id) { schedule(.client(.socket(.pong(id))), after: delay(upTo: 100)) }
      case .refreshToken: schedule(.client(.socket(.tokenRefreshed)), after: delay(upTo: 200))
      case .report(.message(let message, _, _)):
        if message.id <= lastReported { problems.append("\(message.id) after \(lastReported)") }
        lastReported = message.id
        known.insert(message.id)
      case .report(.caughtUp(.resumed)): resumes += 1
      case .report(.caughtUp(.resync)), .report(.caughtUp(.began)):
        resyncs += 1
        schedule(.read, after: delay(upTo: 300))
      case .send, .report: break
      }
    }
  }

  private mutating func connect(_ id: OperatorStream.ConnectionID, _ since: OperatorStream.Position?) {
    let time = delay(upTo: 200)
    guard !rude(0.2) else {
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: schedule(.client(.socket(.failed(id, "connection refused"))), after: time)
      case 1: schedule(.client(.socket(.refused(id, status: 401, retryAfter: nil))), after: time)
      case 2: schedule(.client(.socket(.refused(id, status: 503, retryAfter: .seconds(2)))), after: time)
      default:
        schedule(.client(.socket(.opened(id))), after: time)
        schedule(.client(.socket(.closed(id, code: 4001, reason: ""))), after: time + .milliseconds(5))
      }
      return
    }
    lastArrival[id] = now + time
    schedule(.client(.socket(.opened(id))), after: time)
    schedule(.seat(id, since: since), after: time)
  }
}
