public import ChatProtocol
import GRDB

/// What a hand-off command led to.
public struct HandoffOutcome: Sendable, Hashable {
  /// The answer to whoever commanded.
  public var status: HandoffStatus
  /// The dialog as it is now.
  public var dialog: Dialog
  /// Whether this command changed anything; a repeat does not, and is not to be announced.
  public var isChanged: Bool

  /// What the dialog's sockets are to be told, or nil if nothing happened.
  public var event: DialogEvent? {
    isChanged ? .handoff(status.status, dialogID: dialog.id, manager: status.assignedManager) : nil
  }
}

extension ChatStore {
  /// Carries a hand-off command out in one transaction: of many takeovers at once exactly one wins.
  ///
  /// Whether the actor may see the dialog is for the caller to check first.
  ///
  /// - Throws: `HandoffConflict`, `StoreError.unknownDialog`, `StoreError.invalid` for an empty or overlong request id.
  public func handoff(
    dialogID: DialogID, _ command: HandoffCommand, by actor: HandoffActor, at now: Timestamp
  ) async throws -> HandoffOutcome {
    if case .request(let id, _, _) = command, id.isEmpty || id.utf8.count > NewMessage.longestClientID {
      throw StoreError.invalid(field: "request_id", reason: "must have 1 to \(NewMessage.longestClientID) bytes")
    }
    return try await write { database in
      var machine = try HandoffMachine.fetch(database, dialogID: dialogID)
      let old = machine.state
      // The machine knows its last request; the log knows them all, and a late repeat must not open the hand-off again.
      let isChanged =
        try command.isLogged(database, dialogID: dialogID) ? false : machine.handle(command, by: actor, at: now)
      if isChanged {
        try machine.save(database, dialogID: dialogID)
        try command.log(database, dialogID: dialogID, by: actor, from: old, to: machine.state, at: now)
      }
      return HandoffOutcome(
        status: try machine.status(database, dialogID: dialogID),
        dialog: try Dialog.require(database, id: dialogID), isChanged: isChanged)
    }
  }

  /// Where a dialog's hand-off stands.
  ///
  /// - Throws: `StoreError.unknownDialog`.
  public func handoffStatus(dialogID: DialogID) async throws -> HandoffStatus {
    try await read { try HandoffMachine.fetch($0, dialogID: dialogID).status($0, dialogID: dialogID) }
  }

  /// Those who wait for a human, the one who has waited longest first.
  public func queue(visibleTo visibility: Visibility, at now: Timestamp) async throws -> [QueueEntry] {
    try await read { database in
      let (condition, arguments) = visibility.condition
      // What the visitor wrote since it asked is what an operator wants to see; the request's own text is for a dialog
      // without a message.
      let sql = """
        SELECT id, handoff_requested_at, handoff_reason, coalesce(
          (SELECT text FROM message WHERE dialog_id = dialog.id AND sender = 'user' ORDER BY id DESC LIMIT 1),
          handoff_last_user_text) AS last_user_text
        FROM dialog WHERE handoff_status = 'requested' AND \(condition)
        ORDER BY handoff_requested_at, id
        """
      return try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
        // Set with the state; a row without it waits since now.
        let requestedAt = row.timestamp("handoff_requested_at") ?? now
        let wait = max(now.duration(since: requestedAt), .zero)
        return QueueEntry(
          dialogID: row["id"], requestedAt: requestedAt, reason: row.text("handoff_reason"),
          lastUserText: row.text("last_user_text")?.preview,
          // To the tenth of a minute.
          waitTimeMinutes: Double(wait.components.seconds / 6) / 10, priority: "normal")
      }
    }
  }
}

// MARK: - Rows

extension HandoffMachine {
  fileprivate static func fetch(_ database: Database, dialogID: DialogID) throws -> HandoffMachine {
    let sql = """
      SELECT handoff_status, handoff_request_id, handoff_requested_at, handoff_started_at, handoff_resolved_at,
        handoff_reason, handoff_last_user_text, assigned_manager_id
      FROM dialog WHERE id = ?
      """
    guard let row = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [dialogID]) else {
      throw StoreError.unknownDialog(dialogID)
    }
    return HandoffMachine(
      state: HandoffState(wireName: row["handoff_status"]), requestID: row.text("handoff_request_id"),
      requestedAt: row.timestamp("handoff_requested_at"), startedAt: row.timestamp("handoff_started_at"),
      resolvedAt: row.timestamp("handoff_resolved_at"), reason: row.text("handoff_reason"),
      lastUserText: row.text("handoff_last_user_text"), managerID: row["assigned_manager_id"])
  }

  fileprivate func save(_ database: Database, dialogID: DialogID) throws {
    try database.execute(
      sql: """
        UPDATE dialog SET handoff_status = ?, handoff_request_id = ?, handoff_requested_at = ?,
          handoff_started_at = ?, handoff_resolved_at = ?, handoff_reason = ?, handoff_last_user_text = ?,
          assigned_manager_id = ?
        WHERE id = ?
        """,
      arguments: [
        state.wireName, TypedText(requestID), requestedAt?.milliseconds, startedAt?.milliseconds,
        resolvedAt?.milliseconds, TypedText(reason), TypedText(lastUserText), managerID, dialogID,
      ])
  }

  /// The answer of the hand-off routes; the place in the queue is the place among the account's own waiting dialogs.
  fileprivate func status(_ database: Database, dialogID: DialogID) throws -> HandoffStatus {
    let position: Int? =
      state == .requested
      ? try Int.fetchOne(
        database,
        sql: """
          SELECT count(*) FROM dialog AS other JOIN dialog AS mine ON mine.user_id = other.user_id
          WHERE mine.id = ? AND other.handoff_status = 'requested'
            AND (other.handoff_requested_at, other.id) <= (mine.handoff_requested_at, mine.id)
          """, arguments: [dialogID]) : nil
    return HandoffStatus(
      status: state, assignedManager: try managerID.flatMap { try User.fetch(database, id: $0)?.manager },
      requestedAt: requestedAt, startedAt: startedAt, resolvedAt: resolvedAt, reason: reason, queuePosition: position)
  }
}

extension HandoffCommand {
  /// The command's name in the log, and its request id.
  private var logged: (name: String, requestID: TypedText?) {
    switch self {
    case .request(let id, _, _): ("request", TypedText(id))
    case .takeOver: ("takeover", nil)
    case .release: ("release", nil)
    case .cancel: ("cancel", nil)
    }
  }

  /// Whether this request was carried out before.
  fileprivate func isLogged(_ database: Database, dialogID: DialogID) throws -> Bool {
    guard let requestID = logged.requestID else { return false }
    return try Bool.fetchOne(
      database, sql: "SELECT EXISTS (SELECT 1 FROM handoff_log WHERE dialog_id = ? AND request_id = ?)",
      arguments: [dialogID, requestID]) ?? false
  }

  fileprivate func log(
    _ database: Database, dialogID: DialogID, by actor: HandoffActor, from old: HandoffState, to new: HandoffState,
    at now: Timestamp
  ) throws {
    let (name, userID): (String, UserID?) =
      switch actor {
      case .visitor: ("visitor", nil)
      case .assistant: ("assistant", nil)
      case .operator(let id, _): ("operator", id)
      }
    try database.execute(
      sql: """
        INSERT INTO handoff_log (dialog_id, command, request_id, actor, user_id, old_status, new_status, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        dialogID, logged.name, logged.requestID, name, userID, old.wireName, new.wireName, now.milliseconds,
      ])
  }
}
