import ArgumentParser
import ChatProtocol
import ChatServer

/// `chatai-server site-token`: prints a new token that lets a site's pages open dialogs for an account.
struct SiteTokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "site-token", abstract: "Make a token for a web site's pages and print it.",
    discussion: "Tokens that were made before stay good.")

  @Argument(help: "The e-mail address of the account whose operators see the site's dialogs.")
  var email: String

  @Option(help: "A domain whose pages may use the token, with all below it; repeat for more (default: any domain).")
  var domain: [String] = []

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let store = try await storage.openStore()
    let owner = try await store.requireUser(email: email)
    print(try await store.addSiteToken(ownerID: owner.id, domains: domain, at: .now()).token)
  }
}
