import ArgumentParser
import ChatProtocol
import ConsoleModel
import Headless
import NIOCore
import NIOPosix
import Transport

/// What all commands without a screen take.
struct HeadlessOptions: ParsableArguments {
  @OptionGroup var target: ProfileOptions
  @OptionGroup var network: NetworkOptions
  @OptionGroup var looking: LookingOptions

  /// Does a command with the profile's login, if it may be done, and waits for it.
  ///
  /// - Parameter isPresent: Whether the server is to take the operator for being there; nil: it is if the command writes.
  /// - Throws: `CommandFailure` with the status to end with.
  func run(
    _ command: HeadlessCommand, isPresent: Bool? = nil,
    _ body: @escaping @Sendable (HeadlessClient) async throws -> Void
  ) throws {
    try run(command, isPresent: isPresent, reading: {}) { client, _ in try await body(client) }
  }

  /// Does a command that first has something to read, such as a text that is piped into it: that is not asked for where
  /// the command may not be done.
  func run<Input: Sendable>(
    _ command: HeadlessCommand, isPresent: Bool? = nil, reading input: () throws -> Input,
    _ body: @escaping @Sendable (HeadlessClient, Input) async throws -> Void
  ) throws {
    try check(command)
    let input = try input()
    let (profile, session) = try target.openSession()
    let route = try ClientNetwork(network.trust ?? session.trust)
    try CommandThreads.run { group in
      let client = HeadlessClient(
        profile: profile, session: session, network: route, group: group, isPresent: isPresent ?? command.writes)
      do {
        try await body(client, input)
      } catch {
        await client.api.shutDown()
        throw error
      }
      await client.api.shutDown()
    }
  }

  /// - Throws: `CommandFailure` for a command that writes where nothing is to be written.
  func check(_ command: HeadlessCommand) throws {
    guard let refusal = command.readOnlyRefusal, try looking.isReadOnly(in: try target.openProfile()) else { return }
    throw CommandFailure(refusal, status: .refused)
  }
}

/// The option for those who only look on, such as supervisors.
struct LookingOptions: ParsableArguments {
  @Flag(help: "Only look on: nothing is written, taken or answered, and nobody is told that you are there.")
  var readOnly = false

  /// The variable that says the same.
  private static let variable = "CHATAI_READ_ONLY"

  /// Whether the environment says so.
  static var isReadOnlyByEnvironment: Bool {
    environment(variable).map { !["0", "false", "no", "off"].contains($0.lowercased()) } ?? false
  }

  /// Whether the option or the environment says so; the settings may as well.
  var isReadOnlyByCommand: Bool { readOnly || Self.isReadOnlyByEnvironment }

  /// Whether the option, the environment or the settings say so. What is set anywhere holds: nobody is to write by a
  /// mistake in one of the three.
  ///
  /// - Throws: `SettingsErrors` if the settings cannot be read, and so may say so.
  func isReadOnly(in profile: Profile) throws -> Bool {
    try isReadOnlyByCommand || ConfigurationFiles(profile: profile.name).load().get().settings.readOnly
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
  let access: ServerAccess

  var api: ChatAPI { access.api }
  var network: ClientNetwork { access.network }
  var group: MultiThreadedEventLoopGroup { access.group }

  init(
    profile: Profile, session: StoredSession, network: ClientNetwork, group: MultiThreadedEventLoopGroup,
    isPresent: Bool
  ) {
    self.profile = profile
    self.session = session
    access = ServerAccess(
      session.server, tokens: session.tokens, network: network, group: group,
      keeper: SessionKeeper(SessionFile(profile), session: session, on: group.next()), isPresent: isPresent)
  }

  /// What an operator's socket has in its address: the token, which must not be logged, and whether the operator is
  /// there.
  var socketQuery: [(name: String, value: String)] {
    [("token", api.accessToken ?? "")] + (access.isPresent ? [] : [ServerAddress.passive])
  }

  /// Waits.
  func pause(for delay: Duration) async throws { try await group.next().sleep(for: delay) }

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
