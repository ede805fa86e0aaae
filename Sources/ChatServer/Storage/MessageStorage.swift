public import ChatProtocol
import GRDB

/// A message that is to be stored.
public struct NewMessage: Sendable, Hashable {
  /// The dialog it is written in.
  public var dialogID: DialogID
  /// Who wrote it: one of the four senders of the contract.
  public var sender: Sender
  /// The operator, for a `manager` message.
  public var author: Manager?
  /// Whether the visitor may see it.
  public var kind: MessageKind
  /// What was written, raw.
  public var text: String
  /// The author's own id for it. A second message of the same dialog, sender and client id is not stored.
  public var clientID: String?
  /// The last message its author had seen: if anybody else has written since, it is not stored.
  public var ifLastID: MessageID?
  /// When it was written.
  public var timestamp: Timestamp

  /// Makes a message.
  public init(
    dialogID: DialogID, sender: Sender, author: Manager? = nil, kind: MessageKind = .message, text: String,
    clientID: String? = nil, ifLastID: MessageID? = nil, timestamp: Timestamp
  ) {
    self.dialogID = dialogID
    self.sender = sender
    self.author = author
    self.kind = kind
    self.text = text
    self.clientID = clientID
    self.ifLastID = ifLastID
    self.timestamp = timestamp
  }

  /// The longest text, in characters.
  public static let longestText = 10_000
  /// The longest client id, in bytes of UTF-8; a UUID has 36.
  public static let longestClientID = 128

  /// Checks what a stranger can choose.
  ///
  /// The length counts Unicode scalars: what a person calls a character can be of any size.
  func check() throws(StoreError) {
    switch sender {
    case .user, .assistant, .manager, .system: break
    case .other: throw .invalid(field: "sender", reason: "must be user, assistant, manager or system")
    }
    guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
      throw .invalid(field: "text", reason: "must not be empty")
    }
    // The byte count first: it is known at once, and no text of more bytes than four a scalar can pass.
    guard text.utf8.count <= 4 * NewMessage.longestText, text.unicodeScalars.count <= NewMessage.longestText else {
      throw .invalid(field: "text", reason: "must not be longer than \(NewMessage.longestText) characters")
    }
    // A note is what operators tell each other; nobody else can write what nobody else can see.
    guard kind == .message || sender == .manager else {
      throw .invalid(field: "kind", reason: "must be message")
    }
    if let clientID, clientID.isEmpty || clientID.utf8.count > NewMessage.longestClientID {
      throw .invalid(field: "client_id", reason: "must have 1 to \(NewMessage.longestClientID) bytes")
    }
  }
}

/// What became of a `NewMessage`.
public struct Appended: Sendable, Hashable {
  /// The stored message: the first one, if this was a repeat.
  public var message: Message
  /// Whether it was a repeat, so that nothing was stored and nothing is to be pushed.
  public var isDuplicate: Bool
  /// The dialog's hand-off, as this message found it.
  public var handoffStatus: HandoffState
}

/// Why a message with a precondition was not stored: somebody else wrote before it.
public struct PreconditionFailure: Error, Sendable, Hashable {
  /// What its author had not seen, ascending; the first `mostMessages` of it.
  public var newer: [Message]

  /// How many messages it names at most; the rest is in the history.
  public static let mostMessages = 100
}

/// A part of a dialog's history.
public enum HistoryRange: Sendable, Hashable {
  /// All of it.
  case all
  /// The newest ones, at most `limit`.
  case latest(limit: Int)
  /// The first ones behind an id, at most `limit`: what a client missed.
  case after(MessageID, limit: Int)
  /// The last ones before an id, at most `limit`: a page further back.
  case before(MessageID, limit: Int)
}

extension ChatStore {
  /// Stores a message, once: a repeat of its client id by the same sender in the same dialog answers with the first.
  ///
  /// Ids rise strictly over the whole server. The dialog's last message is updated in the same transaction, though not
  /// by a note: visitors are shown it. The precondition is looked at in the same transaction, too, behind the client id:
  /// a repeat of what was stored is no new message.
  ///
  /// - Parameter committed: told of the message when it is on disk, before anybody is told of one that was stored later:
  ///   so messages can be pushed in the order of their ids. It must be short, for others wait behind it.
  /// - Throws: `StoreError.invalid` for a text that is blank or too long, `.unknownDialog`; `PreconditionFailure`.
  public func append(
    _ message: NewMessage, committed: @escaping @Sendable (Appended) -> Void = { _ in }
  ) async throws -> Appended {
    try message.check()
    let isSearchable = isSearchable
    return try await write({ try message.insert($0, isSearchable: isSearchable) }, committed: committed)
  }

  /// A dialog's messages in ascending order. A dialog that does not exist has none.
  ///
  /// - Parameter includesNotes: true for operators' eyes only; left out, whoever asks may show the answer to a visitor.
  public func messages(
    dialogID: DialogID, _ range: HistoryRange = .all, includesNotes: Bool = false
  ) async throws -> [Message] {
    try await read { database in
      let condition = "message.dialog_id = ?" + (includesNotes ? "" : " AND message.kind = 'message'")
      switch range {
      case .all:
        return try Message.fetch(database, where: condition + " ORDER BY message.id", [dialogID])
      case .latest(let limit):
        return try Message.fetch(
          database, where: condition + " ORDER BY message.id DESC LIMIT ?", [dialogID, max(limit, 0)]
        ).reversed()
      case .after(let id, let limit):
        return try Message.fetch(
          database, where: condition + " AND message.id > ? ORDER BY message.id LIMIT ?", [dialogID, id, max(limit, 0)])
      case .before(let id, let limit):
        return try Message.fetch(
          database, where: condition + " AND message.id < ? ORDER BY message.id DESC LIMIT ?",
          [dialogID, id, max(limit, 0)]
        ).reversed()
      }
    }
  }
}

