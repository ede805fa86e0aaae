import ChatProtocol
import Logging

/// Waits that become too long: operators are warned once about each.
extension ChatEngine {
  /// What follows from a hand-off that changed, for leases and waits. To be called inside `writes` only, so that a
  /// dialog's changes are told in their order.
  func note(_ outcome: HandoffOutcome) {
    let dialog = outcome.dialog
    operators.handle(.held(dialog.id, by: dialog.assignedManagerID))
    switch outcome.status.status {
    case .requested:
      if let since = outcome.queuedAt { waits.handle(.queued(dialog.id, since: since)) }
    case .active:
      if let since = outcome.status.startedAt { waits.handle(.active(dialog.id, since: since)) }
    case .none, .released, .cancelled, .other:
      waits.handle(.resolved(dialog.id))
    }
  }

  /// What follows from a message that was stored. To be called inside `writes` only.
  func note(_ appended: Appended, in dialogID: DialogID) {
    let message = appended.message
    guard !appended.isDuplicate, message.kind == .message, appended.handoffStatus == .active else { return }
    switch message.sender {
    case .user: waits.handle(.visitorWrote(dialogID, at: message.timestamp ?? now()))
    case .manager: waits.handle(.operatorWrote(dialogID))
    case .assistant, .system, .other: break
    }
  }

  /// Goes on with the waits that were under way when the server stopped.
  func restoreWaits() async throws {
    for open in try await store.openWaits() {
      waits.handle(.restored(open.dialogID, open.wait, isReported: open.isReported))
    }
  }

  /// Warns operators of waits that become too long, until `waits` is stopped.
  func tendWaits() async {
    for await case .overdue(let dialogID, let wait) in waits.actions {
      do {
        try await report(wait, in: dialogID)
      } catch {
        logger.error(
          "an overdue wait could not be reported", metadata: ["dialog": "\(dialogID)", "error": "\(error)"])
      }
    }
  }

  private func report(_ wait: OverdueWatch.Wait, in dialogID: DialogID) async throws {
    try await writes.run(dialogID) {
      // Somebody may have come just now. And on disk first: a warning that is lost in a crash is better than one that
      // comes with every start.
      guard self.waits.read({ $0.wait(in: dialogID) }) == wait else { return }
      guard try await self.store.markOverdue(dialogID: dialogID, since: wait.since) else {
        // Deleted meanwhile: nobody waits there any more.
        self.waits.handle(.resolved(dialogID))
        return
      }
      let waited = max(self.now().duration(since: wait.since), .zero).components.seconds
      self.delivery.deliver(
        try .event(.handoffOverdue(wait.kind, dialogID: dialogID, waitedSeconds: Int(waited))), to: dialogID, .admins)
      self.logger.notice(
        "visitor waits too long",
        metadata: ["dialog": "\(dialogID)", "kind": "\(wait.kind.rawValue)", "seconds": "\(waited)"])
    }
  }
}
