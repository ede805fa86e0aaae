import ChatProtocol
import Logging
import NIOCore
import Synchronization

/// One open socket of an operator's stream.
protocol StreamMember: AnyObject, Sendable {
  /// Where it lives; `wake` and `close` are called there and nowhere else.
  var eventLoop: any EventLoop { get }
  /// There is something to `StreamHub.take(for:)`.
  func wake()
  /// Ends the socket with the code that says why.
  func close(_ ending: SocketEnding)
}

/// The operators' streams of this process: a lock around `OperatorStreams`, and the sockets that its actions are about.
final class StreamHub: Sendable {
  private struct State {
    var streams: OperatorStreams
    var members: [SocketID: any StreamMember] = [:]
  }

  private let state: Mutex<State>
  private let clock = MonotonicClock()
  private let owner: @Sendable (DialogID) async throws -> UserID?
  private let logger: Logger

  /// - Parameter owner: whose dialog it is; nil if there is no such dialog.
  init(
    limits: OperatorStreams.Limits, logger: Logger, owner: @escaping @Sendable (DialogID) async throws -> UserID?
  ) {
    state = Mutex(State(streams: OperatorStreams(limits: limits)))
    self.owner = owner
    self.logger = logger
  }

  /// How many operators' streams are kept.
  var streamCount: Int { state.withLock(\.streams.streamCount) }

  /// An operator's socket opens: from now on nothing that it may see passes it by.
  func attach(_ socket: SocketID, _ member: any StreamMember, of user: User, since: OperatorStreams.Position?) {
    let epoch = String(UInt64.random(in: .min ... .max), radix: 16)
    handle(.attach(socket, user.id, OperatorStreams.Scope(user), since: since, newEpoch: epoch)) {
      $0[socket] = member
    }
  }

  /// It is gone, whether or not it was ever attached.
  func detach(_ socket: SocketID) {
    handle(.detach(socket)) { $0[socket] = nil }
  }

  /// The next frame for a socket that was woken, and whether another one waits behind it.
  func take(for socket: SocketID) -> (frame: Frame?, hasMore: Bool) {
    var frame: Frame?
    var hasMore = false
    var others: [OperatorStreams.Action] = []
    for action in state.withLock({ $0.streams.handle(.ready(socket), at: clock.now) }) {
      switch action {
      case .send(let next, to: socket): frame = next
      case .wake(socket): hasMore = true
      default: others.append(action)
      }
    }
    carryOut(others)
    return (frame, hasMore)
  }

  /// Tells every operator who may see it, but for one who may be spared it.
  func publish(_ frame: Frame, about subject: OperatorStreams.Subject, except: UserID? = nil) {
    // Nobody there: nothing to encode.
    guard streamCount > 0 else { return }
    do {
      let dialogID: DialogID? = if case .dialog(let id) = subject { id } else { nil }
      guard let event = try frame.streamEvent(dialogID: dialogID) else { return }
      handle(.publish(event, about: subject, except: except))
    } catch {
      logger.error("an event cannot be encoded", metadata: ["error": "\(error)"])
    }
  }

  private func handle(
    _ event: OperatorStreams.Event, _ register: (inout [SocketID: any StreamMember]) -> Void = { _ in }
  ) {
    carryOut(
      state.withLock { state in
        register(&state.members)
        return state.streams.handle(event, at: clock.now)
      })
  }

  private func carryOut(_ actions: [OperatorStreams.Action]) {
    var woken: [SocketID] = []
    for action in actions {
      switch action {
      case .wake(let socket): woken.append(socket)
      case .send: break  // Only ever the answer to `ready`: see `take`.
      case .close(let socket): onEventLoops(of: [socket]) { $0.close(.fellBehind) }
      case .lookUp(let dialogID): lookUp(dialogID)
      case .setAlarm(let after): setAlarm(after: after)
      }
    }
    onEventLoops(of: woken) { $0.wake() }
  }

  /// One hop to each event loop, however many sockets live there.
  private func onEventLoops(of sockets: [SocketID], _ body: @escaping @Sendable (any StreamMember) -> Void) {
    guard !sockets.isEmpty else { return }
    let members = state.withLock { state in sockets.compactMap { state.members[$0] } }
    for group in Dictionary(grouping: members, by: { ObjectIdentifier($0.eventLoop) }).values {
      group[0].eventLoop.execute { group.forEach(body) }
    }
  }

  private func lookUp(_ dialogID: DialogID) {
    Task {
      do {
        handle(.owner(try await owner(dialogID), of: dialogID))
      } catch {
        logger.error(
          "a dialog's owner could not be looked up", metadata: ["dialog": "\(dialogID)", "error": "\(error)"])
        handle(.lookUpFailed)
      }
    }
  }

  private func setAlarm(after: Duration) {
    Task { [weak self] in
      try? await Task.sleep(for: after)
      self?.handle(.alarm)
    }
  }
}
