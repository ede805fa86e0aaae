import ChatProtocol
import Logging
import NIOCore
import Transport
import WebSocket

/// Decides about every socket that asks to be opened, before the client has its 101.
///
/// A socket that may not come in is let through the handshake all the same, and then told why by a close code. A
/// browser's script cannot see the status of a handshake that was refused over HTTP, only that it failed (1006): it
/// could not tell a token that is to be refreshed from a dialog that is not its own, and would try for ever.
struct SocketDoor: Sendable {
  let rooms: Rooms
  /// Told of every operator's socket.
  let operators: Operators
  let authentication: SocketAuthentication
  let desk: OperatorDesk
  /// Told of every heartbeat.
  let accounts: AccountCheck
  let timing: SocketLife.Timing
  let metrics: ServerMetrics
  let now: @Sendable () -> Timestamp
  let logger: Logger

  /// What becomes of a socket.
  enum Admission: Sendable {
    case seated(SocketSession)
    case refused(SocketEnding)

    /// To be called when the handshake is done, on the event loop.
    @Sendable func attach(_ handle: WebSocketHandle) -> WebSocketHandler.Listener {
      switch self {
      case .seated(let session): return session.attach(handle)
      case .refused(let ending):
        handle.close(ending.frame)
        return { _ in }
      }
    }
  }

  /// Lets a socket in or finds out why not. Its seat is given back when the channel closes, however that happens.
  func admit(_ request: SocketRequest, route: SocketRoute, channel: any Channel) async -> Admission {
    do {
      return .seated(try await seat(request, route: route, channel: channel))
    } catch {
      let ending = error as? SocketEnding ?? (error as? RoomRegistry.Refusal).map(SocketEnding.init) ?? .failure
      if ending == .failure {
        logger.error("socket could not be looked at", metadata: ["error": "\(error)"])
      }
      metrics.refused(ending)
      logger.notice(
        "socket refused",
        metadata: route.logMetadata.merging([
          "code": "\(ending.frame.code)", "reason": "\(ending.frame.reason)", "peer": "\(request.peer)",
        ]) { $1 })
      return .refused(ending)
    }
  }

  private func seat(
    _ request: SocketRequest, route: SocketRoute, channel: any Channel
  ) async throws -> SocketSession {
    let socket = try rooms.connect(from: request.peer)
    // Here and not in the session: it must also happen when the client goes before the handshake is done.
    channel.closeFuture.whenComplete { _ in rooms.disconnect(socket) }
    do {
      let identity = try await authentication.authenticate(request, route: route)
      let session = SocketSession(
        socket, identity: identity, expiresIn: identity.expiresAt?.duration(since: now()), timing: timing,
        rooms: rooms, desk: desk, accounts: accounts, eventLoop: channel.eventLoop, metrics: metrics, logger: logger)
      try rooms.admit(socket, session, to: identity.seat) {
        guard case .operatorStream = identity.seat, let user = identity.user else { return }
        rooms.streams.attach(socket, session, of: user, since: identity.since)
      }
      if let user = identity.user, !identity.isPassive {
        operators.handle(.socketOpened(user.id))
        channel.closeFuture.whenComplete { [operators] _ in operators.handle(.socketClosed(user.id)) }
      }
      return session
    } catch {
      // The refused socket lives on until its Close frame is answered; it must not count as one of ours meanwhile.
      rooms.disconnect(socket)
      throw error
    }
  }
}
