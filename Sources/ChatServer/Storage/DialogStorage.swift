public import ChatProtocol
import GRDB

/// What to list.
public struct DialogQuery: Sendable, Hashable {
  /// The page, from 1.
  public var page: Int
  /// How many a page holds, 1 to 100.
  public var limit: Int
  /// Text that a visitor's name, its guest id or the last message must contain, ignoring case and diacritics, or words
  /// that stand in one of the dialog's messages.
  public var search: String?
  /// The hand-off states to keep; empty keeps all.
  public var states: Set<HandoffState>
  /// The channel to keep: `web` or `telegram`.
  public var channel: String?
  /// The assistant to keep.
  public var assistantID: Int?

  /// The most a page holds.
  public static let largestPage = 100

  /// Makes a query; without arguments, the first page of everything.
  public init(
    page: Int = 1, limit: Int = 20, search: String? = nil, states: Set<HandoffState> = [], channel: String? = nil,
    assistantID: Int? = nil
  ) {
    self.page = page
    self.limit = limit
    self.search = search
    self.states = states
    self.channel = channel
    self.assistantID = assistantID
  }
}

extension ChatStore {
  /// The guest's open dialog, or a new one if it has none.
  ///
  /// - Parameters:
  ///   - profile: what a new dialog knows of its visitor; an open one keeps what it has.
  ///   - channel: `web` or `telegram`.
  /// - Throws: `StoreError.unknownAssistant`, `.unknownUser`.
  public func openDialog(
    for visitor: Visitor, profile: VisitorProfile = VisitorProfile(), channel: String = "web", at now: Timestamp
  ) async throws -> Dialog {
    try await openOrFindDialog(for: visitor, profile: profile, channel: channel, at: now).dialog
  }

  /// The same, and whether the dialog is new.
  func openOrFindDialog(
    for visitor: Visitor, profile: VisitorProfile, channel: String = "web", at now: Timestamp
  ) async throws -> (dialog: Dialog, isNew: Bool) {
    try await write { database in
      let (condition, arguments) = visitor.condition
      if let dialog = try Dialog.first(database, where: condition + " AND ended_at IS NULL", arguments) {
        return (dialog, false)
      }
      let ownerID: UserID
      let assistantID: Int?
      switch visitor.entrance {
      case .widget(let id):
        guard
          let owner = try UserID.fetchOne(database, sql: "SELECT owner_id FROM assistant WHERE id = ?", arguments: [id])
        else { throw StoreError.unknownAssistant(id) }
        (ownerID, assistantID) = (owner, id)
      case .site(let id):
        guard try User.fetch(database, id: id) != nil else { throw StoreError.unknownUser }
        (ownerID, assistantID) = (id, nil)
      }
      try database.execute(
        sql: """
          INSERT INTO dialog (user_id, assistant_id, guest_id, channel_type, started_at) VALUES (?, ?, ?, ?, ?)
          """,
        arguments: [ownerID, assistantID, TypedText(visitor.guestID), channel, now.milliseconds])
      // Behind the rest: they are encrypted for this dialog's id.
      let dialog = try Dialog.update(
        database, id: DialogID(database.lastInsertedRowID),
        """
        name = seal(?, 'dialog.name', id), first_name = seal(?, 'dialog.first_name', id),
        last_name = seal(?, 'dialog.last_name', id)
        """, [TypedText(profile.name), TypedText(profile.firstName), TypedText(profile.lastName)])
      return (dialog, true)
    }
  }

  /// Whose dialog it is; nil if there is no such dialog. It never changes.
  func owner(of dialogID: DialogID) async throws -> UserID? {
    try readPoint {
      try UserID.fetchOne(
        $0.cachedStatement(sql: "SELECT user_id FROM dialog WHERE id = ?"), arguments: [dialogID])
    }
  }

  /// A dialog, or nil if there is none that these eyes may see.
  public func dialog(id: DialogID, visibleTo visibility: Visibility) async throws -> Dialog? {
    let (condition, arguments) = visibility.condition
    return try readPoint { try Dialog.first($0, where: "dialog.id = ? AND " + condition, [id] + arguments) }
  }

  /// Whether there is such a dialog for these eyes.
  func isVisible(dialogID: DialogID, to visibility: Visibility) async throws -> Bool {
    let (condition, arguments) = visibility.condition
    return try readPoint {
      try Int.fetchOne(
        $0.cachedStatement(sql: "SELECT 1 FROM dialog WHERE dialog.id = ? AND " + condition),
        arguments: [dialogID] + arguments) != nil
    }
  }

  /// A visitor's dialogs, newest first, at most `DialogQuery.largestPage`.
  public func dialogs(of visitor: Visitor) async throws -> [Dialog] {
    try await dialogs(DialogQuery(limit: DialogQuery.largestPage), visibleTo: .visitor(visitor)).items
  }

