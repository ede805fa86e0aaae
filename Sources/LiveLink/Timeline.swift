public import ChatProtocol

/// The stored messages of one dialog, ascending by id, each once.
///
/// Messages come from the socket, from histories and from answers, in any order and any number of times; the id
/// alone decides. The sends that are still under way are not here: the ``Outbox`` has them, and the view joins the two.
public struct Timeline: Sendable {
  private var messages = PackedMessages()
  private var lastReplyID: MessageID?

  /// An empty timeline.
  public init() {}

  /// The oldest id.
  public var firstID: MessageID? { isEmpty ? nil : messages.id(at: startIndex) }
  /// The newest id.
  public var lastID: MessageID? { isEmpty ? nil : messages.id(at: endIndex - 1) }

  /// The newest message of an operator that the visitor can read. O(log n): each frame may ask, and a visitor may have
  /// written tens of thousands since.
  public var lastReply: Message? { lastReplyID.flatMap { self[id: $0] } }

  /// The message with an id. O(log n).
  public subscript(id id: MessageID) -> Message? {
    let index = lowerBound(of: id)
    return holds(id, at: index) ? messages[index] : nil
  }

  /// The messages that are newer than an id; all of them for nil.
  public func messages(after id: MessageID?) -> SubSequence {
    guard let id else { return self[...] }
    return self[lowerBound(after: id)...]
  }

  /// The newest notes, the newest first.
  public func latestNotes(_ count: Int) -> [Message] {
    indices.reversed().lazy.filter { messages.isNote(at: $0) }.prefix(count).map { messages[$0] }
  }

  /// What a merge did.
  public enum Merge: Hashable, Sendable {
    /// It was new.
    case inserted
    /// It was there and something in it differed; now it is as the newer copy says.
    case updated
    /// It was there, as it is.
    case unchanged
  }

  /// Takes one message in. O(1) at the end, where nearly all belong; O(log n) to find any other place.
  @discardableResult
  public mutating func merge(_ message: Message) -> Merge {
    noteReply(message)
    guard let lastID, message.id <= lastID else {
      messages.append(message)
      return .inserted
    }
    let index = lowerBound(of: message.id)
    guard holds(message.id, at: index) else {
      messages.insert(message, at: index)
      return .inserted
    }
    return update(at: index, with: message)
  }

  /// Takes a history in, in whatever order it came. Returns what was new, ascending. O(n + m log m).
  public mutating func merge(_ history: [Message]) -> [Message] {
    let incoming = history.sorted { $0.id < $1.id }
    var fresh: [Message] = []
    fresh.reserveCapacity(incoming.count)
    for message in incoming where fresh.last?.id != message.id {
      noteReply(message)
      let index = lowerBound(of: message.id)
      if holds(message.id, at: index) {
        update(at: index, with: message)
      } else {
        fresh.append(message)
      }
    }
    // One pass over the tail that is newer than the first new message, instead of an insertion for each.
    if let first = fresh.first { messages.insert(contentsOf: fresh, from: lowerBound(of: first.id)) }
    return fresh
  }

  /// Drops what is older than an id.
  mutating func removeAll(before id: MessageID) { messages.removeFirst(lowerBound(of: id)) }

  private mutating func noteReply(_ message: Message) {
    guard message.sender == .manager, message.kind == .message else { return }
    lastReplyID = Swift.max(lastReplyID ?? message.id, message.id)
  }

  private func holds(_ id: MessageID, at index: Int) -> Bool { index < endIndex && messages.id(at: index) == id }

  @discardableResult
  private mutating func update(at index: Int, with message: Message) -> Merge {
    var newer = message
    let older = messages[index]
    // Histories of some servers leave the client id out that the echo carried.
    newer.clientID = message.clientID ?? older.clientID
    newer.timestamp = message.timestamp ?? older.timestamp
    guard newer != older else { return .unchanged }
    messages.replace(at: index, with: newer)
    return .updated
  }

  /// The first index whose id is not below `id`.
  private func lowerBound(of id: MessageID) -> Int {
    partition { $0 >= id }
  }

  /// The first index whose id is above `id`.
  private func lowerBound(after id: MessageID) -> Int {
    partition { $0 > id }
  }

  private func partition(_ belongsRight: (MessageID) -> Bool) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if belongsRight(messages.id(at: middle)) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }
}

extension Timeline: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { messages.count }
  public subscript(position: Int) -> Message { messages[position] }
}

extension Timeline: Equatable {
  /// The same messages, however they are kept.
  public static func == (left: Timeline, right: Timeline) -> Bool { left.elementsEqual(right) }
}
