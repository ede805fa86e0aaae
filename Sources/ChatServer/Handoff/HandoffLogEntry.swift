public import ChatProtocol
import GRDB

/// One line of the hand-offs' audit log: what was done to a dialog, by whom, when and why.
public struct HandoffLogEntry: Sendable, Hashable, Identifiable {
  /// Who did it.
  public struct Actor: Sendable, Hashable, Encodable {
    /// `visitor`, `assistant`, `operator` or `server`.
    public var kind: String
    /// The operator's account.
    public var id: UserID?
    /// The operator's name; raw text.
    public var name: String?
  }

  /// Rises over the whole server.
  public var id: Int
  /// The dialog.
  public var dialogID: DialogID
  /// When it was done.
  public var at: Timestamp
  /// What was done: `request`, `takeover`, `forced_takeover`, `transfer`, `requeue`, `lease_expired`, `release` or
  /// `cancel`.
  public var action: String
  /// Who did it.
  public var actor: Actor
  /// Why, as far as it was said; raw text.
  public var reason: String?
  /// The operator who had the dialog before.
  public var from: Manager?
  /// The operator who had it after.
  public var to: Manager?
  /// Where the hand-off stood before.
  public var oldStatus: HandoffState
  /// Where it stood after.
  public var newStatus: HandoffState
}

extension HandoffLogEntry: Encodable {
  enum CodingKeys: String, CodingKey {
    case id, at, action, actor, reason, from, to
    case dialogID = "dialog_id"
    case oldStatus = "old_status"
    case newStatus = "new_status"
  }
}

extension HandoffLogEntry: CustomStringConvertible {
  /// One line for a terminal, whatever is in the names and the reason.
  public var description: String {
    func name(_ manager: Manager) -> String { "\(manager.name ?? "") (\(manager.id))" }
    var words = ["\(at)", "dialog \(dialogID)", action, "by \(actor.kind)"]
    if let id = actor.id { words[3] += " " + name(Manager(id: id, name: actor.name)) }
    words.append("\(oldStatus.wireName) -> \(newStatus.wireName)")
    if from != to {
      if let from { words.append("from " + name(from)) }
      if let to { words.append("to " + name(to)) }
    }
    if let reason { words.append("because: " + reason) }
    return words.joined(separator: "  ").withoutControls
  }
}

// MARK: - Reading

/// Which lines of the log to read.
public struct HandoffLogQuery: Sendable, Hashable {
  /// One dialog's lines only.
  public var dialogID: DialogID?
  /// What was done at this time or later.
  public var since: Timestamp?
  /// Lines behind this id.
  public var after: Int
  /// At most so many.
  public var limit: Int

  /// Makes a query; without arguments, the first hundred lines of all.
  public init(dialogID: DialogID? = nil, since: Timestamp? = nil, after: Int = 0, limit: Int = 100) {
    self.dialogID = dialogID
    self.since = since
    self.after = after
    self.limit = limit
  }
}

extension ChatStore {
  /// Lines of the hand-offs' audit log, the oldest first.
  public func handoffLog(_ query: HandoffLogQuery) async throws -> [HandoffLogEntry] {
    try await read { database in
      var condition = "id > ?"
      var arguments: StatementArguments = [query.after]
      if let dialogID = query.dialogID {
        condition += " AND dialog_id = ?"
        arguments += [dialogID]
      }
      if let since = query.since {
        condition += " AND created_at >= ?"
        arguments += [since.milliseconds]
      }
      var managers: [UserID: Manager] = [:]
      func manager(_ id: UserID?) throws -> Manager? {
        guard let id else { return nil }
        if managers[id] == nil { managers[id] = try User.fetch(database, id: id)?.manager }
        return managers[id]
      }
      return try Row.fetchAll(
        database,
        sql: """
          SELECT unseal(reason, 'handoff_log.reason', dialog_id) AS reason, * FROM handoff_log
          WHERE \(condition) ORDER BY id LIMIT ?
          """,
        arguments: arguments + [max(query.limit, 0)]
      ).map { row in
        let by = try manager(row["user_id"])
        return HandoffLogEntry(
          id: row["id"], dialogID: row["dialog_id"], at: Timestamp(milliseconds: row["created_at"]),
          action: row["command"], actor: HandoffLogEntry.Actor(kind: row["actor"], id: by?.id, name: by?.name),
          reason: row.text("reason"), from: try manager(row["from_user_id"]), to: try manager(row["to_user_id"]),
          oldStatus: HandoffState(wireName: row["old_status"]), newStatus: HandoffState(wireName: row["new_status"]))
      }
    }
  }
}

// MARK: - Writing

extension HandoffLogEntry {
  /// Writes down a command that was carried out, in its transaction.
  static func insert(
    _ database: Database, dialogID: DialogID, _ command: HandoffCommand, by actor: HandoffActor,
    from old: HandoffMachine, to new: HandoffMachine, at now: Timestamp
  ) throws {
    let (name, userID): (String, UserID?) =
      switch actor {
      case .visitor: ("visitor", nil)
      case .assistant: ("assistant", nil)
      case .operator(let id, _): ("operator", id)
      case .server: ("server", nil)
      }
    let waited = new.state == .active ? old.queuedAt.map { max(now.duration(since: $0), .zero) } : nil
    try database.execute(
      sql: """
        INSERT INTO handoff_log (dialog_id, command, request_id, actor, user_id, old_status, new_status, created_at,
          reason, from_user_id, to_user_id, waited)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, seal(?, 'handoff_log.reason', ?), ?, ?, ?)
        """,
      arguments: [
        dialogID, command.logName, TypedText(command.requestID), name, userID, old.state.wireName, new.state.wireName,
        now.milliseconds, TypedText(command.reason), dialogID, old.managerID, new.managerID,
        waited.map { $0.components.seconds * 1000 + $0.components.attoseconds / 1_000_000_000_000_000 },
      ])
  }
}

extension HandoffCommand {
  /// The command's name in the log.
  fileprivate var logName: String {
    switch self {
    case .request: "request"
    case .takeOver: "takeover"
    case .forceTakeOver: "forced_takeover"
    case .transfer: "transfer"
    case .requeue: "requeue"
    case .expireLease: "lease_expired"
    case .release: "release"
    case .cancel: "cancel"
    }
  }

  fileprivate var requestID: String? {
    if case .request(let id, _, _) = self { id } else { nil }
  }

  fileprivate var reason: String? {
    switch self {
    case .request(_, let reason, _), .requeue(let reason): reason
    case .forceTakeOver(let reason): reason
    case .transfer(_, let note): note
    case .takeOver, .expireLease, .release, .cancel: nil
    }
  }

  /// What operators are told with the event: what was said, or why nobody said anything.
  var note: String? {
    switch self {
    case .forceTakeOver, .transfer: reason
    case .requeue: reason ?? "requeued"
    case .expireLease: "operator_lost"
    case .request, .takeOver, .release, .cancel: nil
    }
  }

  /// Whether this request was carried out before.
  func isLogged(_ database: Database, dialogID: DialogID) throws -> Bool {
    guard let requestID else { return false }
    return try Bool.fetchOne(
      database, sql: "SELECT EXISTS (SELECT 1 FROM handoff_log WHERE dialog_id = ? AND request_id = ?)",
      arguments: [dialogID, TypedText(requestID)]) ?? false
  }
}
