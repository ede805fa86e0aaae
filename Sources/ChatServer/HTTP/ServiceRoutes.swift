import ChatProtocol
import Hummingbird

/// What the server says about itself.
enum ServiceRoutes {
  /// Only what is really there: a client builds on it.
  static let capabilities = Capabilities(
    version: 2,
    features: [
      "assistant-modes", "batching", "client-id", "deflate", "handoff-brief", "leases", "notes", "operator-stream",
      "paging",
      "precondition", "presence", "proposals", "receipts", "replay", "search", "typing", "viewing",
    ])

  static func add(to root: Router<ChatRequestContext>, isSearchable: Bool) {
    let capabilities =
      isSearchable
      ? capabilities : Capabilities(version: 2, features: capabilities.features.filter { $0 != "search" })
    root.get("api/capabilities") { _, _ in JSONResponse(capabilities) }
  }
}
