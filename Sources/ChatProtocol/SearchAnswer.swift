/// A message that a search over all dialogs found (part 2, Search).
public struct FoundMessage: Hashable, Sendable, Codable {
  /// The dialog it is in.
  public var dialogID: DialogID
  /// The message.
  public var messageID: MessageID
  /// Who wrote it.
  public var sender: Sender
  /// What it is: a note is for operators only.
  public var kind: MessageKind
  /// When it was stored.
  public var timestamp: Timestamp?
  /// The visitor's name; raw text.
  public var name: String?
  /// The text around the first match, or all of a short one; raw text.
  public var snippet: String
  /// Where in the snippet what was searched for is: offsets in Unicode scalars, ascending, within the snippet.
  public var matches: [Range<Int>]

  /// Makes a find of its parts.
  public init(
    dialogID: DialogID, messageID: MessageID, sender: Sender, kind: MessageKind = .message, timestamp: Timestamp? = nil,
    name: String? = nil, snippet: String, matches: [Range<Int>] = []
  ) {
    self.dialogID = dialogID
    self.messageID = messageID
    self.sender = sender
    self.kind = kind
    self.timestamp = timestamp
    self.name = name
    self.snippet = snippet
    self.matches = matches
  }

  enum CodingKeys: String, CodingKey {
    case sender, kind, timestamp, name, snippet, matches
    case dialogID = "dialog_id"
    case messageID = "message_id"
  }

  /// Needs its dialog and message. Matches that are not in the snippet are left out, so that a screen may cut by them.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let dialogID = container.lenientInt(.dialogID), let messageID = container.lenientInt(.messageID) else {
      throw DecodingError.dataCorruptedError(
        forKey: .messageID, in: container, debugDescription: "a find needs a dialog and a message")
    }
    let snippet = container.lenientString(.snippet) ?? ""
    let length = snippet.unicodeScalars.count
    var end = 0
    let matches = (container.lenient(LenientArray<[Int]>.self, .matches)?.elements ?? []).compactMap { pair in
      guard pair.count == 2, end <= pair[0], pair[0] < pair[1], pair[1] <= length else { return nil as Range<Int>? }
      end = pair[1]
      return pair[0]..<pair[1]
    }
    self.init(
      dialogID: dialogID, messageID: messageID, sender: container.lenient(Sender.self, .sender) ?? .other(nil),
      kind: container.lenient(MessageKind.self, .kind) ?? .message, timestamp: container.lenientTimestamp(.timestamp),
      name: container.lenientString(.name), snippet: snippet, matches: matches)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(dialogID, forKey: .dialogID)
    try container.encode(messageID, forKey: .messageID)
    try container.encode(sender, forKey: .sender)
    try container.encode(kind, forKey: .kind)
    try container.encodeIfPresent(timestamp, forKey: .timestamp)
    try container.encodeIfPresent(name, forKey: .name)
    try container.encode(snippet, forKey: .snippet)
    try container.encode(matches.map { [$0.lowerBound, $0.upperBound] }, forKey: .matches)
  }
}

/// A dialog whose visitor is called as was searched for.
public struct FoundDialog: Hashable, Sendable, Codable {
  /// The dialog.
  public var dialogID: DialogID
  /// The visitor's name; raw text.
  public var name: String?

  /// Makes a find of its parts.
  public init(dialogID: DialogID, name: String?) {
    self.dialogID = dialogID
    self.name = name
  }

  enum CodingKeys: String, CodingKey {
    case name
    case dialogID = "dialog_id"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let dialogID = container.lenientInt(.dialogID) else {
      throw DecodingError.dataCorruptedError(
        forKey: .dialogID, in: container, debugDescription: "a find needs a dialog")
    }
    self.init(dialogID: dialogID, name: container.lenientString(.name))
  }
}

/// A page of `GET /api/search` (part 2, Search), newest first.
public struct SearchAnswer: Hashable, Sendable, Codable {
  /// The messages with the words.
  public var items: [FoundMessage]
  /// The dialogs whose visitors are called so; on the first page only.
  public var dialogs: [FoundDialog]
  /// What asks for the next page; nil on the last one.
  public var nextBefore: MessageID?

  /// Makes a page of its parts.
  public init(items: [FoundMessage] = [], dialogs: [FoundDialog] = [], nextBefore: MessageID? = nil) {
    self.items = items
    self.dialogs = dialogs
    self.nextBefore = nextBefore
  }

  enum CodingKeys: String, CodingKey {
    case items, dialogs
    case nextBefore = "next_before"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      items: try container.decode(LenientArray<FoundMessage>.self, forKey: .items).elements,
      dialogs: container.lenient(LenientArray<FoundDialog>.self, .dialogs)?.elements ?? [],
      nextBefore: container.lenientInt(.nextBefore))
  }
}
