import ChatProtocol
import Logging
import Transport

/// Carries one simulated visitor's actions out, one after the other, and reports what comes back.
final class VisitorClient: Sendable {
  private enum Command: Sendable {
    case act(VisitorSimulation.Action)
    /// Answer the server's heartbeat.
    case pong
  }

  private let identity: VisitorIdentity
  private let door: WidgetDoor
  private let logger: Logger
  private let report: @Sendable (VisitorSimulation.Event) -> Void
  private let commands: AsyncStream<Command>
  private let queue: AsyncStream<Command>.Continuation

  /// - Parameter report: called from any thread, in the order in which things happen.
  init(
    _ identity: VisitorIdentity, door: WidgetDoor, logger: Logger,
    report: @escaping @Sendable (VisitorSimulation.Event) -> Void
  ) {
    self.identity = identity
    self.door = door
    self.logger = logger
    self.report = report
    (commands, queue) = AsyncStream.makeStream()
  }

  /// Hands an action in; it is carried out after those before it.
  func perform(_ action: VisitorSimulation.Action) {
    queue.yield(.act(action))
  }

  /// Carries actions out until the visitor goes away, something fails, or the task is cancelled.
  func run() async {
    var dialogID: DialogID?
    var socket: WebSocketClient.Handle?
    defer { socket?.close() }
    do {
      for await command in commands {
        switch command {
        case .act(.openDialog):
          let id = try await door.openDialog(identity)
          dialogID = id
          socket = try door.connect(to: id, identity) { self.hear($0) }
        case .act(.startTyping):
          socket?.send(text: #"{"type":"typing_start"}"#)
        case .act(.stopTyping):
          socket?.send(text: #"{"type":"typing_stop"}"#)
        case .act(.post(let text)):
          if let dialogID { try await door.post(text, in: dialogID, identity) }
        case .act(.goAway):
          return
        case .pong:
          socket?.send(text: ServerFrame.pong)
        }
      }
    } catch {
      lose(because: "\(error)")
    }
  }

  private func hear(_ event: WebSocketClient.Event) {
    switch event {
    case .opened:
      report(.connected)
    case .text(let text):
      switch ServerFrame.parse(text) {
      case .ping: queue.yield(.pong)
      case .message(let message): report(.received(message.sender))
      case .event(.handoff(let state, _, _, _)): report(.handoff(state))
      case .event, .ignored: break
      }
    case .binary, .pong:
      break
    case .closed(let ending):
      lose(because: "closed: \(ending)")
    case .refused(let refusal):
      lose(because: "refused: \(refusal)")
    case .failed(let error):
      lose(because: "\(error)")
    }
  }

  /// A visitor that closed its own socket is lost too, to nobody's harm: by then it is forgotten.
  private func lose(because reason: String) {
    logger.debug(
      "a simulated visitor's connection ended", metadata: ["guest": "\(identity.guestID)", "why": "\(reason)"])
    report(.connectionLost)
  }
}
