public import ChatProtocol
import GRDB

/// A guest, and the door it came in by.
public struct Visitor: Sendable, Hashable {
  /// Where a guest enters.
  public enum Entrance: Sendable, Hashable {
    /// The widget of an assistant.
    case widget(assistantID: Int)
    /// The site of an account, known by one of its site tokens. By the account, not the token: a guest keeps its
    /// dialog when the token is changed.
    case site(ownerID: UserID)
  }

  /// Where it came in.
  public let entrance: Entrance
  /// The id its side chose. It is all that tells one guest from another, so it is not to be shown to other visitors.
  public let guestID: String

  /// The longest guest id, in bytes of UTF-8.
  public static let longestGuestID = 256

  /// Makes a visitor.
  ///
  /// - Throws: `StoreError.invalid` for an id that is empty or longer than `longestGuestID`.
  public init(entrance: Entrance, guestID: String) throws(StoreError) {
    guard !guestID.isEmpty, guestID.utf8.count <= Visitor.longestGuestID else {
      throw .invalid(field: "guest_id", reason: "must have 1 to \(Visitor.longestGuestID) bytes")
    }
    self.entrance = entrance
    self.guestID = guestID
  }

  /// The condition on `dialog` that finds this guest's dialogs, and its arguments.
  var condition: (sql: String, arguments: StatementArguments) {
    switch entrance {
    case .widget(let assistantID):
      ("dialog.assistant_id = ? AND dialog.guest_id = ?", [assistantID, TypedText(guestID)])
    case .site(let ownerID):
      ("dialog.user_id = ? AND dialog.assistant_id IS NULL AND dialog.guest_id = ?", [ownerID, TypedText(guestID)])
    }
  }
}

/// What is known of a visitor besides its id; raw text, all of it optional.
public struct VisitorProfile: Sendable, Hashable {
  /// The name as one string.
  public var name: String?
  /// The first name.
  public var firstName: String?
  /// The last name.
  public var lastName: String?

  /// Makes a profile.
  public init(name: String? = nil, firstName: String? = nil, lastName: String? = nil) {
    self.name = name
    self.firstName = firstName
    self.lastName = lastName
  }
}
