/// The pings that wait for their pongs. A ping's clock starts when it leaves this machine, not when it is queued
/// behind a big message.
struct PingLedger: Sendable {
  private struct Entry {
    let number: UInt64
    var leftAt: Duration?
  }

  private var entries: [Entry] = []
  private var lastNumber: UInt64 = 0

  /// A peer need not answer every ping (RFC 6455, section 5.5.3), so the oldest are forgotten.
  private static let capacity = 16

  /// The last ping queued so far.
  var mark: WebSocketConnection.PingMark? {
    entries.last.flatMap { $0.leftAt == nil ? WebSocketConnection.PingMark(number: $0.number) : nil }
  }

  /// The payload of a new ping: its number in 8 bytes.
  mutating func add() -> [UInt8] {
    lastNumber += 1
    if entries.count == PingLedger.capacity { entries.removeFirst() }
    entries.append(Entry(number: lastNumber))
    return withUnsafeBytes(of: lastNumber.bigEndian) { Array($0) }
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
