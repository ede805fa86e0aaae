public import ChatProtocol

// What the AI proposes and operators decide on (part 2, `Capabilities.hasProposals`).
extension ChatAPI {
  /// The proposals of a dialog that wait for a decision, oldest first.
  public func proposals(in dialogID: DialogID) async throws(APIFailure) -> [Proposal] {
    try await call(.init(path: "/api/dialogs/\(dialogID)/proposals"), as: ListAnswer<Proposal>.self).items
  }

  private struct Approval: Encodable {
    let text: String?
  }

  /// What approving a proposal came to.
  public struct Approved: Decodable, Hashable, Sendable {
    /// The proposal as it is now.
    public let proposal: Proposal
    /// The message that the visitor was sent.
    public let message: Message
  }

  /// Sends a proposal to the visitor.
  ///
  /// - Parameter text: What is sent in its place; nil for the AI's own words.
  /// - Throws: ``APIFailure/conflict(_:)`` if a colleague was faster, or the conversation has gone on.
  public func approve(
    _ proposal: Proposal.ID, in dialogID: DialogID, text: String? = nil
  ) async throws(APIFailure) -> Approved {
    try await call(.post("/api/dialogs/\(dialogID)/proposals/\(proposal)/approve", Approval(text: text)))
  }

  private struct Rejection: Encodable {
    let reason: String?
  }

  /// Says that a proposal is not wanted.
  ///
  /// - Throws: ``APIFailure/conflict(_:)`` if a colleague was faster, or the conversation has gone on.
  @discardableResult
  public func reject(
    _ proposal: Proposal.ID, in dialogID: DialogID, reason: String? = nil
  ) async throws(APIFailure) -> Proposal {
    try await call(.post("/api/dialogs/\(dialogID)/proposals/\(proposal)/reject", Rejection(reason: reason)))
  }
}
