import ArgumentParser
import ChatProtocol
import NIOCore
import NIOPosix
import Transport

/// `chatai profiles`: the logins there are.
struct ProfilesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profiles", abstract: "List the profiles: each is one login with its drafts and unsent replies.")

  func run() throws {
    for profile in try Profile.all() {
      guard let session = try? SessionFile(profile).read() else {
        print("\(profile.name)\t(logged out)")
        continue
      }
      print("\(profile.name)\t\(session.email)\t\(session.server.url)".escapingControlsButTabs)
    }
  }
}

/// `chatai logout`: ends the session on the server, where it can, and forgets it here.
struct LogoutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout",
    abstract: "End a session; drafts and unsent replies are kept.")

  @Option(help: "The profile whose session ends.")
  var profile = "default"

  func run() throws {
    let profile = try Profile(name: profile)
    let session = try SessionFile(profile).read()
    try profile.lock()
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    // By then nothing runs on it any more; an error could only say so.
    defer { try? group.syncShutdownGracefully() }
    let network = try ClientNetwork(session.trust)
    let failure = try group.next().makeFutureWithTask { () -> APIFailure? in
      let api = ChatAPI(server: session.server, tokens: session.tokens, network: network, group: group)
      var failure: APIFailure?
      do throws(APIFailure) {
        try await api.logOut()
      } catch {
        failure = error
      }
      await api.shutDown()
      return failure
    }.wait()
    try SessionFile(profile).remove()
    switch failure {
    case nil: print("Logged out of \(session.server.authority).")
    // It was over already, or the server knows no such thing: there is nothing more to end.
    case .unauthorized, .notFound: print("Logged out.")
    case let failure?:
      print(
        "The session is forgotten here; \(session.server.authority) could not be told: "
          + failure.description.escapingControls)
    }
  }
}

extension String {
  fileprivate var escapingControlsButTabs: String {
    split(separator: "\t", omittingEmptySubsequences: false).map { String($0).escapingControls }.joined(separator: "\t")
  }
}
