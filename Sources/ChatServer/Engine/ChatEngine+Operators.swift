import ChatProtocol
import Logging

/// What the presence of operators does to dialogs: leases that run out, and waits that are estimated.
extension ChatEngine {
  /// Where a dialog's hand-off stands, with an estimate of the wait.
  ///
  /// - Throws: `StoreError.unknownDialog`.
  func handoffStatus(dialogID: DialogID) async throws -> HandoffStatus {
    try await estimated(try await store.handoffStatus(dialogID: dialogID), dialogID: dialogID)
  }

  /// The status with an estimate of the wait, if it waits and there is anything to judge by.
  func estimated(_ status: HandoffStatus, dialogID: DialogID) async throws -> HandoffStatus {
    guard let position = status.queuePosition else { return status }
    let past = try await store.recentWaits(
      inAccountOf: dialogID, since: now().advanced(by: .zero - WaitEstimate.sampleAge), limit: WaitEstimate.sampleSize)
    var status = status
    status.estimatedWaitMinutes = WaitEstimate.minutes(
      waits: past.waits, position: position, operators: operators.onlineCount(among: past.operators))
    return status
  }

  /// Gives every dialog that an operator has its grace period: nobody knows how long the server was away.
  func restoreLeases() async throws {
    for (dialogID, holder) in try await store.heldDialogs() { operators.handle(.held(dialogID, by: holder)) }
  }

  /// Does what follows from operators' coming and going, until `operators` is stopped.
  ///
  /// - Parameter announce: tells an operator's colleagues how it is.
  func tendOperators(announce: @Sendable (UserID, OperatorStatus) async -> Void) async {
    for await action in operators.actions {
      switch action {
      case .statusChanged(let id, let status):
        logger.info("operator status changed", metadata: ["operator": "\(id)", "status": "\(status.rawValue)"])
        await announce(id, status)
      case .leasesExpired(let id, let dialogs):
        for dialogID in dialogs { await expireLease(of: id, on: dialogID) }
      case .setAlarm:
        break
      }
    }
  }

  private func expireLease(of id: UserID, on dialogID: DialogID) async {
    logger.notice("lease expired", metadata: ["operator": "\(id)", "dialog": "\(dialogID)"])
    do {
      _ = try await handoff(dialogID: dialogID, .expireLease(of: id), by: .server)
    } catch StoreError.unknownDialog {
      // Deleted meanwhile.
    } catch {
      logger.error(
        "a dialog could not be put back into the queue", metadata: ["dialog": "\(dialogID)", "error": "\(error)"])
      // It is still that operator's: another grace period, and then it is tried again.
      operators.handle(.held(dialogID, by: id))
    }
  }
}
