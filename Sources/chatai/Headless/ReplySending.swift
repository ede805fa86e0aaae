import ChatProtocol
import ConsoleModel
import Headless
import LiveLink
import Transport

/// Sends one text exactly once: the console's ``Outbox`` with one entry, carried out step by step.
struct ReplySending: Sendable {
  let dialogID: DialogID
  let text: String
  let kind: MessageKind
  let ifLastID: MessageID?
  let clientID: String
  /// How long it is tried.
  let patience: Duration

  /// The stored message, its text as it was written where the server escapes it.
  ///
  /// - Throws: `CommandFailure` whose status tells whether it may have arrived.
  func perform(with client: HeadlessClient) async throws -> Message {
    let capabilities = try await client.capabilities()
    guard kind == .message || capabilities.hasNotes else {
      throw CommandFailure(
        "\(client.session.server.authority) has no notes: the visitor would see it", status: .refused)
    }
    if let ifLastID, !capabilities.hasPrecondition { try await check(ifLastID, with: client) }
    var attempt = Attempt(sending: self, client: client, capabilities: capabilities)
    var message = try await attempt.run()
    message.text = message.visibleText(on: capabilities)
    return message
  }

  /// For servers that have no preconditions: a look before the leap. Somebody may still write in between.
  private func check(_ ifLastID: MessageID, with client: HeadlessClient) async throws {
    let messages = try await client.read { api throws(APIFailure) in try await api.messages(in: dialogID) }
    let newer = messages.filter { $0.id > ifLastID }
    if !newer.isEmpty { throw superseded(newer.sorted { $0.id < $1.id }) }
  }

  fileprivate func superseded(_ newer: [Message]) -> CommandFailure {
    let lines = newer.flatMap { Transcript.lines(of: $0, visitor: "visitor", local: .here) }
    let last = newer.last.map { "; the last message is now \($0.id)" } ?? ""
    return CommandFailure(
      "somebody wrote since; nothing was sent\(last)" + lines.map { "\n  " + $0 }.joined(), status: .refused)
  }
}

private struct Attempt {
  let sending: ReplySending
  let client: HeadlessClient
  let capabilities: Capabilities
  private var outbox = Outbox(seed: .random(in: 0...UInt64.max))
  private var steps: [Outbox.Action] = []
  private var message: Message?
  private var failure: APIFailure?
  private let start = ContinuousClock.now

  init(sending: ReplySending, client: HeadlessClient, capabilities: Capabilities) {
    self.sending = sending
    self.client = client
    self.capabilities = capabilities
  }

  mutating func run() async throws -> Message {
    feed(.serverTakesNotes(capabilities.hasNotes))
    feed(.serverTakesClientID(capabilities.hasClientID))
    feed(
      .submit(
        clientID: sending.clientID, dialogID: sending.dialogID, text: sending.text, kind: sending.kind, lastSeenID: nil,
        ifLastID: capabilities.hasPrecondition ? sending.ifLastID : nil, at: .now))
    while !steps.isEmpty {
      try await carryOut(steps.removeFirst())
      if let message { return message }
      try check()
    }
    throw CommandFailure("it could not be sent", status: .unknown)
  }

  private mutating func feed(_ event: Outbox.Event) {
    steps += outbox.handle(event, at: ContinuousClock.now - start)
  }

  private mutating func carryOut(_ action: Outbox.Action) async throws {
    switch action {
    case .journal(let entry):
      // The text is with whoever called; there is nobody to send it later.
      feed(.journaled(clientID: entry.clientID))
    case .post(let entry):
      do throws(APIFailure) {
        let stored = try await client.api.send(
          entry.text, to: entry.dialogID, clientID: capabilities.hasClientID ? entry.clientID : nil, kind: entry.kind,
          ifLastID: entry.ifLastID)
        feed(.answered(clientID: entry.clientID, stored))
      } catch {
        failure = error
        feed(.failed(clientID: entry.clientID, error))
      }
    case .loadHistory(let id, let after):
      do throws(APIFailure) {
        feed(.historyLoaded(id, try await client.api.messages(in: id, after: capabilities.hasPaging ? after : nil)))
      } catch {
        failure = error
        feed(.historyFailed(id, error))
      }
    case .setTimer(let id, let delay):
      guard ContinuousClock.now - start + delay < sending.patience else { throw givenUp() }
      try await client.pause(for: delay)
      feed(.timerFired(id))
    case .report(.settled(_, let stored)): message = stored
    case .erase, .cancelTimer, .report(.rows): break
    }
  }

  /// Whether it stands where only a person can decide.
  private func check() throws {
    switch outbox.rows(of: sending.dialogID).first?.state {
    case .superseded(let newer): throw sending.superseded(newer)
    case .failed(let why):
      throw failure.map { CommandFailure($0, server: client.session.server.authority) }
        ?? CommandFailure(why.escapingControls, status: .refused)
    case .unsure(let why):
      throw CommandFailure(
        "\(why.escapingControls). It may have been sent: look with chatai show \(sending.dialogID)", status: .unknown)
    case .waiting(retryAt: nil, _):
      throw CommandFailure(failure ?? .unauthorized, server: client.session.server.authority)
    case .queued, .sending, .waiting, .checking, nil: break
    }
  }

  private func givenUp() -> CommandFailure {
    let entry = outbox.rows(of: sending.dialogID).first?.entry
    let why = failure?.description.escapingControls ?? "no answer"
    guard entry?.mayHaveBeenSent == true, failure?.mayHaveTakenEffect == true else {
      return CommandFailure("\(client.session.server.authority): \(why); nothing was sent", status: .unreachable)
    }
    let advice =
      capabilities.hasClientID
      ? "repeat it with --client-id \(sending.clientID), which makes no second message"
      : "look with chatai show \(sending.dialogID)"
    return CommandFailure(
      "\(client.session.server.authority): \(why). It may have been sent: \(advice)", status: .unknown)
  }
}
