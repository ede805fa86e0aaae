import ChatProtocol
import FoundationEssentials
import GRDB

/// Something that belongs to a dialog, as an export has it.
enum DialogPart: Encodable {
  case message(Message)
  case proposal(Proposal)
  case handoffBrief(HandoffBrief)
  case operatorRead(OperatorRead)

  /// How far an operator has read.
  struct OperatorRead: Encodable {
    let manager: Manager
    let lastRead: MessageID

    enum CodingKeys: String, CodingKey {
      case manager
      case lastRead = "last_read"
    }
  }

  /// The kinds in the order of an export, by their names in it.
  enum Kind: String, CaseIterable {
    case message, proposal
    case handoffBrief = "handoff_brief"
    case operatorRead = "operator_read"

    var plural: String { rawValue + "s" }

    var next: Kind? {
      Self.allCases.firstIndex(of: self).flatMap { $0 + 1 < Self.allCases.count ? Self.allCases[$0 + 1] : nil }
    }
  }

  var kind: Kind {
    switch self {
    case .message: .message
    case .proposal: .proposal
    case .handoffBrief: .handoffBrief
    case .operatorRead: .operatorRead
    }
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .message(let message): try message.encode(to: encoder)
    case .proposal(let proposal): try proposal.encode(to: encoder)
    case .handoffBrief(let brief): try brief.encode(to: encoder)
    case .operatorRead(let read): try read.encode(to: encoder)
    }
  }

  /// For a person, without the line's end.
  var line: String {
    switch self {
    case .message(let message):
      let author = message.author?.name ?? message.sender.wireName ?? "?"
      return Self.line(message.timestamp, author + (message.kind == .note ? " (note)" : ""), message.text)
    case .proposal(let proposal):
      let reason = proposal.reason.map { ", because: " + $0 } ?? ""
      return Self.line(proposal.createdAt, "proposal (\(proposal.state.rawValue)\(reason))", proposal.text)
    case .handoffBrief(let brief):
      return Self.line(brief.requestedAt, "hand-off brief (\(brief.rule))", brief.reason ?? "")
    case .operatorRead(let read):
      return Self.line(nil, "read by \(read.manager.name ?? "?")", "up to message \(read.lastRead)")
    }
  }

  private static func line(_ time: Timestamp?, _ head: String, _ text: String) -> String {
    // A line that somebody wrote must not look like the beginning of another part.
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map { String($0).withoutControls }
    return (time.map { "\($0) " } ?? "") + head.withoutControls + ": " + lines.joined(separator: "\n    ")
  }

  /// Reads the parts of a dialog that were made since a time, in their order, one at a time. How far somebody has read
  /// has no time, and always comes.
  static func forEach(
    of dialogID: DialogID, since start: Int64, _ database: Database, _ body: (DialogPart) throws -> Void
  ) throws {
    func rows(_ sql: String, _ arguments: StatementArguments) throws -> RowCursor {
      try Row.fetchCursor(database.cachedStatement(sql: sql), arguments: arguments)
    }
    let messages = try rows(
      Message.selection + " WHERE message.dialog_id = ? AND message.created_at >= ? ORDER BY message.id",
      [dialogID, start])
    while let row = try messages.next() { try body(.message(Message(row: row))) }
    let proposals = try rows(
      Proposal.selection + " WHERE dialog_id = ? AND created_at >= ? ORDER BY id", [dialogID, start])
    while let row = try proposals.next() { try body(.proposal(Proposal(row: row))) }
    let briefs = try rows(
      """
      SELECT unseal(brief, 'handoff_brief.brief', dialog_id) FROM handoff_brief
      WHERE dialog_id = ? AND created_at >= ? ORDER BY id
      """, [dialogID, start])
    while let row = try briefs.next() {
      try body(.handoffBrief(JSONDecoder().decode(HandoffBrief.self, from: row[0])))
    }
    let reads = try rows(
      """
      SELECT user.id, first_name, last_name, message_id FROM operator_read JOIN user ON user.id = user_id
      WHERE dialog_id = ? ORDER BY user.id
      """, [dialogID])
    while let row = try reads.next() {
      let id: UserID = row["id"]
      let name = User.displayName(id, row.text("first_name"), row.text("last_name"))
      try body(.operatorRead(OperatorRead(manager: Manager(id: id, name: name), lastRead: row["message_id"])))
    }
  }
}
