import ArgumentParser
import ChatProtocol
import ChatServer

/// `chatai-server site-token`: prints a new token that lets a site's pages open dialogs for an account.
struct SiteTokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "site-token", abstract: "Make a token for a web site's pages and print it.",
    discussion: """
      Tokens that were made before stay good, unless --rotate ends them: then the new token is for the same domains as \
      the newest one before it.
      """)

  @Argument(help: "The e-mail address of the account whose operators see the site's dialogs.")
  var email: String

  @Option(help: "A domain whose pages may use the token, with all below it; repeat for more (default: any domain).")
  var domain: [String] = []

  @Option(help: ArgumentHelp("The token ends after this many days (default: never).", valueName: "days"))
  var expires: Int?

  @Flag(help: "End the account's other tokens.")
  var rotate = false

  @Option(
    help: ArgumentHelp("With --rotate: the other tokens stay good for this many days (default: 0).", valueName: "days"))
  var grace = 0

  @OptionGroup var storage: StoreOptions

  func validate() throws {
    guard (1...36_500).contains(expires ?? 1) else { throw ValidationError("--expires must be from 1 to 36500 days") }
    guard (0...366).contains(grace) else { throw ValidationError("--grace must be from 0 to 366 days") }
    guard !rotate || domain.isEmpty else { throw ValidationError("--rotate keeps the domains: it takes no --domain") }
    guard rotate || grace == 0 else { throw ValidationError("--grace goes with --rotate") }
  }

  func run() async throws {
    let store = try await storage.openStore()
    let owner = try await store.requireUser(email: email)
    let now = Timestamp.now()
    let expiresAt = expires.map { now.advanced(by: .seconds($0 * 86_400)) }
    let token =
      rotate
      ? try await store.rotateSiteToken(
        ownerID: owner.id, grace: .seconds(grace * 86_400), expiresAt: expiresAt, at: now)
      : try await store.addSiteToken(ownerID: owner.id, domains: domain, expiresAt: expiresAt, at: now)
    print(token.token)
  }
}
