import ChatProtocol
import FoundationEssentials
import GRDB

/// A message that a search found.
struct SearchHit: Sendable, Hashable {
  /// The message; its text is not shown whole.
  var message: Message
  var dialogID: DialogID
  /// The visitor's name, if it gave one.
  var name: String?
  /// The message's text around what was found.
  var snippet: String
  /// Where in the snippet the words stand that were found, in Unicode scalars.
  var matches: [Range<Int>]
}

/// A part of what a search found, newest first.
struct SearchPage: Sendable, Hashable {
  var hits: [SearchHit] = []
  /// The dialogs whose visitors are called so; on the first page only.
  var dialogs: [Dialog] = []
  /// Where the next page begins, or nil if this was the last.
  var nextBefore: MessageID?
}

extension ChatStore {
  /// How many messages with the right words one search looks at, seen or not: a page ends there even if it is not full.
  private static let longestScan = 10_000

  /// The newest messages that match, notes included, in the dialogs that these eyes may see.
  ///
  /// - Parameter before: only messages with smaller ids.
  func search(
    _ query: SearchQuery, visibleTo visibility: Visibility, before: MessageID?, limit: Int
  ) async throws -> SearchPage {
    let expression = query.expression
    return try await read { database in
      let (condition, arguments) = visibility.condition
      // In this order, so that the words are looked up first and the newest rows come out first without a sort.
      let found = try Row.fetchCursor(
        database.cachedStatement(
          sql: """
            SELECT message.id AS id, (\(condition)) AS is_visible
            FROM message_search CROSS JOIN message ON message.id = message_search.rowid
              CROSS JOIN dialog ON dialog.id = message.dialog_id
            WHERE message_search MATCH ? AND message_search.rowid < ?
            ORDER BY message_search.rowid DESC
            """), arguments: arguments + [expression, before ?? .max])
      var ids: [MessageID] = []
      var page = SearchPage()
      var scanned = 0
      var last: MessageID?
      while let row = try found.next() {
        // There is one more: the next page's first.
        guard ids.count < limit, scanned < Self.longestScan else {
          page.nextBefore = last
          break
        }
        scanned += 1
        last = row["id"]
        if row["is_visible"] { ids.append(row["id"]) }
      }
      page.hits = try ids.compactMap { try SearchHit.fetch(database, messageID: $0, expression: expression) }
      if before == nil {
        page.dialogs = try Dialog.fetch(
          database,
          where: """
            id IN (SELECT rowid FROM dialog_search WHERE dialog_search MATCH ? ORDER BY rowid DESC
              LIMIT \(Self.longestScan)) AND \(condition) ORDER BY id DESC LIMIT ?
            """, [expression] + arguments + [limit])
      }
      return page
    }
  }

  /// A condition on `dialog` that finds the dialogs in which these words were said, the newest places first, and its
  /// arguments.
  static func saidCondition(_ query: SearchQuery) -> (sql: String, arguments: StatementArguments) {
    (
      """
      dialog.id IN (
        SELECT dialog_id FROM message WHERE id IN (
          SELECT rowid FROM message_search WHERE message_search MATCH ? ORDER BY rowid DESC LIMIT \(longestScan)))
      """, [query.expression]
    )
  }
}

extension SearchHit {
  /// How much of a text is shown around a match, in words.
  private static let snippetWords = 24

  fileprivate static func fetch(
    _ database: Database, messageID: MessageID, expression: String
  ) throws -> SearchHit? {
    guard let message = try Message.fetch(database, where: "message.id = ?", [messageID]).first,
      let dialog = try Dialog.first(
        database, where: "id = (SELECT dialog_id FROM message WHERE id = ?)", [messageID])
    else { return nil }
    // Marks that nobody can have typed.
    let marks = (open: UUID().uuidString, close: UUID().uuidString)
    let marked = try String.fetchOne(
      database.cachedStatement(
        sql: """
          SELECT snippet(message_search, 0, ?, ?, '…', \(snippetWords)) FROM message_search
          WHERE message_search MATCH ? AND rowid = ?
          """), arguments: [marks.open, marks.close, expression, messageID])
    let (snippet, matches) = Self.unmarked(marked ?? "", marks.open, marks.close)
    return SearchHit(
      message: message, dialogID: dialog.id, name: dialog.visitorName, snippet: snippet, matches: matches)
  }

  /// A text without its marks, and where they stood.
  private static func unmarked(_ marked: String, _ open: String, _ close: String) -> (String, [Range<Int>]) {
    var text = String.UnicodeScalarView()
    var matches: [Range<Int>] = []
    for (index, piece) in marked.split(separator: open, omittingEmptySubsequences: false).enumerated() {
      let parts = piece.split(separator: close, maxSplits: 1, omittingEmptySubsequences: false)
      if index > 0, parts.count == 2 {
        matches.append(text.count..<text.count + parts[0].unicodeScalars.count)
      }
      for part in parts { text.append(contentsOf: part.unicodeScalars) }
    }
    return (String(text), matches)
  }
}

extension Dialog {
  /// What the visitor is called, if it said so.
  var visitorName: String? {
    let names = [firstName, lastName].compactMap(\.self)
    return name ?? (names.isEmpty ? nil : names.joined(separator: " "))
  }
}
