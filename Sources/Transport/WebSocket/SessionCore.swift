import NIOCore
import Synchronization
import WebSocket

/// A session's life on its event loop: hands messages to receivers, lets senders wait, and tells everybody of the end.
final class SessionCore {
  typealias Message = WebSocketSession.Message

  /// What a receiver gets.
  enum Received: Sendable {
    case message(Message)
    case ended(WebSocketConnection.Ending)
    case timedOut
  }

  /// One call that may wait, and whether its task has been cancelled before it came here.
  final class Ticket: Sendable {
    private let flag = Atomic(false)

    var isCancelled: Bool { flag.load(ordering: .acquiring) }
    var id: ObjectIdentifier { ObjectIdentifier(self) }

    func cancel() { flag.store(true, ordering: .releasing) }
  }

  private let eventLoop: any EventLoop
  private let handle: WebSocketClient.Handle
  private let opened: EventLoopPromise<String?>

  private var mailbox = Mailbox<Message>()
  private var receivers: [ObjectIdentifier: EventLoopPromise<Received>] = [:]
  private var gate = SendGate<WebSocketHandle.Command>()
  private var senders: [ObjectIdentifier: EventLoopPromise<Void>] = [:]
  private var waitsForDrain = false
  private var pings: [ObjectIdentifier: EventLoopPromise<Duration>] = [:]
  private var closers: [EventLoopPromise<WebSocketConnection.Ending>] = []
  private var isClosing = false
  private var ending: WebSocketConnection.Ending?

  init(_ handle: WebSocketClient.Handle, opened: EventLoopPromise<String?>) {
    eventLoop = opened.futureResult.eventLoop
    self.handle = handle
    self.opened = opened
  }

  // MARK: The connection's events

  func receive(_ event: WebSocketClient.Event) {
    switch event {
    case .opened(let subprotocol): opened.succeed(subprotocol)
    case .text(let text): deliver(.text(text))
    case .binary(let bytes): deliver(.binary(bytes))
    case .pong(let roundTrip):
      guard let roundTrip else { return }
      let waiting = pings
      pings = [:]
      for promise in waiting.values { promise.succeed(roundTrip) }
    case .closed(let ending): end(ending)
    case .refused(let refusal): opened.fail(refusal)
    case .failed(let error): opened.fail(error)
    }
  }

  private func deliver(_ message: Message) {
    // After `close` nobody waits for more; it must not hold the closing up.
    guard !isClosing else { return consumed(message) }
    guard let receiver = mailbox.deliver(message) else { return }
    consumed(message)
    receivers.removeValue(forKey: receiver)?.succeed(.message(message))
  }

  private func consumed(_ message: Message) { connection?.consumed(message.size) }

  private var connection: WebSocketHandle? { handle.attempt.value.openHandle }

  private func end(_ ending: WebSocketConnection.Ending) {
    self.ending = ending
    for id in mailbox.end() { receivers.removeValue(forKey: id)?.succeed(.ended(ending)) }
    failSenders()
    let (pings, closers) = (pings, closers)
    (self.pings, self.closers) = ([:], [])
    for promise in pings.values { promise.fail(WebSocketSession.Closed(ending)) }
    for promise in closers { promise.succeed(ending) }
  }

  // MARK: Receiving

