import ChatProtocol

// The cursor: a ledger as one word, which a shell, a URL and a JSON string take as it is.
extension WatchLedger {
  private static let version = "1"
  /// The longest that is read: more dialogs than this were not active within the margin.
  private static let longestCursor = 1 << 20

  /// Everything that a later watch has to know to go on from here: `1~MOMENT~DIALOGS~EPOCH:SEQUENCE`, numbers in base
  /// 36. Each of the dialogs is `ID.LASTMESSAGE.HANDOFF`.
  public var cursor: String {
    let dialogs = entries.sorted { $0.key < $1.key }.map { id, entry in
      Self.word(id) + "." + (entry.lastID.map(Self.word) ?? "") + (entry.handoff.map { "." + $0.word } ?? "")
    }
    var cursor = [Self.version, Self.word(settledThrough.milliseconds), dialogs.joined(separator: "_")]
      .joined(separator: "~")
    if let position, position.epoch.isPlain { cursor += "~\(position.epoch):\(position.sequence)" }
    return cursor
  }

  /// Reads a cursor; nil for anything that is none.
  public init?(cursor: String) {
    guard cursor.utf8.count <= Self.longestCursor else { return nil }
    let parts = cursor.split(separator: "~", omittingEmptySubsequences: false)
    guard (3...4).contains(parts.count), parts[0] == Self.version, let settled = Self.number(parts[1]) else {
      return nil
    }
    var entries: [DialogID: Entry] = [:]
    for word in parts[2].split(separator: "_") {
      let fields = word.split(separator: ".", omittingEmptySubsequences: false)
      guard (2...3).contains(fields.count), let id = Self.number(fields[0]) else { return nil }
      var entry = Entry()
      if !fields[1].isEmpty {
        guard let last = Self.number(fields[1]) else { return nil }
        entry.floor = MessageID(last)
      }
      if fields.count == 3 {
        guard let handoff = HandoffPoint(word: fields[2]) else { return nil }
        entry.handoff = handoff
      }
      // It was active within the margin; how late within it is not worth its letters.
      entry.activeAt = Timestamp(milliseconds: settled).advanced(by: Self.margin)
      entries[DialogID(id)] = entry
    }
    var position: StreamPosition?
    if parts.count == 4 {
      let halves = parts[3].split(separator: ":")
      guard halves.count == 2, let sequence = Int(halves[1]), String(halves[0]).isPlain else { return nil }
      position = StreamPosition(epoch: String(halves[0]), sequence: sequence)
    }
    self.init(settledThrough: Timestamp(milliseconds: settled), entries: entries, position: position)
  }

  fileprivate static func word(_ number: some BinaryInteger) -> String { String(number, radix: 36) }

  fileprivate static func number(_ word: Substring) -> Int64? { Int64(word, radix: 36) }
}

extension WatchLedger.HandoffPoint {
  private static let letters: [(Character, HandoffState)] = [
    ("q", .requested), ("a", .active), ("r", .released), ("c", .cancelled),
  ]

  /// A letter for the state; the moment and the operator behind it where they are known.
  fileprivate var word: String {
    let letter = Self.letters.first { $0.1 == state }?.0 ?? "o"
    return "\(letter)\(at.map { WatchLedger.word($0.milliseconds) } ?? "")"
      + (manager.map { ":" + WatchLedger.word($0) } ?? "")
  }

  fileprivate init?(word: Substring) {
    guard let letter = word.first else { return nil }
    let halves = word.dropFirst().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    state = Self.letters.first { $0.0 == letter }?.1 ?? .other("")
    if let moment = halves.first, !moment.isEmpty {
      guard let milliseconds = WatchLedger.number(moment) else { return nil }
      at = Timestamp(milliseconds: milliseconds)
    }
    if halves.count == 2 {
      guard let id = WatchLedger.number(halves[1]) else { return nil }
      manager = UserID(id)
    }
  }
}

extension String {
  /// Whether it is fit for a word: the epoch is the server's, and could be anything.
  fileprivate var isPlain: Bool {
    (1...64).contains(utf8.count)
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }
}
