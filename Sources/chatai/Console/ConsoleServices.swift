import ChatProtocol
import Logging
import NIOCore
import NIOPosix
import Transport

/// What the console works with beside the terminal: the network, the disk, the log.
///
/// All of it runs on other threads; what it finds out comes back through the ``EventInbox``.
final class ConsoleServices: Sendable {
  let profile: Profile
  let access: ServerAccess
  let disk: DiskQueue
  let journal: OutboxJournal
  let drafts: DraftFiles
  let editing: EditorFiles
  let commandHistory: CommandHistoryFile
  let desk: DeskFile
  let markRequests: MarkRequestFiles
  let logger: Logger
  /// The address of the login.
  let email: String?
  /// What logs in again by itself.
  let secret: LoginSecret?
  /// Where the tokens lie; nil where they are in no file.
  let keeper: SessionKeeper?

  /// Starts the threads; to be made once the terminal has blocked its signals.
  init(
    profile: Profile, server: ServerAddress, tokens: AccountTokens, network: ClientNetwork, email: String?,
    secret: LoginSecret?, isPresent: Bool
  ) {
    self.profile = profile
    self.email = email
    self.secret = secret
    let log = LogFile(path: profile.log)
    let logger = Logger(label: "chatai") { _ in log }
    self.logger = logger
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let disk = DiskQueue(group: group)
    self.disk = disk
    journal = OutboxJournal(directory: profile.outbox, logger: logger)
    editing = EditorFiles(directory: profile.editing)
    drafts = DraftFiles(directory: profile.drafts, logger: logger)
    commandHistory = CommandHistoryFile(path: profile.commandHistory, logger: logger)
    desk = DeskFile(path: profile.desk, logger: logger)
    markRequests = MarkRequestFiles(directory: profile.markRequests)

    // A headless command may use the same login at the same time. A demo's is in no file, and nobody else's.
    let file = SessionFile(profile)
    keeper = (try? file.read()).map { SessionKeeper(file, session: $0, on: group.next(), logger: logger) }
    access = ServerAccess(
      server, tokens: tokens, network: network, group: group, keeper: keeper, isPresent: isPresent, logger: logger)
  }

  var api: ChatAPI { access.api }

  /// Finishes what is to be written, and ends the threads. Call it once, on the main thread.
  func shutDown() {
    // Neither can fail but by being called twice; and there is nobody left to be told.
    let api = api
    try? access.group.next().makeFutureWithTask { await api.shutDown() }.wait()
    disk.shutDown()
    try? access.group.syncShutdownGracefully()
  }

  /// Makes a call of the API, away from the terminal's thread; a failure is logged, by the route's name only.
  func call<Value: Sendable>(
    _ name: String, _ body: @escaping @Sendable (ChatAPI) async throws(APIFailure) -> Value,
    then: @escaping @Sendable (Result<Value, APIFailure>) -> Void
  ) {
    access.call(name, body, then: then)
  }
}
