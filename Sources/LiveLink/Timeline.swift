public import ChatProtocol

/// The stored messages of one dialog, ascending by id, each once.
///
/// Messages come from the socket, from histories and from answers, in any order and any number of times; the id
/// alone decides. The sends that are still under way are not here: the ``Outbox`` has them, and the view joins the two.
public struct Timeline: Hashable, Sendable {
  private var messages: [Message] = []

  /// An empty timeline.
  public init() {}

  /// The oldest id.
  public var firstID: MessageID? { messages.first?.id }
  /// The newest id.
  public var lastID: MessageID? { messages.last?.id }

  /// The message with an id. O(log n).
  public subscript(id id: MessageID) -> Message? {
    let index = lowerBound(of: id)
    return index < messages.endIndex && messages[index].id == id ? messages[index] : nil
  }

  /// The messages that are newer than an id; all of them for nil.
  public func messages(after id: MessageID?) -> ArraySlice<Message> {
    guard let id else { return messages[...] }
    return messages[lowerBound(after: id)...]
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
    guard let last = messages.last, message.id <= last.id else {
      messages.append(message)
      return .inserted
    }
    let index = lowerBound(of: message.id)
    guard messages[index].id == message.id else {
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
      let index = lowerBound(of: message.id)
      if index < messages.endIndex, messages[index].id == message.id {
        update(at: index, with: message)
      } else {
        fresh.append(message)
      }
    }
    guard let firstFresh = fresh.first else { return [] }

    // One pass over the tail that is newer than the first new message, instead of an insertion for each.
    let tail = messages[lowerBound(of: firstFresh.id)...]
    var merged: [Message] = []
    merged.reserveCapacity(tail.count + fresh.count)
    var next = tail.startIndex
    for message in fresh {
      while next < tail.endIndex, tail[next].id < message.id {
        merged.append(tail[next])
        next += 1
      }
      merged.append(message)
    }
    merged.append(contentsOf: tail[next...])
    messages.replaceSubrange(tail.startIndex..., with: merged)
    return fresh
  }

  @discardableResult
  private mutating func update(at index: Int, with message: Message) -> Merge {
    var newer = message
    // Histories of some servers leave the client id out that the echo carried.
    newer.clientID = message.clientID ?? messages[index].clientID
    newer.timestamp = message.timestamp ?? messages[index].timestamp
    guard newer != messages[index] else { return .unchanged }
    messages[index] = newer
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
    var low = messages.startIndex
    var high = messages.endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if belongsRight(messages[middle].id) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }
}

extension Timeline: RandomAccessCollection {
  public var startIndex: Int { messages.startIndex }
  public var endIndex: Int { messages.endIndex }
  public subscript(position: Int) -> Message { messages[position] }
}