  /// A page of dialogs, newest id first. A page or limit out of range is moved to the nearest end.
  public func dialogs(_ query: DialogQuery, visibleTo visibility: Visibility) async throws -> Page<Dialog> {
    let limit = min(max(query.limit, 1), DialogQuery.largestPage)
    // Bounded so that the offset cannot overflow.
    let page = min(max(query.page, 1), 1_000_000_000)
    return try await read { database in
      var (condition, arguments) = visibility.condition
      if let search = query.search, !search.isEmpty {
        let columns =
          ["name", "first_name", "last_name", "last_message_text"].map { "unseal(\($0), 'dialog.\($0)', id)" }
          + ["guest_id"]
        var alternatives = columns.map { "folded_contains(\($0), ?)" }
        let folded = TypedText(TypedText.fold(search))
        arguments += StatementArguments(columns.map { _ in folded })
        if isSearchable, let query = SearchQuery(search) {
          let (said, words) = Self.saidCondition(query)
          alternatives.append(said)
          arguments += words
        }
        condition += " AND (" + alternatives.joined(separator: " OR ") + ")"
      }
      if !query.states.isEmpty {
        condition += " AND handoff_status IN (\(query.states.map { _ in "?" }.joined(separator: ", ")))"
        arguments += StatementArguments(query.states.map(\.wireName))
      }
      if let channel = query.channel {
        condition += " AND channel_type = ?"
        arguments += [channel]
      }
      if let assistantID = query.assistantID {
        condition += " AND assistant_id = ?"
        arguments += [assistantID]
      }
      let total = try Int.fetchOne(
        database, sql: "SELECT count(*) FROM dialog WHERE " + condition, arguments: arguments)
      let items = try Dialog.fetch(
        database, where: condition + " ORDER BY id DESC LIMIT ? OFFSET ?", arguments + [limit, (page - 1) * limit])
      return Page(items: items, total: total ?? 0, page: page, limit: limit)
    }
  }

  /// The dialogs that an operator has taken over, the one taken first at the head.
  public func myDialogs(userID: UserID) async throws -> [Dialog] {
    try await read { database in
      try Dialog.fetch(database, where: "assigned_manager_id = ? ORDER BY handoff_started_at, id", [userID])
    }
  }
}

extension Dialog {
  /// The dialogs that meet a condition (which may go on with ORDER BY and LIMIT).
  static func fetch(
    _ database: Database, where condition: String, _ arguments: StatementArguments
  ) throws -> [Dialog] {
    try Array(
      Row.fetchCursor(database, sql: "SELECT \(selection) FROM dialog WHERE \(condition)", arguments: arguments)
        .map(Dialog.init(row:)))
  }

  /// The first dialog that meets a condition. The statement is kept for the next time, so the condition must be one of
  /// a few.
  static func first(
    _ database: Database, where condition: String, _ arguments: StatementArguments
  ) throws -> Dialog? {
    try Row.fetchCursor(
      database.cachedStatement(sql: "SELECT \(selection) FROM dialog WHERE \(condition) LIMIT 1"), arguments: arguments
    ).map(Dialog.init(row:)).next()
  }

  /// A dialog that must be there.
  static func require(_ database: Database, id: DialogID) throws -> Dialog {
    guard let dialog = try first(database, where: "id = ?", [id]) else { throw StoreError.unknownDialog(id) }
    return dialog
  }

  /// Changes a dialog and returns it as it is then, in one statement, which is kept for the next time.
  ///
  /// - Throws: `StoreError.unknownDialog`.
  static func update(
    _ database: Database, id: DialogID, _ assignments: String, _ arguments: StatementArguments
  ) throws -> Dialog {
    let statement = try database.cachedStatement(
      sql: "UPDATE dialog SET \(assignments) WHERE id = ? RETURNING \(selection)")
    // To its end: only then is the change made.
    let changed = try Array(Row.fetchCursor(statement, arguments: arguments + [id]).map(Dialog.init(row:)))
    guard let dialog = changed.first else { throw StoreError.unknownDialog(id) }
    return dialog
  }

  /// Ids begin at 1; 0 is for nothing read.
  private static func readMark(_ stored: MessageID) -> MessageID? { stored > 0 ? stored : nil }

  /// What `init(row:)` reads, in its order.
  static let selection = """
    id, handoff_status, user_id, assistant_id, started_at, ended_at, last_message_at,
    unseal(last_message_text, 'dialog.last_message_text', id), unseal(first_name, 'dialog.first_name', id),
    unseal(last_name, 'dialog.last_name', id), unseal(name, 'dialog.name', id), guest_id, channel_type,
    handoff_requested_at, handoff_started_at, handoff_resolved_at,
    unseal(handoff_reason, 'dialog.handoff_reason', id), assigned_manager_id, auto_response, visitor_last_read,
    operator_last_read
    """

  /// - Parameter row: the columns of `selection`.
  init(row: Row) {
    var columns = ColumnReader(row)
    self.init(id: columns.next(), handoffStatus: HandoffState(wireName: columns.next()))
    userID = columns.next()
    assistantID = columns.next()
    startedAt = columns.timestamp()
    endedAt = columns.timestamp()
    lastMessageAt = columns.timestamp()
    lastMessageText = columns.text()
    firstName = columns.text()
    lastName = columns.text()
    name = columns.text()
    guestID = columns.text()
    channelType = columns.next()
    handoffRequestedAt = columns.timestamp()
    handoffStartedAt = columns.timestamp()
    handoffResolvedAt = columns.timestamp()
    handoffReason = columns.text()
    assignedManagerID = columns.next()
    isTakenOver = handoffStatus == .active
    autoResponse = AssistantPolicy.mayAnswer(handoff: handoffStatus, isSwitchedOn: columns.next())
    visitorLastRead = Self.readMark(columns.next())
    operatorLastRead = Self.readMark(columns.next())
  }
}
