public import ChatProtocol
import GRDB

/// What to export.
public enum ExportSelection: Sendable, Hashable {
  /// Every dialog.
  case everything
  /// One dialog.
  case dialog(DialogID)
  /// What was written since a time, and the dialogs it was written in.
  case since(Timestamp)
}

extension ChatStore {
  /// Reads dialogs with their messages, notes included, their proposals, hand-off briefs and how far operators have read
  /// them, one after the other: however many they are, one message is in memory at a time. All of it is one snapshot; the server goes on writing beside it.
  ///
  /// - Parameter sink: gets the pieces of the export's text in their order.
  /// - Returns: how many dialogs it has.
  /// - Throws: `StoreError.unknownDialog`, and what the sink throws.
  public func export(
    _ selection: ExportSelection, as format: ExportFormat, to sink: @escaping @Sendable (String) throws -> Void
  ) async throws -> Int {
    try await read { database in
      var document = ExportDocument(format: format)
      var count = 0
      let (condition, arguments) = selection.dialogs
      let dialogs = try Row.fetchCursor(
        database, sql: "SELECT \(Dialog.selection) FROM dialog WHERE \(condition) ORDER BY id", arguments: arguments)
      while let row = try dialogs.next() {
        let dialog = Dialog(row: row)
        count += 1
        try sink(document.handle(.dialog(dialog)))
        try DialogPart.forEach(of: dialog.id, since: selection.start, database) {
          try sink(document.handle(.part($0, dialog.id)))
        }
      }
      if case .dialog(let id) = selection, count == 0 { throw StoreError.unknownDialog(id) }
      try sink(document.handle(.end))
      return count
    }
  }
}

extension ExportSelection {
  fileprivate var start: Int64 {
    if case .since(let start) = self { start.milliseconds } else { .min }
  }

  /// The condition on `dialog`, and its arguments.
  fileprivate var dialogs: (sql: String, arguments: StatementArguments) {
    switch self {
    case .everything: ("1", [])
    case .dialog(let id): ("id = ?", [id])
    case .since(let start):
      (
        "EXISTS (SELECT 1 FROM message WHERE dialog_id = dialog.id AND created_at >= ?)",
        [start.milliseconds]
      )
    }
  }
}