extension NewMessage {
  /// Stores the message in the transaction that is under way: the one place where messages come in.
  ///
  /// None of its statements may set others off, by a trigger or a RETURNING: see `Schema.searchWithoutInsertTrigger`.
  ///
  /// - Parameter isSearchable: whether texts are stored as they are.
  func insert(_ database: Database, isSearchable: Bool) throws -> Appended {
    guard let sender = sender.wireName else { throw StoreError.invalid(field: "sender", reason: "is missing") }
    // One look for both: whether there is such a dialog, and whether the message is there already.
    let found = try Row.first(
      database.cachedStatement(sql: Self.findDialog), [dialogID, sender, TypedText(clientID), dialogID]
    ) { (HandoffState(wireName: $0[0]), isRepeat: $0[1] as Bool) }
    guard let (handoffStatus, isRepeat) = found else { throw StoreError.unknownDialog(dialogID) }
    if isRepeat, let clientID,
      let first = try Message.fetch(
        database, where: "message.dialog_id = ? AND message.sender = ? AND message.client_id = ?",
        [dialogID, sender, TypedText(clientID)]
      ).first
    {
      return Appended(message: first, isDuplicate: true, handoffStatus: handoffStatus)
    }
    if let ifLastID { try requireNothingNewer(than: ifLastID, database) }
    if kind != .note {
      try database.cachedStatement(sql: Self.touchDialog).execute(
        arguments: [timestamp.milliseconds, TypedText(text.preview), dialogID])
    }
    try database.cachedStatement(
      sql: """
        INSERT INTO message (dialog_id, sender, author_id, kind, text, client_id, created_at)
        VALUES (?, ?, ?, ?, seal(?, 'message.text', ?), ?, ?)
        """
    ).execute(
      arguments: [
        dialogID, sender, author?.id, kind.rawValue, TypedText(text), dialogID, TypedText(clientID),
        timestamp.milliseconds,
      ])
    let id = MessageID(database.lastInsertedRowID)
    if isSearchable {
      try database.cachedStatement(sql: Schema.addToMessageSearch).execute(arguments: [id, TypedText(text)])
    }
    return Appended(
      message: Message(
        id: id, sender: self.sender, text: text, timestamp: timestamp,
        clientID: clientID, author: author, kind: kind),
      isDuplicate: false, handoffStatus: handoffStatus)
  }

  private static let findDialog = """
    SELECT handoff_status, EXISTS (SELECT 1 FROM message WHERE dialog_id = ? AND sender = ? AND client_id = ?)
    FROM dialog WHERE id = ?
    """

  private static let touchDialog = """
    UPDATE dialog SET last_message_at = ?, last_message_text = seal(?, 'dialog.last_message_text', id) WHERE id = ?
    """

  /// What the author itself wrote since does not count: it knows of that.
  private func requireNothingNewer(than id: MessageID, _ database: Database) throws {
    let newer = try Message.fetch(
      database,
      where: """
        message.dialog_id = ? AND message.id > ? AND (message.sender <> ? OR message.author_id IS NOT ?)
        ORDER BY message.id LIMIT \(PreconditionFailure.mostMessages)
        """, [dialogID, id, sender.wireName, author?.id])
    if !newer.isEmpty { throw PreconditionFailure(newer: newer) }
  }
}

extension Message {
  /// The messages that meet a condition (which may go on with ORDER BY and LIMIT).
  static func fetch(
    _ database: Database, where condition: String, _ arguments: StatementArguments
  ) throws -> [Message] {
    try Array(
      Row.fetchCursor(database.cachedStatement(sql: selection + " WHERE " + condition), arguments: arguments)
        .map(Message.init(row:)))
  }

  /// What `init(row:)` reads, in its order, and from where.
  static let selection = """
    SELECT message.id, sender, unseal(text, 'message.text', dialog_id), message.created_at, client_id, kind, author_id,
      first_name, last_name
    FROM message LEFT JOIN user ON user.id = author_id
    """

  /// - Parameter row: the columns of `selection`.
  init(row: Row) {
    var columns = ColumnReader(row)
    self.init(
      id: columns.next(), sender: Sender(wireName: columns.next()), text: columns.text() ?? "",
      timestamp: columns.timestamp())
    clientID = columns.text()
    // What is not known to be for the visitor is not for the visitor.
    kind = MessageKind(rawValue: columns.next()) ?? .note
    if let authorID: UserID = columns.next() {
      author = Manager(id: authorID, name: User.displayName(authorID, columns.text(), columns.text()))
    }
  }
}

extension String {
  /// The beginning of a message for a list of dialogs: a list of a hundred must not carry a hundred whole messages.
  var preview: String {
    let limit = 400
    guard utf8.count > limit else { return self }
    let scalars = unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
      end != scalars.endIndex
    else { return self }
    // The cut may fall inside a character; then that character goes.
    let cut = String(scalars[..<end])
    return end.samePosition(in: self) != nil || cut.count < 2 ? cut : String(cut.dropLast())
  }
}
