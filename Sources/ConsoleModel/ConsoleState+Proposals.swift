public import ChatProtocol
import LiveLink

/// What an operator does with a proposal of the AI.
public struct ProposalDecision: Hashable, Sendable {
  /// What is to become of it.
  public enum Verdict: Hashable, Sendable {
    /// It is sent, in other words if there are any.
    case approve(text: String?)
    /// It is not wanted; why.
    case reject(reason: String)
  }

  /// What is to become of it.
  public let verdict: Verdict
  /// Which proposal.
  public let proposalID: Proposal.ID
  /// The dialog it is for.
  public let dialogID: DialogID
}

/// The AI's proposals: what waits, what an operator decides, and what became of it meanwhile.
extension ConsoleState {
  /// The proposal that the operator decides on next in a dialog: the newest, for it answers the newest question.
  public func openProposal(in id: DialogID) -> Proposal? { proposals[id]?.last }

  /// The proposal that the composer's text of a dialog comes from, while it waits for a decision.
  public func editedProposal(in id: DialogID) -> Proposal? {
    guard let edited = engine.editedProposals[id] else { return nil }
    return proposals[id]?.first { $0.id == edited }
  }

  var proposalAvailability: Availability {
    guard session.capabilities.hasProposals else { return .no("The AI of this server proposes nothing") }
    guard let id = target else { return .no("No dialog is chosen") }
    guard let proposal = openProposal(in: id) else { return .no("The AI proposes nothing in #\(id)") }
    return engine.decisions[proposal.id] == nil ? .yes : .no("#\(id): wait, the decision is under way")
  }

  // MARK: Deciding

  /// Asks whether the proposal is sent as it is.
  mutating func askApproval() {
    guard let id = target, let proposal = openProposal(in: id) else { return }
    // What is sent is to be read before.
    open(id)
    let name = list.entries[id]?.visitorName ?? "the visitor"
    prompt = Prompt(
      .approve(proposal.id), in: id, "Send the AI's words to \(name) as they are?", confirmKey: .character("y"), "send")
  }

  /// Takes the proposal into the composer.
  mutating func editProposal() {
    guard let id = target, let proposal = openProposal(in: id) else { return }
    open(id)
    if composers[id]?.buffer.isEmpty == false, engine.editedProposals[id] != proposal.id {
      return say(.warning, "There is a draft in the composer: send it or clear it first")
    }
    if composers[id]?.buffer.isEmpty ?? true {
      composers[id, default: Composer()].paste(proposal.text)
      noteDraft(id)
    }
    engine.editedProposals[id] = proposal.id
    compose(in: id)
    say(.info, "Change the AI's words and send them as your own")
  }

  /// Rejects the proposal.
  mutating func rejectProposal(reason: String) {
    guard let id = target, let proposal = openProposal(in: id) else { return }
    decide(.reject(reason: reason), on: proposal.id, in: id)
  }

  /// Sends what is in the composer in place of the proposal it was taken from; false if it comes from none that still
  /// waits.
  mutating func sendsEditedProposal(_ text: String, in id: DialogID) -> Bool {
    guard let edited = engine.editedProposals[id] else { return false }
    guard proposals[id]?.contains(where: { $0.id == edited }) == true else {
      engine.editedProposals[id] = nil
      return false
    }
    decide(.approve(text: text), on: edited, in: id)
    return true
  }

  /// Has a decision carried out.
  mutating func decide(_ verdict: ProposalDecision.Verdict, on proposal: Proposal.ID, in id: DialogID) {
    guard engine.decisions[proposal] == nil else { return say(.warning, "Wait: the decision is under way") }
    guard proposals[id]?.contains(where: { $0.id == proposal }) == true else {
      return say(.warning, "The proposal in #\(id) is gone")
    }
    let decision = ProposalDecision(verdict: verdict, proposalID: proposal, dialogID: id)
    engine.decisions[proposal] = decision
    emit(.decide(decision))
    if case .reject = verdict { say(.info, "Rejecting the proposal…") } else { say(.info, "Sending…") }
  }

