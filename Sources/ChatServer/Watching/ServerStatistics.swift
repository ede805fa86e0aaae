public import ChatProtocol
import GRDB

/// What stands in a server's database, in figures.
public struct ServerStatistics: Sendable, Hashable, Codable {
  /// Dialogs by the state of their hand-off.
  public var dialogs: [String: Int]
  /// Messages by who wrote them.
  public var messages: [String: Int]
  /// Messages of the last 24 hours by who wrote them.
  public var messagesOfDay: [String: Int]
  /// How many wait for a human.
  public var queueLength: Int
  /// The longest that one of them has waited, in seconds.
  public var longestWait: Double?
  /// From the call for a human to the taking over, in the last 24 hours, in seconds, rising.
  public var waitsOfDay: [Double]

  enum CodingKeys: String, CodingKey {
    case dialogs, messages
    case messagesOfDay = "messages_24h"
    case queueLength = "queue_length"
    case longestWait = "longest_wait_seconds"
    case waitsOfDay = "waits_24h_seconds"
  }

  /// A share of the waits was within this: 0.5 is the median. Nil without any.
  public func wait(atShare share: Double) -> Double? {
    waitsOfDay.isEmpty ? nil : waitsOfDay[min(Int(Double(waitsOfDay.count) * share), waitsOfDay.count - 1)]
  }
}

extension ChatStore {
  /// Counts what there is, on one snapshot. It reads the whole of the messages' index.
  public func statistics(at now: Timestamp) async throws -> ServerStatistics {
    let dayAgo = now.advanced(by: .seconds(-86_400)).milliseconds
    return try await read { database in
      func count(_ sql: String, _ arguments: StatementArguments = []) throws -> [String: Int] {
        let rows = try Row.fetchAll(database, sql: sql, arguments: arguments)
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0] as String, $0[1] as Int) })
      }
      let waiting = try Row.fetchOne(
        database, sql: "SELECT count(*), min(handoff_requested_at) FROM dialog WHERE handoff_status = 'requested'")
      let oldest = (waiting?[1] as Int64?).map(Timestamp.init(milliseconds:))
      let waits = try Int64.fetchAll(
        database,
        sql: """
          SELECT handoff_started_at - handoff_requested_at AS wait FROM dialog
          WHERE handoff_started_at >= ? AND handoff_requested_at IS NOT NULL ORDER BY wait
          """, arguments: [dayAgo])
      return ServerStatistics(
        dialogs: try count("SELECT handoff_status, count(*) FROM dialog GROUP BY 1"),
        messages: try count("SELECT sender, count(*) FROM message GROUP BY 1"),
        messagesOfDay: try count(
          "SELECT sender, count(*) FROM message WHERE created_at >= ? GROUP BY 1", [dayAgo]),
        queueLength: waiting?[0] ?? 0,
        longestWait: oldest.map { max(now.duration(since: $0) / .seconds(1), 0) },
        waitsOfDay: waits.map { Double(max($0, 0)) / 1000 })
    }
  }

  /// How many wait for a human, and since when the one who has waited longest does.
  func waiting() async throws -> (count: Int, since: Timestamp?) {
    try await read { database in
      let row = try Row.fetchOne(
        database, sql: "SELECT count(*), min(handoff_requested_at) FROM dialog WHERE handoff_status = 'requested'")
      return (row?[0] ?? 0, (row?[1] as Int64?).map(Timestamp.init(milliseconds:)))
    }
  }
}
