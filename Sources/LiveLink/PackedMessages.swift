import ChatProtocol

/// Messages in ascending order of their ids, packed: all texts in one buffer, and a record of fixed size for each.
///
/// A shift's worth of dialogs is tens of thousands of messages, of which a screen shows thirty. As values of their own,
/// with a string each, they take some 300 bytes apiece and as many small allocations; packed, a third of that in a
/// handful of large ones. A message is made anew each time that it is looked at.
struct PackedMessages: Sendable {
  /// Where a message's parts are.
  fileprivate struct Record: Sendable {
    let id: MessageID
    /// Milliseconds; ``noTime`` for none.
    let time: Int64
    /// Its text, in ``texts``.
    let start: Int
    let length: UInt32
    let sender: SenderCode
    let isNote: Bool
    /// Whether ``extras`` has more of it.
    let hasExtras: Bool

    static let noTime = Int64.min
  }

  fileprivate enum SenderCode: UInt8 {
    case user, assistant, manager, system, other
  }

  /// What only some messages have.
  fileprivate struct Extras: Sendable {
    var senderName: String?
    var clientID: ClientID?
    var author: Manager?
  }

  /// A client id: as a rule a UUID, which takes a third of its spelling.
  fileprivate enum ClientID: Sendable {
    case uuid(UInt64, UInt64)
    case other(String)
  }

  private var records: [Record] = []
  private var texts: [UInt8] = []
  private var extras: [MessageID: Extras] = [:]
  /// Bytes in ``texts`` that no record points to any more.
  private var waste = 0

  init() {}

  var count: Int { records.count }

  func id(at index: Int) -> MessageID { records[index].id }

  func isNote(at index: Int) -> Bool { records[index].isNote }

  /// The message at an index.
  subscript(index: Int) -> Message {
    let record = records[index]
    let more = record.hasExtras ? extras[record.id] : nil
    return Message(
      id: record.id, sender: sender(record, more), text: text(record),
      timestamp: record.time == Record.noTime ? nil : Timestamp(milliseconds: record.time),
      clientID: more?.clientID?.spelling, author: more?.author, kind: record.isNote ? .note : .message)
  }

  // MARK: Changing

  /// Adds a message that is newer than all.
  mutating func append(_ message: Message) { records.append(pack(message)) }

  /// Adds a message before the one at `index`.
  mutating func insert(_ message: Message, at index: Int) { records.insert(pack(message), at: index) }

  /// Adds messages, ascending and none of them there yet, in one pass over what is newer than the first of them.
  mutating func insert(contentsOf fresh: [Message], from index: Int) {
    let tail = Array(records[index...])
    records.removeSubrange(index...)
    records.reserveCapacity(index + tail.count + fresh.count)
    var next = 0
    for message in fresh {
      while next < tail.count, tail[next].id < message.id {
        records.append(tail[next])
        next += 1
      }
      records.append(pack(message))
    }
    records.append(contentsOf: tail[next...])
  }

  /// Puts another copy into a message's place; both have the same id.
  mutating func replace(at index: Int, with message: Message) {
    waste += Int(records[index].length)
    extras[message.id] = nil
    records[index] = pack(message)
    if waste > 1 << 16, waste > texts.count / 2 { sweep() }
  }

  /// Drops the oldest messages.
  mutating func removeFirst(_ count: Int) {
    guard count > 0 else { return }
    for record in records.prefix(count) {
      waste += Int(record.length)
      if record.hasExtras { extras[record.id] = nil }
    }
    records.removeFirst(count)
    sweep()
  }

  // MARK: Packing

  private mutating func pack(_ message: Message) -> Record {
    let start = texts.count
    texts.append(contentsOf: message.text.utf8)
    let more = Extras(
      senderName: message.sender.code == .other ? message.sender.wireName : nil,
      clientID: message.clientID.map(ClientID.init), author: message.author)
    let hasExtras = more.senderName != nil || more.clientID != nil || more.author != nil
    if hasExtras { extras[message.id] = more }
    // An unreadable moment and the earliest one are the same to everybody who looks.
    return Record(
      id: message.id, time: message.timestamp?.milliseconds ?? Record.noTime, start: start,
      length: UInt32(texts.count - start), sender: message.sender.code, isNote: message.kind == .note,
      hasExtras: hasExtras)
  }

  private func text(_ record: Record) -> String {
    String(decoding: texts[record.start..<record.start + Int(record.length)], as: UTF8.self)
  }

  private func sender(_ record: Record, _ more: Extras?) -> Sender {
    switch record.sender {
    case .user: .user
    case .assistant: .assistant
    case .manager: .manager
    case .system: .system
    case .other: .other(more?.senderName)
    }
  }

  /// Drops the texts that have been replaced.
  private mutating func sweep() {
    var kept: [UInt8] = []
    kept.reserveCapacity(texts.count - waste)
    records = records.map { record in
      let start = kept.count
      kept.append(contentsOf: texts[record.start..<record.start + Int(record.length)])
      return Record(
        id: record.id, time: record.time, start: start, length: record.length, sender: record.sender,
        isNote: record.isNote, hasExtras: record.hasExtras)
    }
    texts = kept
    waste = 0
  }
}

extension Sender {
  fileprivate var code: PackedMessages.SenderCode {
    switch self {
    case .user: .user
    case .assistant: .assistant
    case .manager: .manager
    case .system: .system
    case .other: .other
    }
  }
}

extension PackedMessages.ClientID {
  /// Packs what is spelled as UUIDs are, in small letters, so that it reads the same when it is unpacked.
  fileprivate init(_ spelling: String) {
    self = Self.uuid(spelling) ?? .other(spelling)
  }

  private static let dashes = [8, 13, 18, 23]

  private static func uuid(_ spelling: String) -> Self? {
    guard spelling.utf8.count == 36 else { return nil }
    var halves: (UInt64, UInt64) = (0, 0)
    var digits = 0
    for (place, byte) in spelling.utf8.enumerated() {
      if dashes.contains(place) {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      default: return nil
      }
      if digits < 16 { halves.0 = halves.0 << 4 | UInt64(digit) } else { halves.1 = halves.1 << 4 | UInt64(digit) }
      digits += 1
    }
    return .uuid(halves.0, halves.1)
  }

  fileprivate var spelling: String {
    switch self {
    case .other(let spelling): return spelling
    case .uuid(let high, let low):
      let digits = Array("0123456789abcdef".utf8)
      var bytes: [UInt8] = []
      bytes.reserveCapacity(36)
      for place in 0..<32 {
        if [8, 12, 16, 20].contains(place) { bytes.append(UInt8(ascii: "-")) }
        let half = place < 16 ? high : low
        bytes.append(digits[Int(half >> UInt64(60 - place % 16 * 4) & 0xF)])
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}
