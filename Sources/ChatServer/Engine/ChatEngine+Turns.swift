import ChatProtocol
import Logging
import Synchronization

extension ChatEngine {
  /// The most messages of a dialog that the AI is shown.
  static let longestHistory = 50
  /// The most unanswered messages that it answers at once.
  static let mostUnanswered = 10

  /// Gives the AI its turn about a message that was just stored. To be called inside `writes` only.
  func beginTurn(about message: Message, in dialogID: DialogID) -> AsyncStream<AssistantTurn> {
    turns.begin(message.id, in: dialogID) { turn, first in
      do {
        let start = ContinuousClock.now
        let result = try await self.takeTurn(turn, from: first, about: message, in: dialogID)
        self.metrics.turn(result.name, took: start.duration(to: .now))
        return result
      } catch is CancellationError {
        return .silent
      } catch {
        self.logger.error("the assistant's turn failed", metadata: ["dialog": "\(dialogID)", "error": "\(error)"])
        return .silent
      }
    }
  }

  private func takeTurn(
    _ turn: TurnDesk.Turn, from first: MessageID, about message: Message, in dialogID: DialogID
  ) async throws -> AssistantTurn {
    try await writes.run(dialogID) { await self.retireProposals(in: dialogID) }
    guard let before = try await store.dialog(id: dialogID, visibleTo: .everything), before.autoResponse != false
    else { return .silent }
    let settings = try await settings(for: before)
    guard settings.mode != .off else { return .silent }
    let history = try await store.messages(dialogID: dialogID, .latest(limit: Self.longestHistory))
    let question = Question(
      texts: Self.texts(in: history, from: first, mode: settings.mode), history: history, settings: settings)
    let attempts = AttemptLog()
    let decision = await answers.decide(
      on: question,
      reportingTo: AnswerReporter(
        // What becomes of a proposal is not known yet, so the visitor is not told to wait for it.
        thinking: { self.turns.type(turn, in: dialogID, for: settings.mode == .propose ? .admins : .everyone) },
        tried: attempts.add))
    return try await writes.run(dialogID) {
      // A newer message, an operator who came or a request for one has ended this turn.
      guard self.turns.claim(turn, in: dialogID) else { return .silent }
      defer { self.turns.finish(turn, in: dialogID) }
      // What another process or a command changed while it thought is seen here only.
      guard let after = try await self.store.dialog(id: dialogID, visibleTo: .everything),
        after.autoResponse != false, after.handoffRequestedAt == before.handoffRequestedAt,
        after.handoffStartedAt == before.handoffStartedAt, try await self.settings(for: after).mode == settings.mode
      else { return .silent }
      switch decision {
      case .silence:
        return .silent
      case .answer(let text) where settings.mode == .propose:
        try await self.propose(text, about: message.id, in: dialogID)
        return .silent
      case .answer(let text):
        let answer = NewMessage(dialogID: dialogID, sender: .assistant, text: text, timestamp: self.now())
        return .answered(try await self.storeAndPush(answer).message)
      case .handOff(let reason):
        // First, for the command ends the dialog's turns, and this one has more to say than that.
        self.turns.finish(turn, in: dialogID)
        // The message's id makes the request's: one message asks for a human once.
        let command = HandoffCommand.request(
          requestID: "message-\(message.id)", reason: reason.description, lastUserText: message.text)
        let outcome = try await self.commandAndPush(
          dialogID: dialogID, command, by: .assistant, cause: HandoffCause(reason, attempts: attempts.all))
        return .handedOff(outcome.status.status)
      }
    }
  }

  private func settings(for dialog: Dialog) async throws -> AssistantSettings {
    guard let id = dialog.assistantID else { return AssistantSettings() }
    return try await store.assistant(id: id)?.settings ?? AssistantSettings()
  }

  /// The visitor's messages that the turn is about. Where nothing is said without an operator, earlier ones may not
  /// have been answered either.
  private static func texts(
    in history: [Message], from first: MessageID, mode: AssistantSettings.Mode
  ) -> [String] {
    let lastAnswer = history.lastIndex { $0.sender != .user }.map { history[$0].id } ?? 0
    return history.filter { $0.sender == .user && ($0.id >= first || mode == .propose && $0.id > lastAnswer) }
      .suffix(mostUnanswered).map(\.text)
  }

  /// What the AI did when a message that is now repeated came first, as far as it can still be told.
  func pastTurn(after message: Message, in dialogID: DialogID) -> AsyncStream<AssistantTurn> {
    let (results, result) = AsyncStream.makeStream(of: AssistantTurn.self)
    Task {
      // The client may have lost patience while the AI thinks.
      await turns.settle(message.id)
      do {
        result.yield(try await whatFollowed(message, in: dialogID))
      } catch {
        logger.error("a past turn is not known", metadata: ["dialog": "\(dialogID)", "error": "\(error)"])
      }
      result.finish()
    }
    return results
  }

  private func whatFollowed(_ message: Message, in dialogID: DialogID) async throws -> AssistantTurn {
    let next = try await store.messages(dialogID: dialogID, .after(message.id, limit: 1)).first
    if let next, next.sender == .assistant { return .answered(next) }
    let handoff = try await store.handoffStatus(dialogID: dialogID)
    guard next == nil, handoff.status == .requested, let asked = handoff.requestedAt, let written = message.timestamp,
      asked >= written
    else { return .silent }
    return .handedOff(handoff.status)
  }
}

/// What one turn tried.
private final class AttemptLog: Sendable {
  /// The most that are kept.
  private static let capacity = 20

  private let attempts = Mutex<[AnswerAttempt]>([])

  var all: [AnswerAttempt] { attempts.withLock { $0 } }

  @Sendable func add(_ attempt: AnswerAttempt) {
    attempts.withLock { attempts in
      if attempts.count < Self.capacity { attempts.append(attempt) }
    }
  }
}
