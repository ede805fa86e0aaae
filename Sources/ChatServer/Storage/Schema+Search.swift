extension Schema {
  /// The words of messages and of visitors' names. Triggers keep them up to date, so no writer can forget to.
  ///
  /// What begins with the byte FF is no text but encrypted, and left out. The tokenizer drops the diacritics of Latin
  /// letters only, so the dots of ё are dropped here.
  static let search = """
    CREATE VIRTUAL TABLE message_search USING fts5(
      text, content = 'message', content_rowid = 'id', tokenize = "unicode61 remove_diacritics 2");
    CREATE TRIGGER message_search_insert AFTER INSERT ON message WHEN \(isReadable("new.text")) BEGIN
      \(addMessage)
    END;
    CREATE TRIGGER message_search_delete AFTER DELETE ON message WHEN \(isReadable("old.text")) BEGIN
      \(removeMessage)
    END;
    CREATE TRIGGER message_search_hide AFTER UPDATE OF text ON message WHEN \(isReadable("old.text")) BEGIN
      \(removeMessage)
    END;
    CREATE TRIGGER message_search_show AFTER UPDATE OF text ON message WHEN \(isReadable("new.text")) BEGIN
      \(addMessage)
    END;
    INSERT INTO message_search (rowid, text) SELECT id, \(words("text")) FROM message;

    CREATE VIRTUAL TABLE dialog_search USING fts5(
      name, first_name, last_name, content = 'dialog', content_rowid = 'id',
      tokenize = "unicode61 remove_diacritics 2");
    CREATE TRIGGER dialog_search_insert AFTER INSERT ON dialog WHEN \(isReadable("new.name", "new.first_name", "new.last_name")) BEGIN
      \(addDialog)
    END;
    CREATE TRIGGER dialog_search_delete AFTER DELETE ON dialog WHEN \(isReadable("old.name", "old.first_name", "old.last_name")) BEGIN
      \(removeDialog)
    END;
    CREATE TRIGGER dialog_search_hide AFTER UPDATE OF name, first_name, last_name ON dialog
      WHEN \(isReadable("old.name", "old.first_name", "old.last_name")) BEGIN
      \(removeDialog)
    END;
    CREATE TRIGGER dialog_search_show AFTER UPDATE OF name, first_name, last_name ON dialog
      WHEN \(isReadable("new.name", "new.first_name", "new.last_name")) BEGIN
      \(addDialog)
    END;
    INSERT INTO dialog_search (rowid, name, first_name, last_name)
      SELECT id, \(words("name")), \(words("first_name")), \(words("last_name")) FROM dialog;
    """

  /// A new message's words are added by the statement below and no trigger any more: a statement that triggers others
  /// is a savepoint for SQLite, and at each savepoint a full-text index writes out what it has gathered. So it gathers a
  /// whole commit's messages.
  static let searchWithoutInsertTrigger = "DROP TRIGGER message_search_insert"

  /// Adds a message's words: its id, its text. For texts that are not encrypted.
  static let addToMessageSearch = "INSERT INTO message_search (rowid, text) VALUES (?, \(words("?")))"

  private static let addMessage = """
    INSERT INTO message_search (rowid, text) VALUES (new.id, \(words("new.text")));
    """

  private static let removeMessage = """
    INSERT INTO message_search (message_search, rowid, text) VALUES ('delete', old.id, \(words("old.text")));
    """

  private static let addDialog = """
    INSERT INTO dialog_search (rowid, name, first_name, last_name)
      VALUES (new.id, \(words("new.name")), \(words("new.first_name")), \(words("new.last_name")));
    """

  private static let removeDialog = """
    INSERT INTO dialog_search (dialog_search, rowid, name, first_name, last_name)
      VALUES ('delete', old.id, \(words("old.name")), \(words("old.first_name")), \(words("old.last_name")));
    """

  /// A column of typed text as it is looked up.
  private static func words(_ column: String) -> String {
    "replace(replace(CAST(\(column) AS TEXT), 'ё', 'е'), 'Ё', 'Е')"
  }

  private static func isReadable(_ columns: String...) -> String {
    columns.map { "ifnull(substr(\($0), 1, 1), x'') <> x'FF'" }.joined(separator: " AND ")
  }
}
