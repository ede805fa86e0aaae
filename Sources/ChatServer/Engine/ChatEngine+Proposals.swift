import ChatProtocol
import Logging

/// Answers that operators approve, edit or reject before a visitor sees them.
extension ChatEngine {
  /// Stores an answer for the operators and tells them. To be called inside `writes` only.
  func propose(_ text: String, about messageID: MessageID, in dialogID: DialogID) async throws {
    announce(try await store.addProposal(text, dialogID: dialogID, about: messageID, at: now()))
  }

  /// Ends the proposals that the conversation has left behind, and tells the operators. To be called inside `writes`
  /// only. If it fails nothing is lost: what is behind is not shown and cannot be approved anyway.
  func retireProposals(in dialogID: DialogID) async {
    do {
      for proposal in try await store.retireProposals(dialogID: dialogID, at: now()) { announce(proposal) }
    } catch {
      logger.error("stale proposals were left", metadata: ["dialog": "\(dialogID)", "error": "\(error)"])
    }
  }

  /// Sends a proposal to the visitor, with other words if there are any.
  ///
  /// - Throws: `ProposalConflict`, `StoreError`.
  /// - Returns: nil if there is no such proposal in the dialog.
  func approve(
    proposal id: Int, in dialogID: DialogID, text: String?, by user: User
  ) async throws -> (proposal: Proposal, message: Message)? {
    try await writes.run(dialogID) {
      let start = ContinuousClock.now
      guard
        let approved = try await self.store.approveProposal(
          id: id, dialogID: dialogID, text: text, by: user, at: self.now())
      else { return nil }
      self.push(approved.posted, in: dialogID, since: start)
      self.announce(approved.proposal)
      return (approved.proposal, approved.posted.message)
    }
  }

  /// Says that a proposal is not wanted.
  ///
  /// - Throws: `ProposalConflict`.
  /// - Returns: nil if there is no such proposal in the dialog.
  func reject(proposal id: Int, in dialogID: DialogID, reason: String?, by user: User) async throws -> Proposal? {
    try await writes.run(dialogID) {
      let proposal = try await self.store.rejectProposal(
        id: id, dialogID: dialogID, reason: reason, by: user, at: self.now())
      if let proposal { self.announce(proposal) }
      return proposal
    }
  }

  private func announce(_ proposal: Proposal) {
    do {
      delivery.deliver(try .event(.proposal(proposal)), to: proposal.dialogID, .admins)
    } catch {
      logger.error("a proposal was not announced", metadata: ["dialog": "\(proposal.dialogID)", "error": "\(error)"])
    }
    logger.info(
      "proposal",
      metadata: [
        "dialog": "\(proposal.dialogID)", "proposal": "\(proposal.id)", "state": "\(proposal.state.rawValue)",
        "by": "\(proposal.decidedBy.map { "operator \($0)" } ?? "assistant")",
      ])
  }
}
