import ChatProtocol
import Logging
import Synchronization

/// Ends the open sockets of operators whose rights were changed elsewhere: by a command, which is another process.
///
/// It looks at a socket with each of its heartbeats, so nothing wakes for it, and whoever lost a right loses the socket
/// within one heartbeat. Sockets that beat while the store is read share the next read: there is never more than one
/// under way, however many sockets there are.
final class AccountCheck: Sendable {
  private struct State {
    /// Those that beat since the last read began, each once.
    var waiting: [ObjectIdentifier: any RoomMember] = [:]
    var isReading = false
  }

  private let state = Mutex(State())
  private let store: ChatStore
  private let rooms: Rooms
  private let logger: Logger

  init(store: ChatStore, rooms: Rooms, logger: Logger) {
    self.store = store
    self.rooms = rooms
    self.logger = logger
  }

  /// A socket's heart beats. A visitor's is left alone: what opened it is no account.
  func beat(_ member: any RoomMember) {
    guard member.user != nil else { return }
    let begins = state.withLock { state in
      state.waiting[ObjectIdentifier(member)] = member
      defer { state.isReading = true }
      return !state.isReading
    }
    guard begins else { return }
    Task {
      while let members = takeWaiting() { await check(members) }
    }
  }

  private func takeWaiting() -> [any RoomMember]? {
    state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.isReading = false
        return nil
      }
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
  }

  private func check(_ members: [any RoomMember]) async {
    do {
      let users = try await store.users(of: Set(members.compactMap(TokenHolder.init)))
      // Another role is another view of the dialogs: the client comes back at once and gets what it may see now.
      let ended = members.filter { member in
        TokenHolder(member).flatMap { users[$0]?.role } != member.user?.role
      }
      for member in ended { logger.notice("rights of an open socket changed", metadata: member.logMetadata) }
      rooms.end(ended)
    } catch {
      // They beat again.
      logger.error("accounts of open sockets could not be read", metadata: ["error": "\(error)"])
    }
  }
}

extension TokenHolder {
  fileprivate init?(_ member: any RoomMember) {
    guard let user = member.user else { return nil }
    self.init(userID: user.id, sessionID: member.sessionID)
  }
}
