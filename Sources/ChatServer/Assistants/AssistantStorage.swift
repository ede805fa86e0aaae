public import ChatProtocol
import GRDB

/// A widget's AI, which answers for an account.
public struct Assistant: Sendable, Hashable, Identifiable {
  /// The id that the widget's `assistant_id` names.
  public var id: Int
  /// The account whose dialogs it opens.
  public var ownerID: UserID
  /// Its name; raw text.
  public var name: String
  /// How it answers.
  public var settings = AssistantSettings()
}

extension ChatStore {
  /// Adds an assistant to an account; it answers by itself from the knowledge base.
  ///
  /// - Throws: `StoreError.invalid` for an empty name, `.unknownUser`.
  public func addAssistant(name: String, ownerID: UserID, at now: Timestamp) async throws -> Assistant {
    guard name.contains(where: { !$0.isWhitespace }), name.utf8.count <= 1000 else {
      throw StoreError.invalid(field: "name", reason: "must have 1 to 1000 bytes and not be blank")
    }
    return try await write { database in
      guard try User.fetch(database, id: ownerID) != nil else { throw StoreError.unknownUser }
      try database.execute(
        sql: "INSERT INTO assistant (owner_id, name, created_at) VALUES (?, ?, ?)",
        arguments: [ownerID, TypedText(name), now.milliseconds])
      return Assistant(id: Int(database.lastInsertedRowID), ownerID: ownerID, name: name)
    }
  }

  /// An assistant by its id.
  public func assistant(id: Int) async throws -> Assistant? {
    try await read { try Assistant.fetch($0, where: "id = ?", [id]).first }
  }

  /// All assistants by their ids.
  public func assistants() async throws -> [Assistant] {
    try await read { try Assistant.fetch($0, where: "1 ORDER BY id", []) }
  }

  /// The assistants of this name.
  public func assistants(named name: String) async throws -> [Assistant] {
    try await read { try Assistant.fetch($0, where: "name = ? ORDER BY id", [TypedText(name)]) }
  }

  /// Changes how an assistant answers; the next question is answered so.
  ///
  /// - Throws: `StoreError.invalid` for settings that cannot work, `.unknownAssistant`.
  public func configureAssistant(id: Int, _ settings: AssistantSettings) async throws {
    try settings.check()
    try await write { database in
      try database.execute(
        sql: """
          UPDATE assistant SET mode = ?, responder = ?, base_url = ?, model = ?, system_prompt = ?, temperature = ?,
            key_kind = ?, key_name = ?
          WHERE id = ?
          """,
        arguments: [
          settings.mode.rawValue, settings.responder.rawValue, settings.baseURL, settings.model,
          TypedText(settings.systemPrompt), settings.temperature, settings.key?.kind, settings.key?.name, id,
        ])
      guard database.changesCount == 1 else { throw StoreError.unknownAssistant(id) }
    }
  }
}

extension Assistant {
  fileprivate static func fetch(
    _ database: Database, where condition: String, _ arguments: StatementArguments
  ) throws -> [Assistant] {
    try Row.fetchAll(
      database.cachedStatement(sql: "SELECT * FROM assistant WHERE " + condition), arguments: arguments
    ).map { row in
      Assistant(
        id: row["id"], ownerID: row["owner_id"], name: row.text("name") ?? "", settings: AssistantSettings(row: row))
    }
  }
}

extension AssistantSettings {
  /// What a migration adds to the table of assistants.
  static let schema = """
    ALTER TABLE assistant ADD COLUMN mode TEXT NOT NULL DEFAULT 'auto' CHECK (mode IN ('auto', 'propose', 'off'));
    ALTER TABLE assistant ADD COLUMN responder TEXT NOT NULL DEFAULT 'knowledge'
      CHECK (responder IN ('knowledge', 'openai'));
    ALTER TABLE assistant ADD COLUMN base_url TEXT;
    ALTER TABLE assistant ADD COLUMN model TEXT;
    ALTER TABLE assistant ADD COLUMN system_prompt BLOB;
    ALTER TABLE assistant ADD COLUMN temperature REAL;
    -- The name of the file or variable that has the endpoint's key, never the key.
    ALTER TABLE assistant ADD COLUMN key_kind TEXT CHECK (key_kind IN ('file', 'environment'));
    ALTER TABLE assistant ADD COLUMN key_name TEXT CHECK ((key_kind IS NULL) = (key_name IS NULL));
    """

  fileprivate init(row: Row) {
    // The columns' checks keep other names out.
    mode = Mode(rawValue: row["mode"]) ?? .off
    responder = Responder(rawValue: row["responder"]) ?? .knowledge
    baseURL = row["base_url"]
    model = row["model"]
    systemPrompt = row.text("system_prompt")
    temperature = row["temperature"]
    key =
      switch (row["key_kind"] as String?, row["key_name"] as String?) {
      case ("file"?, let path?): .file(path: path)
      case ("environment"?, let name?): .environment(name: name)
      default: nil
      }
  }
}

extension AssistantSettings.KeySource {
  fileprivate var kind: String {
    switch self {
    case .file: "file"
    case .environment: "environment"
    }
  }
}
