public import ChatProtocol

/// A command that the store refused; nothing was changed.
public enum StoreError: Error, Sendable, Hashable {
  /// There is no such dialog.
  case unknownDialog(DialogID)
  /// There is no such assistant.
  case unknownAssistant(Int)
  /// There is no such account.
  case unknownUser
  /// The account is the last admin that is enabled: without it nobody could see every dialog.
  case lastAdmin(email: String)
  /// Another account has this address.
  case emailTaken(String)
  /// A value that cannot be stored; the reason is a sentence for the person who gave it.
  case invalid(field: String, reason: String)
}

extension StoreError: CustomStringConvertible {
  /// One line for a person.
  public var description: String {
    switch self {
    case .unknownDialog(let id): "there is no dialog \(id)"
    case .unknownAssistant(let id): "there is no assistant \(id)"
    case .unknownUser: "there is no such account"
    case .lastAdmin(let email): "\(email) is the last admin that is enabled; make another account an admin first"
    case .emailTaken(let email): "there is already an account with the e-mail address \(email)"
    case .invalid(let field, let reason): "\(field): \(reason)"
    }
  }
}
