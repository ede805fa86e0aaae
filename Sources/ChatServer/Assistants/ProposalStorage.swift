import ChatProtocol
import GRDB

/// Why a proposal cannot be decided any more: HTTP 409.
struct ProposalConflict: Error, Hashable, CustomStringConvertible {
  /// What became of it already.
  let state: ProposalState

  var description: String {
    switch state {
    case .open: "The proposal is open"
    case .approved, .edited: "The proposal was already approved"
    case .rejected: "The proposal was already rejected"
    case .stale: "The proposal is stale: the conversation has gone on"
    }
  }
}

extension ChatStore {
  /// Stores an answer that an operator is to decide on.
  func addProposal(
    _ text: String, dialogID: DialogID, about messageID: MessageID, at now: Timestamp
  ) async throws -> Proposal {
    try await write { database in
      try database.execute(
        sql: """
          INSERT INTO proposal (dialog_id, message_id, text, created_at) VALUES (?, ?, seal(?, 'proposal.text', ?), ?)
          """,
        arguments: [dialogID, messageID, TypedText(text), dialogID, now.milliseconds])
      return Proposal(
        id: Int(database.lastInsertedRowID), dialogID: dialogID, messageID: messageID, text: text, state: .open,
        createdAt: now)
    }
  }

  /// The proposals of a dialog that can be decided, oldest first.
  func openProposals(dialogID: DialogID) async throws -> [Proposal] {
    try await read {
      try Proposal.fetch($0, where: "dialog_id = ? AND state = 'open' AND NOT \(Proposal.isOutdated)", [dialogID])
    }
  }

  /// Ends the open proposals that the conversation has left behind.
  ///
  /// - Returns: those that it ended.
  func retireProposals(dialogID: DialogID, at now: Timestamp) async throws -> [Proposal] {
    let outdated = "dialog_id = ? AND state = 'open' AND \(Proposal.isOutdated)"
    // Nearly always there is none, and a write has its price.
    guard try await read({ try Proposal.fetch($0, where: outdated, [dialogID]) }).isEmpty == false else { return [] }
    return try await write { database in
      try Proposal.fetch(database, where: outdated, [dialogID]).map { proposal in
        try proposal.decide(database, .stale, at: now)
      }
    }
  }

  /// Sends a proposal, once: as the AI's message if it is sent as it was, and as the operator's own with other words.
  ///
  /// - Throws: `ProposalConflict` if it was decided before or is stale, `StoreError` for a text that cannot be sent.
  /// - Returns: nil if there is no such proposal in the dialog.
  func approveProposal(
    id: Int, dialogID: DialogID, text: String?, by user: User, at now: Timestamp
  ) async throws -> (proposal: Proposal, posted: Appended)? {
    let isSearchable = isSearchable
    return try await write { database in
      guard let proposal = try Proposal.requireOpen(database, id: id, dialogID: dialogID) else { return nil }
      let isEdited = text.map { $0 != proposal.text } ?? false
      let message = NewMessage(
        dialogID: dialogID, sender: isEdited ? .manager : .assistant, author: isEdited ? user.manager : nil,
        text: text ?? proposal.text, timestamp: now)
      try message.check()
      let posted = try message.insert(database, isSearchable: isSearchable)
      let state: ProposalState = isEdited ? .edited : .approved
      return (try proposal.decide(database, state, by: user.id, posted: posted.message.id, at: now), posted)
    }
  }

  /// Says that a proposal is not wanted.
  ///
  /// - Throws: `ProposalConflict` if it was decided before or is stale.
  /// - Returns: nil if there is no such proposal in the dialog.
  func rejectProposal(
    id: Int, dialogID: DialogID, reason: String?, by user: User, at now: Timestamp
  ) async throws -> Proposal? {
    try await write { database in
      try Proposal.requireOpen(database, id: id, dialogID: dialogID)?
        .decide(database, .rejected, by: user.id, reason: reason, at: now)
    }
  }
}

extension Proposal {
  /// What a migration adds.
  static let schema = """
    CREATE TABLE proposal (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      dialog_id INTEGER NOT NULL REFERENCES dialog (id) ON DELETE CASCADE,
      message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
      text BLOB NOT NULL,
      state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'approved', 'edited', 'rejected', 'stale')),
      reason BLOB,
      decided_by INTEGER REFERENCES user (id),
      decided_at INTEGER,
      posted_id INTEGER REFERENCES message (id) ON DELETE SET NULL,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX proposal_open ON proposal (dialog_id, id) WHERE state = 'open';
    -- For the deletion of messages.
    CREATE INDEX proposal_by_message ON proposal (message_id);
    CREATE INDEX proposal_by_posted ON proposal (posted_id) WHERE posted_id IS NOT NULL;
    """

  /// Whether the conversation has gone on without a proposal: the visitor wrote again, or the dialog is a human's.
  fileprivate static let isOutdated = """
    (EXISTS (SELECT 1 FROM message WHERE message.dialog_id = proposal.dialog_id AND message.id > proposal.message_id
        AND message.sender = 'user')
      OR EXISTS (SELECT 1 FROM dialog WHERE dialog.id = proposal.dialog_id
        AND dialog.handoff_status IN ('requested', 'active')))
    """

  fileprivate static func fetch(
    _ database: Database, where condition: String, _ arguments: StatementArguments
  ) throws -> [Proposal] {
    try Row.fetchAll(
      database.cachedStatement(sql: selection + " WHERE \(condition) ORDER BY id"), arguments: arguments
    ).map(Proposal.init(row:))
  }

  /// What `init(row:)` reads, from where.
  static let selection = """
    SELECT unseal(text, 'proposal.text', dialog_id) AS text, unseal(reason, 'proposal.reason', dialog_id) AS reason, *
    FROM proposal
    """

  init(row: Row) {
    self.init(
      id: row["id"], dialogID: row["dialog_id"], messageID: row["message_id"], text: row.text("text") ?? "",
      // The column's check keeps other names out.
      state: ProposalState(rawValue: row["state"]) ?? .stale, createdAt: row.timestamp("created_at"),
      decidedBy: row["decided_by"], reason: row.text("reason"))
  }

  fileprivate static func requireOpen(_ database: Database, id: Int, dialogID: DialogID) throws -> Proposal? {
    guard let proposal = try fetch(database, where: "id = ? AND dialog_id = ?", [id, dialogID]).first else {
      return nil
    }
    guard proposal.state == .open else { throw ProposalConflict(state: proposal.state) }
    guard try fetch(database, where: "id = ? AND \(isOutdated)", [id]).isEmpty else {
      throw ProposalConflict(state: .stale)
    }
    return proposal
  }

  fileprivate func decide(
    _ database: Database, _ state: ProposalState, by userID: UserID? = nil, reason: String? = nil,
    posted: MessageID? = nil, at now: Timestamp
  ) throws -> Proposal {
    try database.execute(
      sql: """
        UPDATE proposal SET state = ?, decided_by = ?, reason = seal(?, 'proposal.reason', dialog_id), posted_id = ?,
          decided_at = ?
        WHERE id = ?
        """,
      arguments: [state.rawValue, userID, TypedText(reason), posted, now.milliseconds, id])
    var decided = self
    decided.state = state
    decided.decidedBy = userID
    decided.reason = reason
    return decided
  }
}
