/// The pings that wait for their pongs. A ping's clock starts when it leaves this machine, not when it is queued
/// behind a big message.
struct PingLedger: Sendable {
  private struct Entry {
    let number: UInt64
    /// How much output there is up to the ping's end, counted from the connection's beginning.
    let outputEnd: Int
    var leftAt: Duration?
  }

  private var entries: [Entry] = []
  private var lastNumber: UInt64 = 0

  /// A peer need not answer every ping (RFC 6455, section 5.5.3), so the oldest are forgotten.
  private static let capacity = 16

  /// The last ping among the output drained so far, unless it is known to have left.
  func mark(drained: Int) -> WebSocketConnection.PingMark? {
    guard let entry = entries.last(where: { $0.outputEnd <= drained }), entry.leftAt == nil else { return nil }
    return WebSocketConnection.PingMark(number: entry.number)
  }

  /// The payload of the next ping: its number in 8 bytes.
  var nextPayload: [UInt8] { withUnsafeBytes(of: (lastNumber + 1).bigEndian) { Array($0) } }

  /// The next ping has been queued.
  mutating func add(outputEnd: Int) {
    lastNumber += 1
    if entries.count == PingLedger.capacity { entries.removeFirst() }
    entries.append(Entry(number: lastNumber, outputEnd: outputEnd))
  }

  /// Notes that the pings up to `mark` have left.
  mutating func left(_ mark: WebSocketConnection.PingMark, at now: Duration) {
    for index in entries.indices where entries[index].number <= mark.number {
      entries[index].leftAt = entries[index].leftAt ?? now
    }
  }

  /// Takes the ping that `payload` answers, and the older ones with it, off the list.
  mutating func answered(_ payload: [UInt8], at now: Duration) -> Duration? {
    guard payload.count == 8 else { return nil }
    let number = payload.reduce(0) { $0 << 8 | UInt64($1) }
    guard let index = entries.firstIndex(where: { $0.number == number }) else { return nil }
    let leftAt = entries[index].leftAt
    entries.removeSubrange(...index)
    return leftAt.map { now - $0 }
  }
}
