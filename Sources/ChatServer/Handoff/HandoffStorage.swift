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
  /// Since when it waits in the queue, if it does.
  public var queuedAt: Timestamp?
  /// Why a dialog changed hands or came back to the queue: for operators' eyes only; raw text.
  public var note: String?

  /// What the dialog's sockets are to be told, or nil if nothing happened.
  public var event: DialogEvent? {
    isChanged ? .handoff(status.status, dialogID: dialog.id, manager: status.assignedManager) : nil
  }

  /// What operators are to be told in its place, or nil if it is the same.
  public var operatorEvent: DialogEvent? {
    guard isChanged, let note else { return nil }
    return .handoff(status.status, dialogID: dialog.id, manager: status.assignedManager, reason: note)
  }
}

extension ChatStore {
  /// Carries a hand-off command out in one transaction: of many takeovers at once exactly one wins. A request's brief
  /// is made in the same: whoever hears of the request can read it.
  ///
  /// Whether the actor may see the dialog is for the caller to check first; whether the one it is passed on to may, is
  /// checked here.
  ///
  /// - Parameters:
  ///   - capacity: how many dialogs an operator may have at once, or nil for any number.
  ///   - cause: what led to a request, if the actor does not say it all.
  /// - Throws: `HandoffConflict`, `StoreError.unknownDialog`, `StoreError.invalid` for an empty or overlong request id
  ///   and for a transfer to somebody who may not see the dialog.
  func handoff(
    dialogID: DialogID, _ command: HandoffCommand, by actor: HandoffActor, at now: Timestamp, capacity: Int? = nil,
    cause: HandoffCause? = nil
  ) async throws -> HandoffOutcome {
    if case .request(let id, _, _) = command, id.isEmpty || id.utf8.count > NewMessage.longestClientID {
      throw StoreError.invalid(field: "request_id", reason: "must have 1 to \(NewMessage.longestClientID) bytes")
    }
    return try await write { database in
      var machine = try HandoffMachine.fetch(database, dialogID: dialogID)
      if case .transfer(let target, _) = command { try Self.requireOperator(target, for: dialogID, database) }
      let old = machine
      // The machine knows its last request; the log knows them all, and a late repeat must not open the hand-off again.
      let isChanged =
        try command.isLogged(database, dialogID: dialogID) ? false : machine.handle(command, by: actor, at: now)
      if isChanged {
        if let holder = machine.managerID, holder != old.managerID, let capacity {
          try Self.requireRoom(capacity, for: holder, database)
        }
        try machine.save(database, dialogID: dialogID)
        try HandoffLogEntry.insert(database, dialogID: dialogID, command, by: actor, from: old, to: machine, at: now)
      }
      let dialog = try Dialog.require(database, id: dialogID)
      if isChanged, case .request(let id, let reason, _) = command {
        try HandoffBrief(
          dialog: dialog, requestID: id, requestedAt: now, reason: reason, cause: cause ?? HandoffCause(actor: actor),
          history: HandoffBrief.history(of: dialogID, database)
        ).insert(database)
      }
      return HandoffOutcome(
        status: try machine.status(database, dialogID: dialogID), dialog: dialog, isChanged: isChanged,
        queuedAt: machine.queuedAt, note: command.note)
    }
  }

  /// An account that is unknown or disabled and one that may not see the dialog look alike.
  private static func requireOperator(_ id: UserID, for dialogID: DialogID, _ database: Database) throws {
    if let user = try User.fetch(database, id: id), !user.isDisabled {
      let (condition, arguments) = user.visibility.condition
      if try !Dialog.fetch(database, where: "dialog.id = ? AND " + condition, [dialogID] + arguments).isEmpty { return }
    }
    throw StoreError.invalid(field: "to", reason: "is no operator who may see this dialog")
  }

  private static func requireRoom(_ capacity: Int, for holder: UserID, _ database: Database) throws {
    let held = try Int.fetchOne(
      database, sql: "SELECT count(*) FROM dialog WHERE assigned_manager_id = ?", arguments: [holder])
    if (held ?? 0) >= capacity { throw HandoffConflict.atCapacity(limit: capacity) }
  }

  /// Where a dialog's hand-off stands.
  ///
  /// - Throws: `StoreError.unknownDialog`.
  public func handoffStatus(dialogID: DialogID) async throws -> HandoffStatus {
    try await read { try HandoffMachine.fetch($0, dialogID: dialogID).status($0, dialogID: dialogID) }
  }

