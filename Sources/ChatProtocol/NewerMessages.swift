import FoundationEssentials

/// The body of a 409 to a send with `if_last_id` (part 2, Precondition): what was written since.
public struct NewerMessages: Hashable, Sendable {
  /// Oldest first; one that cannot be read is left out.
  public var newer: [Message]

  /// Reads a response's body; nil if it is another kind of conflict.
  public init?(body: [UInt8]) {
    guard let content = try? JSONDecoder().decode(Content.self, from: Data(body)) else { return nil }
    newer = content.newer.elements
  }

  private struct Content: Decodable {
    let newer: LenientArray<Message>
  }
}
