#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The posts and the sockets of a run.
struct Load {
  private var requests: [PostRequest]
  private let posters: [Poster]
  private let listeners: [Listener]
  private var idle: [Int]
  private var polled: [pollfd]
  private var buffer = [UInt8](repeating: 0, count: 256 << 10)

  /// How many messages were sent.
  private(set) var posted = 0
  private var answered = 0
  private var delivered = 0
  private var expected = 0
  /// When the last answer or delivery came.
  private(set) var lastEvent = 0.0
  private let audience: [Int]
  private let timesDeliveries: Bool
  /// When each message was sent, and how many sockets have yet to get it.
  private var open: [Int: (at: Double, missing: Int)] = [:]
  private var times: [Double] = []

  /// - Parameter timesDeliveries: whether each delivery's time is of interest.
  init(requests: [PostRequest], posters: [Poster], listeners: [Listener], timesDeliveries: Bool) {
    self.timesDeliveries = timesDeliveries
    self.requests = requests
    self.posters = posters
    self.listeners = listeners
    idle = Array(posters.indices)
    polled = (posters.map(\.connection) + listeners.map(\.connection)).map {
      pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0)
    }
    audience = requests.indices.map { dialog in listeners.count { $0.dialog == dialog } }
  }

  /// Whether all that was posted was answered and came to each socket.
  var isDone: Bool { answered == posted && delivered == expected }

  var whatIsMissing: String {
    "\(posted - answered) of \(posted) posts were not answered, \(expected - delivered) of \(expected) deliveries did not come"
  }

  /// Posts the next message on a connection that is free; false if there is none.
  mutating func post(at now: Double) throws -> Bool {
    guard let poster = idle.popLast() else { return false }
    let dialog = posted % requests.count
    posted += 1
    requests[dialog].setNumber(posted)
    if timesDeliveries, audience[dialog] > 0 { open[posted] = (now, audience[dialog]) }
    expected += audience[dialog]
    try posters[poster].connection.send(requests[dialog].bytes)
    return true
  }

  /// Waits until something has come, and takes the answers and, if they are waited for, the deliveries.
  mutating func wait(atMost seconds: Double, forListeners: Bool, _ clock: () -> Double) throws {
    let count = forListeners ? polled.count : posters.count
    guard poll(&polled, nfds_t(count), Int32(seconds * 1000)) > 0 else { return }
    for index in posters.indices where polled[index].revents != 0 {
      guard try posters[index].receive() else { continue }
      answered += 1
      lastEvent = clock()
      idle.append(index)
    }
    guard forListeners else { return }
    for index in listeners.indices where polled[posters.count + index].revents != 0 {
      try read(listeners[index], clock)
    }
  }

  /// Takes what has come to the sockets.
  mutating func readListeners(_ clock: () -> Double) throws {
    for listener in listeners { try read(listener, clock) }
  }

  private mutating func read(_ listener: Listener, _ clock: () -> Double) throws {
    let before = listener.count
    var numbers: [Int] = []
    try listener.receive(into: &buffer) { if timesDeliveries { numbers.append($0) } }
    guard listener.count > before else { return }
    lastEvent = clock()
    delivered += listener.count - before
    for number in numbers {
      guard let message = open[number] else { continue }
      if message.missing > 1 {
        open[number] = (message.at, message.missing - 1)
      } else {
        open[number] = nil
        times.append(lastEvent - message.at)
      }
    }
  }

  /// What came of it, as JSON; times in milliseconds.
  func report(seconds: Double) -> String {
    let counts = listeners.map(\.count)
    let sorted = times.sorted()
    func percentile(_ share: Double) -> String {
      sorted.isEmpty ? "null" : "\(sorted[min(Int(Double(sorted.count) * share), sorted.count - 1)] * 1000)"
    }
    return """
      {"posted": \(posted), "delivered": \(delivered), "seconds": \(seconds), "fewest": \(counts.min() ?? 0), \
      "most": \(counts.max() ?? 0), "p50": \(percentile(0.5)), "p99": \(percentile(0.99))}
      """
  }
}
