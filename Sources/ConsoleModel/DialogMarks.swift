public import ChatProtocol

/// What this operator has marked a dialog with. It is theirs alone: no server and no colleague knows of it.
public struct DialogMarks: Hashable, Sendable {
  /// How urgent a dialog is to this operator; one without is between `low` and `high`.
  public enum Priority: String, Hashable, Sendable, Codable, CaseIterable {
    case urgent, high, low

    /// The place before (negative) or behind (positive) dialogs without a priority.
    var tier: Int {
      switch self {
      case .urgent: -2
      case .high: -1
      case .low: 1
      }
    }
  }

  /// A dialog set aside.
  public struct Snooze: Hashable, Sendable, Codable {
    /// Until when, unless the visitor writes before.
    public var until: Timestamp
    /// Since when.
    public var since: Timestamp
  }

  /// Whether it is to count as unread although it was read.
  public internal(set) var isUnread = false
  /// How urgent it is; nil for as urgent as any.
  public internal(set) var priority: Priority?
  /// Its labels, sorted.
  public internal(set) var labels: [String] = []
  /// Set aside until when; nil for not at all.
  public internal(set) var snooze: Snooze?

  /// No marks.
  public init() {}

  /// Whether there is nothing to keep.
  public var isEmpty: Bool { self == DialogMarks() }

  /// A label as it is kept: lower case, without blanks, of a length that a row has room for; nil if nothing is left.
  static func label(_ typed: String) -> String? {
    let word = typed.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: "-")
    let label = String(word.drop { $0 == "-" }.prefix(24))
    return label.isEmpty ? nil : label
  }
}

extension DialogMarks: Codable {
  enum CodingKeys: String, CodingKey {
    case unread, priority, labels, snooze
  }

  /// What cannot be read is no mark: a newer console may have written it.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    isUnread = (try? container.decodeIfPresent(Bool.self, forKey: .unread)) ?? false
    priority = try? container.decodeIfPresent(Priority.self, forKey: .priority)
    labels = Set(((try? container.decodeIfPresent([String].self, forKey: .labels)) ?? []).compactMap(Self.label))
      .sorted()
    snooze = try? container.decodeIfPresent(Snooze.self, forKey: .snooze)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if isUnread { try container.encode(true, forKey: .unread) }
    try container.encodeIfPresent(priority, forKey: .priority)
    if !labels.isEmpty { try container.encode(labels, forKey: .labels) }
    try container.encodeIfPresent(snooze, forKey: .snooze)
  }
}
