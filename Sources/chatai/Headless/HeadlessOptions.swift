import ArgumentParser
import ChatProtocol
import Headless
import NIOCore
import NIOPosix
import Transport

/// What all commands without a screen take.
struct HeadlessOptions: ParsableArguments {
  @OptionGroup var target: ProfileOptions
  @OptionGroup var network: NetworkOptions

  /// Does something with the profile's login, and waits for it.
  ///
  /// - Throws: `CommandFailure` with the status to end with.
  func run(_ body: @escaping @Sendable (HeadlessClient) async throws -> Void) throws {
    let (profile, session) = try target.openSession()
    let route = try ClientNetwork(network.trust ?? session.trust)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    // By then nothing runs on it any more; an error could only say so.
    defer { try? group.syncShutdownGracefully() }
    try group.next().makeFutureWithTask {
      let client = HeadlessClient(profile: profile, session: session, network: route, group: group)
      do {
        try await body(client)
      } catch {
        await client.api.shutDown()
        throw error
      }
      await client.api.shutDown()
    }.wait()
  }
}

extension ProfileOptions {
  /// The profile that was named, and its login.
  ///
  /// - Throws: `CommandFailure` if there is none, or it is for another server than the one named.
  func openSession() throws -> (Profile, StoredSession) {
    let profile = try openProfile()
    return (profile, try profile.openSession(for: serverAddress()))
  }
}

extension Profile {
  /// Its login.
  ///
  /// - Throws: `CommandFailure` if there is none, or it is for another server than the one named.
  func openSession(for server: ServerAddress?) throws -> StoredSession {
    let session = try SessionFile(self).read()
    guard let server, server != session.server else { return session }
    throw CommandFailure(
      "the profile \"\(name)\" is logged in to \(session.server.url); for \(server.url) log in under another "
        + "name: chatai login --server \(server.url) --email ADDRESS --password-stdin --profile NAME",
      status: .signedOut)
  }
}

/// A login and the way to its server, for one command.
struct HeadlessClient: Sendable {
  let profile: Profile
  let session: StoredSession
  let network: ClientNetwork
  let group: MultiThreadedEventLoopGroup
  let api: ChatAPI

  init(profile: Profile, session: StoredSession, network: ClientNetwork, group: MultiThreadedEventLoopGroup) {
    self.profile = profile
    self.session = session
    self.network = network
    self.group = group
    api = ChatAPI(
      server: session.server, tokens: session.tokens, network: network, group: group,
      keeper: SessionKeeper(SessionFile(profile), session: session))
  }

  /// Makes a call that only reads.
  func read<Value: Sendable>(_ body: (ChatAPI) async throws(APIFailure) -> Value) async throws -> Value {
    do throws(APIFailure) {
      return try await body(api)
    } catch {
      let failure = CommandFailure(error, server: session.server.authority)
      throw CommandFailure(failure.description, status: ExitStatus(reading: error))
    }
  }

  /// Makes a call that changes something.
  func write<Value: Sendable>(_ body: (ChatAPI) async throws(APIFailure) -> Value) async throws -> Value {
    do throws(APIFailure) {
      return try await body(api)
    } catch {
      throw CommandFailure(error, server: session.server.authority)
    }
  }

  /// The dialogs as a list has them: the queue's lines joined in, those that need the operator first.
  func account() async throws -> Account { try await read { api throws(APIFailure) in try await api.me() } }

  /// What the server offers.
  func capabilities() async throws -> Capabilities {
    try await read { api throws(APIFailure) in try await api.capabilities() }
  }

  /// - Throws: `CommandFailure` if the server does not have what a command needs.
  func require(_ has: @Sendable (Capabilities) -> Bool, _ what: String) async throws {
    guard has(try await capabilities()) else {
      throw CommandFailure("\(session.server.authority) has no \(what)", status: .refused)
    }
  }
}

extension LocalMoment {
  /// Of this machine.
  static let here = LocalMoment { $0.utcOffset }
}
