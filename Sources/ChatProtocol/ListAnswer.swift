/// A list as an answer: bare, as the contract has it, or in an object's `items`. What cannot be read is left out.
public struct ListAnswer<Item: Decodable & Sendable>: Decodable, Sendable {
  /// The items that could be read, in their order.
  public let items: [Item]

  private enum CodingKeys: String, CodingKey { case items }

  public init(from decoder: any Decoder) throws {
    if let bare = try? LenientArray<Item>(from: decoder) {
      items = bare.elements
    } else {
      items = try decoder.container(keyedBy: CodingKeys.self).decode(LenientArray<Item>.self, forKey: .items).elements
    }
  }
}
