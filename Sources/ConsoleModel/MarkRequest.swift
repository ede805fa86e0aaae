public import ChatProtocol

extension DialogMarks {
  /// A mark that is to be set, whatever the dialog's marks are by then: doing it twice is doing it once.
  public enum Change: Hashable, Sendable {
    /// Put a label on, or take it off.
    case label(String, isOn: Bool)
    /// Say how urgent it is.
    case priority(Priority?)
    /// Set it aside.
    case snooze(until: Timestamp)
    /// Mark it unread.
    case unread

    /// What happens to the marks of a dialog; nil if nothing does.
    func event(in id: DialogID, with marks: DialogMarks) -> MarkBook.Event? {
      switch self {
      case .label(let label, let isOn): marks.labels.contains(label) == isOn ? nil : .toggleLabel(id, label)
      case .priority(let priority): .setPriority(id, priority)
      case .snooze(let until): .snooze(id, until: until)
      case .unread: marks.isUnread ? nil : .toggleUnread(id)
      }
    }
  }
}

/// A mark that a command without a screen wants to be set.
///
/// The marks are the console's: it has them in memory as long as it is open, and writes them over whatever is on disk. So
/// a command leaves a request, in a file of its own, and the console takes it: at once, or when it is opened the next
/// time. Until its marks are kept with the request in them the file stays, and a request that is read twice is done
/// once.
public struct MarkRequest: Hashable, Sendable, Identifiable {
  /// Names it, and its file: requests are taken in the order of their ids.
  public let id: String
  /// The dialog.
  public let dialogID: DialogID
  /// What is to be set.
  public let change: DialogMarks.Change
  /// When it was asked for.
  public let at: Timestamp

  /// Makes a request.
  ///
  /// - Parameter token: What nobody else uses, such as a UUID.
  public init(_ change: DialogMarks.Change, in dialogID: DialogID, at time: Timestamp, token: String) {
    let digits = String(max(0, time.milliseconds))
    id = String(repeating: "0", count: max(0, 15 - digits.count)) + digits + "-" + token
    self.dialogID = dialogID
    self.change = change
    at = time
  }
}

extension MarkRequest: Codable {
  /// The format's number, as that of ``DeskDocument``.
  public static let version = 1

  enum CodingKeys: String, CodingKey {
    case version, id, dialog, at, label, priority, snooze, unread
    case isOn = "on"
  }

  private static let normal = "normal"

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func invalid(_ key: CodingKeys, _ reason: String) -> DecodingError {
      .dataCorruptedError(forKey: key, in: container, debugDescription: reason)
    }
    let version = try container.decode(Int.self, forKey: .version)
    guard version == Self.version else {
      throw invalid(.version, "version \(version) is not one that this console reads")
    }
    id = try container.decode(String.self, forKey: .id)
    dialogID = try container.decode(DialogID.self, forKey: .dialog)
    at = try container.decode(Timestamp.self, forKey: .at)
    if let typed = try container.decodeIfPresent(String.self, forKey: .label) {
      guard let label = DialogMarks.label(typed) else { throw invalid(.label, "it is no label") }
      change = .label(label, isOn: try container.decode(Bool.self, forKey: .isOn))
    } else if let name = try container.decodeIfPresent(String.self, forKey: .priority) {
      let priority = DialogMarks.Priority(rawValue: name)
      guard priority != nil || name == Self.normal else { throw invalid(.priority, "it is no priority") }
      change = .priority(priority)
    } else if let until = try container.decodeIfPresent(Timestamp.self, forKey: .snooze) {
      change = .snooze(until: until)
    } else if try container.decodeIfPresent(Bool.self, forKey: .unread) == true {
      change = .unread
    } else {
      throw invalid(.dialog, "there is no mark in it")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.version, forKey: .version)
    try container.encode(id, forKey: .id)
    try container.encode(dialogID, forKey: .dialog)
    try container.encode(at, forKey: .at)
    switch change {
    case .label(let label, let isOn):
      try container.encode(label, forKey: .label)
      try container.encode(isOn, forKey: .isOn)
    case .priority(let priority): try container.encode(priority?.rawValue ?? Self.normal, forKey: .priority)
    case .snooze(let until): try container.encode(until, forKey: .snooze)
    case .unread: try container.encode(true, forKey: .unread)
    }
  }
}
