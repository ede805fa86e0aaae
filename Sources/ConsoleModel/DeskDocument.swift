public import ChatProtocol

/// What a console keeps on disk beside drafts and unsent replies: marks, tabs, and how far each dialog has been read.
public struct DeskDocument: Hashable, Sendable, Codable {
  /// How far a dialog has been read.
  public struct Reading: Hashable, Sendable, Codable {
    /// The newest message that was read.
    public var through: MessageID?
    /// The time of the newest message that was read.
    public var at: Timestamp?

    /// Makes a reading of its parts.
    public init(through: MessageID?, at: Timestamp?) {
      self.through = through
      self.at = at
    }
  }

  /// When it was written; nil in one that was never written.
  public var savedAt: Timestamp?
  /// The marks, by dialog.
  public var marks: [DialogID: DialogMarks]
  /// How far the dialogs were read.
  public var readings: [DialogID: Reading]
  /// The operator's own tabs.
  public var tabs: [FilterTab]

  /// The format's number: what a newer console writes in a way that this one would misread has another.
  public static let version = 1

  /// A document of its parts; an empty one unless given.
  public init(
    savedAt: Timestamp? = nil, marks: [DialogID: DialogMarks] = [:], readings: [DialogID: Reading] = [:],
    tabs: [FilterTab] = []
  ) {
    self.savedAt = savedAt
    self.marks = marks
    self.readings = readings
    self.tabs = tabs
  }

  enum CodingKeys: String, CodingKey {
    case version, marks, tabs
    case savedAt = "saved_at"
    case readings = "read"
  }

  /// What a part cannot be read of is left out, so that one bad line does not cost the rest.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let version = try container.decode(Int.self, forKey: .version)
    guard version == Self.version else {
      throw DecodingError.dataCorruptedError(
        forKey: .version, in: container, debugDescription: "version \(version) is not one that this console reads")
    }
    self.init(
      savedAt: try? container.decodeIfPresent(Timestamp.self, forKey: .savedAt),
      marks: (try? container.decodeIfPresent([DialogID: DialogMarks].self, forKey: .marks)) ?? [:],
      readings: (try? container.decodeIfPresent([DialogID: Reading].self, forKey: .readings)) ?? [:],
      tabs: (try? container.decodeIfPresent([FilterTab].self, forKey: .tabs)) ?? [])
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.version, forKey: .version)
    try container.encodeIfPresent(savedAt, forKey: .savedAt)
    try container.encode(marks, forKey: .marks)
    try container.encode(readings, forKey: .readings)
    try container.encode(tabs, forKey: .tabs)
  }
}
