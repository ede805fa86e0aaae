public import ChatProtocol
public import Foundation

/// A shop that has been open for days and is busy today: what a server shows before it has visitors of its own.
public struct Demo: Sendable {
  /// What the operator of the demo logs in with; made afresh each time.
  public struct Login: Sendable, CustomStringConvertible, CustomReflectable {
    /// The address.
    public let email: String
    /// The password.
    public let password: String

    /// Names the address only.
    public var description: String { "Login(\(email))" }
    /// Names the address only.
    public var customMirror: Mirror { Mirror(self, children: ["email": email]) }
  }

  /// A store with the demo in it.
  public struct Stage: Sendable {
    /// What the operator logs in with.
    public let login: Login
    /// The assistant whose widget the visitors use.
    let assistantID: Int
    /// The token of the shop's pages, good on any domain: nobody knows where the demo is looked at from.
    let siteToken: SiteToken
    /// The visitors of the history who are still there.
    let residents: [VisitorCrowd.Resident]

    /// The path of a page with the web widget on it, in both of its modes.
    public var widgetPath: String { "/widget/demo?assistant_id=\(assistantID)&site_token=\(siteToken.token)" }
  }

  let cast: DemoCast

  /// Reads the demo's texts.
  ///
  /// - Parameter resources: what `ResourceDirectory.locate()` found.
  /// - Throws: an error that names the file and what is wrong with it.
  public init(resources: URL) throws {
    cast = try DemoCast(folder: resources.appending(path: "demo", directoryHint: .isDirectory))
  }

  /// Fills an empty store: the operator, a colleague, an assistant, and days of conversations that led up to now.
  ///
  /// - Throws: what the store throws; `StoreError.emailTaken` for a store that had a demo before.
  public func prepare(_ store: ChatStore, passwords: Passwords, at now: Timestamp) async throws -> Stage {
    let login = Login(email: "demo@tarnfell.example", password: Self.randomPassword())
    let `operator` = try await store.addUser(
      email: EmailAddress(login.email), passwordHash: passwords.hash(login.password), role: .admin,
      firstName: "Demo", lastName: "Operator", at: now)
    // Nobody ever logs in as the colleague: the password is thrown away.
    let colleague = try await store.addUser(
      email: EmailAddress(cast.colleague.email), passwordHash: passwords.hash(Self.randomPassword()), role: .operator,
      firstName: cast.colleague.firstName, lastName: cast.colleague.lastName, at: now)
    let assistant = try await store.addAssistant(name: "Tarnfell", ownerID: `operator`.id, at: now)
    let staff = DemoSeed.Staff(operator: `operator`, colleague: colleague, assistantID: assistant.id)
    let residents = try await DemoSeed(cast: cast).plant(in: store, staff: staff, startingAt: now)
    return Stage(
      login: login, assistantID: assistant.id, siteToken: try await store.addSiteToken(ownerID: `operator`.id, at: now),
      residents: residents)
  }

  /// 120 random bits, in letters and digits that survive being read aloud.
  private static func randomPassword() -> String {
    let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789")
    return String((0..<24).map { _ in alphabet[Int.random(in: alphabet.indices)] })
  }
}
