/// The tables of logins, and what accounts and site tokens have got since; see `Schema`.
extension Schema {
  static let sessions = """
    CREATE TABLE session (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
      current_token_id TEXT NOT NULL,
      previous_token_id TEXT,
      rotated_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX session_by_user ON session (user_id, rotated_at);
    CREATE INDEX session_by_expiry ON session (expires_at);
    """

  static let siteTokenExpiry = """
    ALTER TABLE site_token ADD COLUMN expires_at INTEGER;
    """

  static let disabledAccounts = """
    ALTER TABLE user ADD COLUMN disabled_at INTEGER;
    """
}
