import NIOCore
public import WebSocket

/// An open WebSocket, for tasks: what is to be waited for suspends, and every wait can be cancelled.
///
/// Any number of tasks may receive and send at a time. Each message goes to one receiver, and messages leave whole, in
/// the order of the calls. Memory is bounded both ways: while too much has come that nobody has received, TCP is not
/// read (`WebSocketHandler.Configuration.receiveMarks`), and while too much waits to leave, `send` suspends
/// (`sendMarks`). A session that is let go without `close` drops its connection.
public final class WebSocketSession: Sendable {
  /// A whole message.
  public enum Message: Hashable, Sendable {
    /// A text message.
    case text(String)
    /// A binary message.
    case binary([UInt8])
  }

  /// Thrown when the connection is over.
  public struct Closed: Error, Hashable, Sendable {
    /// How it ended.
    public let ending: WebSocketConnection.Ending

    init(_ ending: WebSocketConnection.Ending) { self.ending = ending }
  }

  /// The subprotocol that the server has chosen, if any.
  public let subprotocol: String?

  private let handle: WebSocketClient.Handle
  private let core: NIOLoopBoundBox<SessionCore>

  init(_ handle: WebSocketClient.Handle, core: NIOLoopBoundBox<SessionCore>, subprotocol: String?) {
    self.handle = handle
    self.core = core
    self.subprotocol = subprotocol
  }

  deinit { handle.abort() }

  // MARK: Receiving

  /// The next message.
  ///
  /// - Throws: `Closed` when there will be none; `CancellationError` when the task has been cancelled, and then no
  ///   message is lost: the next call gets it.
  public func receive() async throws -> Message {
    switch try await receive(within: nil) {
    case .message(let message): return message
    case .ended(let ending): throw Closed(ending)
    case .timedOut: throw CancellationError()
    }
  }

  /// The next message, or nil when none has come in time. The connection is none the worse for that.
  ///
  /// - Throws: as `receive()`.
  public func receive(timeout: Duration) async throws -> Message? {
    switch try await receive(within: timeout) {
    case .message(let message): return message
    case .ended(let ending): throw Closed(ending)
    case .timedOut: return nil
    }
  }

  private func receive(within timeout: Duration?) async throws -> SessionCore.Received {
    try await call { core, ticket in
      core.receive(ticket, timeout: timeout)
    } onCancel: { core, ticket in
      core.stopReceiving(ticket, .failure(CancellationError()))
    }
  }

  /// All messages to come, up to the end; the sequence throws `Closed` if the connection did not end cleanly.
  public var messages: Messages { Messages(session: self) }

  /// How many messages have come that nobody has received.
  public func waitingMessages() async -> Int {
    let count = try? await core.eventLoop.submit { [core] in core.value.waitingMessages }.get()
    return count ?? 0
  }

  /// The messages of a session.
  public struct Messages: AsyncSequence, Sendable {
    /// What it is made of.
    public typealias Element = Message

    let session: WebSocketSession

    /// An iterator; several share the messages among them.
    public func makeAsyncIterator() -> Iterator { Iterator(session: session) }

    /// Takes one message after another.
    public struct Iterator: AsyncIteratorProtocol {
      let session: WebSocketSession

      /// The next message; nil after a clean end.
      public mutating func next() async throws -> Message? {
        do {
          return try await session.receive()
        } catch let closed as Closed where closed.ending.isClean {
          return nil
        }
      }
    }
  }

  // MARK: Sending

  /// Sends a text message, once the send queue has room for it.
  ///
  /// - Throws: `Closed` or `SendError.notOpen` when the connection is over or closing; `CancellationError` when the
  ///   task has been cancelled before the message was queued: then it is not sent.
  public func send(_ text: String) async throws { try await send(.text(text)) }

  /// Sends a binary message. See `send(_:)` for a text.
  public func send(_ bytes: [UInt8]) async throws { try await send(.binary(bytes)) }

  /// Sends a message. See `send(_:)` for a text.
  public func send(_ message: Message) async throws {
    try await call { core, ticket in
      core.send(message, ticket)
    } onCancel: { core, ticket in
      core.stopSending(ticket)
    }
  }

  /// How many bytes wait to leave.
  public func sendQueueSize() async -> Int {
    let size = try? await core.eventLoop.submit { [core] in core.value.sendQueueSize }.get()
    return size ?? 0
  }

  /// Sends a ping, and gives the round trip that the next pong tells. Of several pings under way one pong may answer
  /// all (RFC 6455, section 5.5.3).
  ///
  /// - Throws: as `send(_:)`.
  public func ping() async throws -> Duration {
    try await call { core, ticket in
      core.ping(ticket)
    } onCancel: { core, ticket in
      core.stopPinging(ticket)
    }
  }

  // MARK: Closing

  /// Closes the connection and waits until it is over, `closeTimeout` at most. Messages that have arrived can still be
  /// received; those that arrive from now on are thrown away. If the task is cancelled, the connection is dropped.
  @discardableResult
  public func close(_ frame: CloseFrame = CloseFrame(.normal)) async -> WebSocketConnection.Ending {
    await withTaskCancellationHandler {
      await ending { $0.close(frame) }
    } onCancel: {
      handle.abort()
    }
  }

  /// Drops the connection at once.
  public func abort() { handle.abort() }

  /// Waits until the connection is over, whoever ends it.
  public func closed() async -> WebSocketConnection.Ending { await ending { $0.closed() } }

  private func ending(
    _ ask: @escaping @Sendable (SessionCore) -> EventLoopFuture<WebSocketConnection.Ending>
  ) async -> WebSocketConnection.Ending {
    await withCheckedContinuation { continuation in
      core.eventLoop.execute { [core] in
        ask(core.value).assumeIsolated().whenSuccess { continuation.resume(returning: $0) }
      }
    }
  }

  /// Does something on the event loop that may have to wait.
  private func call<Value: Sendable>(
    _ body: @escaping @Sendable (SessionCore, SessionCore.Ticket) -> EventLoopFuture<Value>,
    onCancel: @escaping @Sendable (SessionCore, SessionCore.Ticket) -> Void
  ) async throws -> Value {
    let ticket = SessionCore.Ticket()
    let core = core
    return try await withTaskCancellationHandler {
      try await core.eventLoop.flatSubmit { body(core.value, ticket) }.get()
    } onCancel: {
      // First the mark: what has not come to the event loop yet finds it there.
      ticket.cancel()
      core.eventLoop.execute { onCancel(core.value, ticket) }
    }
  }
}

extension WebSocketSession.Closed: CustomStringConvertible {
  /// A sentence for a person.
  public var description: String {
    let code = ending.received.map { "code \($0.code)" } ?? "no Close frame (1006)"
    return "the connection is over: \(code)" + (ending.reason.isEmpty ? "" : ", \"\(ending.reason)\"")
  }
}
