public import ChatProtocol
import Foundation

/// What an account may do.
public enum Role: String, Sendable, Hashable, CaseIterable {
  /// Sees every dialog.
  case admin
  /// Sees the dialogs of its own assistants and sites.
  case `operator`
}

/// An account. It does not carry the password's hash, so it can be passed around and logged.
public struct User: Sendable, Hashable, Identifiable {
  /// The account's id, never used twice.
  public var id: UserID
  /// The address it logs in with, in lower case.
  public var email: String
  /// What it may do.
  public var role: Role
  /// The first name; raw text.
  public var firstName: String?
  /// The last name; raw text.
  public var lastName: String?
  /// Whether it may not log in, and no token of it is good. What it owns, its assistants and site tokens, works on.
  public var isDisabled = false

  /// Which dialogs it may see.
  public var visibility: Visibility {
    switch role {
    case .admin: .everything
    case .operator: .account(id)
    }
  }

  /// The name that visitors and other operators see. Never the e-mail address: that is half of what a login needs.
  public var displayName: String { Self.displayName(id, firstName, lastName) }

  static func displayName(_ id: UserID, _ firstName: String?, _ lastName: String?) -> String {
    let names = [firstName, lastName].compactMap(\.self).filter { !$0.isEmpty }
    return names.isEmpty ? "Operator \(id)" : names.joined(separator: " ")
  }

  /// The operator as the hand-off's events and answers show it.
  public var manager: Manager { Manager(id: id, name: displayName) }

  /// The answer of `GET /api/me`.
  public var account: Account {
    Account(id: id, email: email, role: role.rawValue, firstName: firstName, lastName: lastName)
  }
}

/// An e-mail address in the form that accounts are found by.
///
/// Not a full RFC 5322 address: one `@` with something on both sides, no white space or control characters, at most
/// 254 bytes (RFC 5321 §4.5.3.1.3), lower case. Whether mail arrives there, only mail can tell.
public struct EmailAddress: Sendable, Hashable, CustomStringConvertible {
  /// The address in lower case.
  public let description: String

  /// Reads an address; surrounding spaces are dropped.
  ///
  /// - Throws: `StoreError.invalid`.
  public init(_ text: String) throws(StoreError) {
    guard text.utf8.count <= 1000 else { throw Self.malformed }
    let address = text.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    let parts = address.split(separator: "@", omittingEmptySubsequences: false)
    let isForbidden = CharacterSet.whitespacesAndNewlines.union(.controlCharacters).contains
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, address.utf8.count <= 254,
      !address.unicodeScalars.contains(where: isForbidden)
    else { throw Self.malformed }
    description = address
  }

  private static var malformed: StoreError {
    .invalid(field: "email", reason: "is not an e-mail address")
  }
}