  /// Those who wait for a human: those who came back to the queue first, and then the one who has waited longest.
  ///
  /// - Parameter urgentAfter: the wait from which on an entry's priority is `high`; nil leaves all `normal`.
  public func queue(
    visibleTo visibility: Visibility, at now: Timestamp, urgentAfter: Duration? = nil
  ) async throws -> [QueueEntry] {
    try await read { database in
      let (condition, arguments) = visibility.condition
      // What the visitor wrote since it asked is what an operator wants to see; the request's own text is for a dialog
      // without a message.
      let sql = """
        SELECT id, handoff_requested_at, handoff_returned_at,
          unseal(handoff_reason, 'dialog.handoff_reason', id) AS handoff_reason, coalesce(
          (SELECT unseal(text, 'message.text', dialog_id) FROM message WHERE dialog_id = dialog.id AND sender = 'user' ORDER BY id DESC LIMIT 1),
          unseal(handoff_last_user_text, 'dialog.handoff_last_user_text', id)) AS last_user_text
        FROM dialog WHERE handoff_status = 'requested' AND \(condition)
        ORDER BY handoff_returned_at IS NULL, handoff_requested_at, id
        """
      return try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
        // Set with the state; a row without it waits since now.
        let requestedAt = row.timestamp("handoff_requested_at") ?? now
        // Not the time in which an operator had it.
        let wait = max(now.duration(since: row.timestamp("handoff_returned_at") ?? requestedAt), .zero)
        return QueueEntry(
          dialogID: row["id"], requestedAt: requestedAt, reason: row.text("handoff_reason"),
          lastUserText: row.text("last_user_text")?.preview,
          // To the tenth of a minute.
          waitTimeMinutes: Double(wait.components.seconds / 6) / 10,
          priority: urgentAfter.map { wait >= $0 } == true ? "high" : "normal")
      }
    }
  }
}

// MARK: - Rows

extension HandoffMachine {
  fileprivate static func fetch(_ database: Database, dialogID: DialogID) throws -> HandoffMachine {
    let sql = """
      SELECT handoff_status, handoff_request_id, handoff_requested_at, handoff_returned_at, handoff_started_at,
        handoff_resolved_at, unseal(handoff_reason, 'dialog.handoff_reason', id) AS handoff_reason,
        unseal(handoff_last_user_text, 'dialog.handoff_last_user_text', id) AS handoff_last_user_text,
        assigned_manager_id
      FROM dialog WHERE id = ?
      """
    guard let row = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [dialogID]) else {
      throw StoreError.unknownDialog(dialogID)
    }
    return HandoffMachine(
      state: HandoffState(wireName: row["handoff_status"]), requestID: row.text("handoff_request_id"),
      requestedAt: row.timestamp("handoff_requested_at"), returnedAt: row.timestamp("handoff_returned_at"),
      startedAt: row.timestamp("handoff_started_at"), resolvedAt: row.timestamp("handoff_resolved_at"),
      reason: row.text("handoff_reason"),
      lastUserText: row.text("handoff_last_user_text"), managerID: row["assigned_manager_id"])
  }

  fileprivate func save(_ database: Database, dialogID: DialogID) throws {
    try database.execute(
      sql: """
        UPDATE dialog SET handoff_status = ?, handoff_request_id = ?, handoff_requested_at = ?,
          handoff_returned_at = ?, handoff_started_at = ?, handoff_resolved_at = ?,
          handoff_reason = seal(?, 'dialog.handoff_reason', id),
          handoff_last_user_text = seal(?, 'dialog.handoff_last_user_text', id),
          assigned_manager_id = ?
        WHERE id = ?
        """,
      arguments: [
        state.wireName, TypedText(requestID), requestedAt?.milliseconds, returnedAt?.milliseconds,
        startedAt?.milliseconds, resolvedAt?.milliseconds, TypedText(reason), TypedText(lastUserText), managerID,
        dialogID,
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
            AND (other.handoff_returned_at IS NULL, other.handoff_requested_at, other.id)
              <= (mine.handoff_returned_at IS NULL, mine.handoff_requested_at, mine.id)
          """, arguments: [dialogID]) : nil
    return HandoffStatus(
      status: state, assignedManager: try managerID.flatMap { try User.fetch(database, id: $0)?.manager },
      requestedAt: requestedAt, startedAt: startedAt, resolvedAt: resolvedAt, reason: reason, queuePosition: position)
  }
}