  /// The server did it.
  mutating func decided(_ decision: ProposalDecision, _ message: Message?) {
    let id = decision.dialogID
    engine.decisions[decision.proposalID] = nil
    dropProposal(decision.proposalID, in: id)
    if let message { feed(.stored(message), toLinkOf: id) }
    switch decision.verdict {
    case .approve(let text?):
      engine.editedProposals[id] = nil
      if composers[id]?.sendable == text {
        composers[id]?.sent(text)
        noteDraft(id)
        saveDrafts()
        if conversation?.dialogID == id { scroll(to: .bottom) }
      }
      say(.info, "Sent in your words")
    case .approve(nil): say(.info, "The AI's words are sent")
    case .reject: say(.info, "The proposal is rejected")
    }
  }

  /// The server did not do it, or did not say so. What was typed is still in the composer.
  mutating func decisionFailed(_ decision: ProposalDecision, _ failure: APIFailure) {
    let id = decision.dialogID
    engine.decisions[decision.proposalID] = nil
    switch failure {
    case .conflict, .notFound:
      dropProposal(decision.proposalID, in: id)
      let isKept = engine.editedProposals[id] == decision.proposalID
      say(.warning, "#\(id): \(failure)." + (isKept ? " Your words are still in the composer" : ""))
    case let failure where failure.mayHaveTakenEffect:
      say(.error, "#\(id): \(failure). It may have worked: looking")
      feed(.refresh, toLinkOf: id)
    default: say(.error, "#\(id): the proposal waits still: \(failure)")
    }
    emit(.loadProposals(id))
  }

  // MARK: What waits

  /// Asks which proposals wait in a dialog, where there are any.
  mutating func loadProposals(in id: DialogID) {
    if session.capabilities.hasProposals { emit(.loadProposals(id)) }
  }

  /// Which proposals wait in a dialog.
  mutating func take(_ open: [Proposal], of id: DialogID) {
    setProposals(open.filter { $0.state == .open }, in: id)
  }

  /// A proposal was made, or something became of one.
  mutating func proposalChanged(_ proposal: Proposal) {
    let id = proposal.dialogID
    if proposal.state == .open {
      var waiting = proposals[id] ?? []
      guard !waiting.contains(where: { $0.id == proposal.id }) else { return }
      waiting.append(proposal)
      setProposals(waiting.sorted { $0.id < $1.id }, in: id)
      announce(.proposal, id)
      guard !isInView(id) else { return }
      let name = list.entries[id]?.visitorName.map { "\($0) " } ?? ""
      say(.info, "\(name)#\(id): the AI proposes an answer")
      return
    }
    let wasKnown = proposals[id]?.contains { $0.id == proposal.id } ?? false
    let isOurs = proposal.decidedBy == session.account?.id || engine.decisions[proposal.id] != nil
    dropProposal(proposal.id, in: id)
    guard wasKnown, !isOurs, conversation?.dialogID == id else { return }
    say(.warning, "#\(id): \(words(for: proposal))")
  }

  private func words(for proposal: Proposal) -> String {
    let who = proposal.decidedBy.map { id in
      Manager?(team.first { $0.id == id }?.manager ?? Manager(id: id, name: nil)).words
    }
    return switch proposal.state {
    case .approved: "\(who ?? "A colleague") has sent the AI's proposal"
    case .edited: "\(who ?? "A colleague") has sent the AI's proposal in other words"
    case .rejected: "\(who ?? "A colleague") has rejected the AI's proposal"
    case .stale, .open: "the AI's proposal is out of date: the conversation has gone on"
    }
  }

  private mutating func dropProposal(_ proposal: Proposal.ID, in id: DialogID) {
    setProposals((proposals[id] ?? []).filter { $0.id != proposal }, in: id)
  }

  private mutating func setProposals(_ waiting: [Proposal], in id: DialogID) {
    proposals[id] = waiting.isEmpty ? nil : waiting
    list.update(id) { $0.openProposals = waiting.count }
    // A question about what is gone is no question any more.
    if case .approve(let asked) = prompt?.act, prompt?.dialogID == id, !waiting.contains(where: { $0.id == asked }) {
      prompt = nil
    }
  }
}