  func receive(_ ticket: Ticket, timeout: Duration?) -> EventLoopFuture<Received> {
    guard !ticket.isCancelled else { return eventLoop.makeFailedFuture(CancellationError()) }
    switch mailbox.receive(ticket.id) {
    case .element(let message):
      if !isClosing { consumed(message) }
      return eventLoop.makeSucceededFuture(.message(message))
    case .ended:
      guard let ending else { return eventLoop.makeFailedFuture(CancellationError()) }
      return eventLoop.makeSucceededFuture(.ended(ending))
    case .wait:
      let promise = eventLoop.makePromise(of: Received.self)
      receivers[ticket.id] = promise
      if let timeout {
        let timer = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timeout)) { [self] in
          stopReceiving(ticket, .success(.timedOut))
        }
        promise.futureResult.assumeIsolated().whenComplete { _ in timer.cancel() }
      }
      return promise.futureResult
    }
  }

  var waitingMessages: Int { mailbox.count }

  func stopReceiving(_ ticket: Ticket, _ result: Result<Received, any Error>) {
    guard mailbox.cancel(ticket.id) else { return }
    receivers.removeValue(forKey: ticket.id)?.completeWith(result)
  }

  // MARK: Sending

  func send(_ message: Message, _ ticket: Ticket) -> EventLoopFuture<Void> {
    guard !ticket.isCancelled else { return eventLoop.makeFailedFuture(CancellationError()) }
    guard let connection, connection.isOpen else { return eventLoop.makeFailedFuture(notOpen) }
    guard gate.mustWait(isFull: connection.isSendQueueFull) else {
      handle.attempt.value.perform(message.command)
      return eventLoop.makeSucceededVoidFuture()
    }
    let promise = eventLoop.makePromise(of: Void.self)
    senders[ticket.id] = promise
    gate.enqueue(message.command, id: ticket.id)
    waitForDrain(connection)
    return promise.futureResult
  }

  func stopSending(_ ticket: Ticket) {
    guard gate.cancel(ticket.id) else { return }
    senders.removeValue(forKey: ticket.id)?.fail(CancellationError())
  }

  private func waitForDrain(_ connection: WebSocketHandle) {
    guard !waitsForDrain else { return }
    waitsForDrain = true
    connection.whenSendable().assumeIsolated().whenComplete { [self] result in
      waitsForDrain = false
      guard case .success = result, connection.isOpen else { return failSenders() }
      while let (id, command) = gate.next(isFull: connection.isSendQueueFull) {
        handle.attempt.value.perform(command)
        senders.removeValue(forKey: id)?.succeed()
      }
      if gate.mustWait(isFull: false) { waitForDrain(connection) }
    }
  }

  private func failSenders() {
    for id in gate.end() { senders.removeValue(forKey: id)?.fail(notOpen) }
  }

  private var notOpen: any Error {
    ending.map { WebSocketSession.Closed($0) } ?? WebSocketConnection.SendError.notOpen
  }

  var sendQueueSize: Int { connection?.sendQueueSize ?? 0 }

  func ping(_ ticket: Ticket) -> EventLoopFuture<Duration> {
    guard !ticket.isCancelled else { return eventLoop.makeFailedFuture(CancellationError()) }
    guard let connection, connection.isOpen else { return eventLoop.makeFailedFuture(notOpen) }
    let promise = eventLoop.makePromise(of: Duration.self)
    pings[ticket.id] = promise
    connection.ping()
    return promise.futureResult
  }

  func stopPinging(_ ticket: Ticket) { pings.removeValue(forKey: ticket.id)?.fail(CancellationError()) }

  // MARK: Closing

  func close(_ frame: CloseFrame) -> EventLoopFuture<WebSocketConnection.Ending> {
    if !isClosing {
      isClosing = true
      failSenders()
      // What waits in the mailbox stays there, but holds up the reading no longer.
      mailbox.forEach(consumed)
      connection?.close(frame)
    }
    return closed()
  }

  func closed() -> EventLoopFuture<WebSocketConnection.Ending> {
    if let ending { return eventLoop.makeSucceededFuture(ending) }
    let promise = eventLoop.makePromise(of: WebSocketConnection.Ending.self)
    closers.append(promise)
    return promise.futureResult
  }
}

extension WebSocketSession.Message {
  /// The payload's size, in bytes.
  var size: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .binary(let bytes): bytes.count
    }
  }

  fileprivate var command: WebSocketHandle.Command {
    switch self {
    case .text(let text): .text(TextMessage(text))
    case .binary(let bytes): .binary(bytes)
    }
  }
}
