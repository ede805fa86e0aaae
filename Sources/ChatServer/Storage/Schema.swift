import ChatProtocol
import GRDB

/// The database's tables, as the migrations that lead to them.
///
/// A migration that has left the house is never edited: a change is a new one, appended. Names, not numbers, so that
/// two branches can each add one.
///
/// What people type is stored as a BLOB of UTF-8 (see `TypedText`); points in time are integers, milliseconds since
/// 1970 UTC; ids are AUTOINCREMENT, so that an id is never used twice and message ids rise server-wide.
enum Schema {
  /// A step from one version of the tables to the next.
  struct Migration: Sendable {
    /// What the database remembers it by.
    let name: String
    /// What it does. Once released it is never edited; `MigrationTests` has its fingerprint.
    let sql: String
  }

  /// All steps, oldest first.
  static let migrations = [
    Migration(name: "accounts", sql: accounts),
    Migration(name: "dialogs", sql: dialogs),
    Migration(name: "handoff-log", sql: handoffLog),
    Migration(name: "notes", sql: notes),
    Migration(name: "handoff-returns", sql: handoffReturns),
    Migration(name: "handoff-overdue", sql: handoffOverdue),
    Migration(name: "search", sql: search),
    Migration(name: "sessions", sql: sessions),
    Migration(name: "site-token-expiry", sql: siteTokenExpiry),
    Migration(name: "storage-keys", sql: storageKeys),
    Migration(name: "assistant-settings", sql: AssistantSettings.schema),
    Migration(name: "proposals", sql: Proposal.schema),
    Migration(name: "handoff-briefs", sql: HandoffBrief.schema),
    Migration(name: "receipts", sql: receipts),
    Migration(name: "disabled-accounts", sql: disabledAccounts),
    Migration(name: "search-without-insert-trigger", sql: searchWithoutInsertTrigger),
  ]

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    for migration in migrations {
      migrator.registerMigration(migration.name) { try $0.execute(sql: migration.sql) }
    }
    return migrator
  }

  private static let accounts = """
    CREATE TABLE user (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      email TEXT NOT NULL UNIQUE,
      password_hash TEXT NOT NULL,
      role TEXT NOT NULL CHECK (role IN ('admin', 'operator')),
      first_name BLOB,
      last_name BLOB,
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE assistant (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      owner_id INTEGER NOT NULL REFERENCES user (id),
      name BLOB NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE site_token (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      owner_id INTEGER NOT NULL REFERENCES user (id),
      token TEXT NOT NULL UNIQUE,
      domains TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX site_token_by_owner ON site_token (owner_id, id);
    """

  private static let dialogs = """
    CREATE TABLE dialog (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      user_id INTEGER NOT NULL REFERENCES user (id),
      assistant_id INTEGER REFERENCES assistant (id),
      guest_id BLOB NOT NULL,
      channel_type TEXT NOT NULL,
      name BLOB,
      first_name BLOB,
      last_name BLOB,
      started_at INTEGER NOT NULL,
      ended_at INTEGER,
      last_message_at INTEGER,
      last_message_text BLOB,
      auto_response INTEGER NOT NULL DEFAULT 1,
      handoff_status TEXT NOT NULL DEFAULT 'none'
        CHECK (handoff_status IN ('none', 'requested', 'active', 'released', 'cancelled')),
      handoff_request_id BLOB,
      handoff_requested_at INTEGER,
      handoff_started_at INTEGER,
      handoff_resolved_at INTEGER,
      handoff_reason BLOB,
      handoff_last_user_text BLOB,
      assigned_manager_id INTEGER REFERENCES user (id),
      CHECK ((handoff_status = 'active') = (assigned_manager_id IS NOT NULL))
    ) STRICT;
    -- The dialog list of an account, newest first.
    CREATE INDEX dialog_by_user ON dialog (user_id, id);
    CREATE INDEX dialog_by_assistant ON dialog (assistant_id, id);
    -- A guest's own dialogs: looked up with each of its requests.
    CREATE INDEX dialog_by_guest ON dialog (guest_id, assistant_id, id);
    -- A guest has one open dialog at a time, whatever the races.
    CREATE UNIQUE INDEX dialog_open_by_guest ON dialog (user_id, ifnull(assistant_id, 0), guest_id)
      WHERE ended_at IS NULL;
    CREATE INDEX dialog_waiting ON dialog (handoff_requested_at, id) WHERE handoff_status = 'requested';
    CREATE INDEX dialog_by_manager ON dialog (assigned_manager_id, id) WHERE assigned_manager_id IS NOT NULL;

    CREATE TABLE message (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      dialog_id INTEGER NOT NULL REFERENCES dialog (id),
      sender TEXT NOT NULL CHECK (sender IN ('user', 'assistant', 'manager', 'system')),
      author_id INTEGER REFERENCES user (id),
      text BLOB NOT NULL,
      client_id BLOB,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX message_by_dialog ON message (dialog_id, id);
    CREATE UNIQUE INDEX message_by_client_id ON message (dialog_id, sender, client_id) WHERE client_id IS NOT NULL;
    """

  private static let notes = """
    ALTER TABLE message ADD COLUMN kind TEXT NOT NULL DEFAULT 'message' CHECK (kind IN ('message', 'note'));
    """

  /// An operator's place in a dialog is its own; what the visitor is told is the furthest of all of them.
  private static let receipts = """
    ALTER TABLE dialog ADD COLUMN visitor_last_read INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE dialog ADD COLUMN operator_last_read INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE operator_read (
      dialog_id INTEGER NOT NULL REFERENCES dialog (id) ON DELETE CASCADE,
      user_id INTEGER NOT NULL REFERENCES user (id),
      message_id INTEGER NOT NULL,
      PRIMARY KEY (dialog_id, user_id)
    ) STRICT, WITHOUT ROWID;
    """

  private static let handoffLog = """
    CREATE TABLE handoff_log (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      dialog_id INTEGER NOT NULL REFERENCES dialog (id),
      command TEXT NOT NULL,
      request_id BLOB,
      actor TEXT NOT NULL,
      user_id INTEGER REFERENCES user (id),
      old_status TEXT NOT NULL,
      new_status TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX handoff_log_by_request ON handoff_log (dialog_id, request_id) WHERE request_id IS NOT NULL;
    """

  private static let handoffReturns = """
    -- When the dialog came back to the queue from an operator.
    ALTER TABLE dialog ADD COLUMN handoff_returned_at INTEGER;
    ALTER TABLE handoff_log ADD COLUMN reason BLOB;
    ALTER TABLE handoff_log ADD COLUMN from_user_id INTEGER REFERENCES user (id);
    ALTER TABLE handoff_log ADD COLUMN to_user_id INTEGER REFERENCES user (id);
    -- How long the visitor had waited in the queue, in milliseconds, in the entry of the takeover that ended it.
    ALTER TABLE handoff_log ADD COLUMN waited INTEGER;
    CREATE INDEX handoff_log_by_dialog ON handoff_log (dialog_id, id);
    CREATE INDEX handoff_log_waits ON handoff_log (created_at) WHERE waited IS NOT NULL;
    """

  private static let handoffOverdue = """
    -- The beginning of the wait that operators were warned about last.
    ALTER TABLE dialog ADD COLUMN handoff_overdue_since INTEGER
    """
}
