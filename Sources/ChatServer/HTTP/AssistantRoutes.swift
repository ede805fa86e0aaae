import ChatProtocol
import Hummingbird

/// What operators see of the AI's work: its proposals, and what it tells when it hands over (part 2).
struct AssistantRoutes: Sendable {
  let store: ChatStore
  let engine: ChatEngine

  func add(to operators: RouterGroup<OperatorRequestContext>) {
    operators.group("dialogs/:id/proposals")
      .get(use: proposals)
      .post(":proposal/approve", use: approve)
      .post(":proposal/reject", use: reject)
    operators.get("dialogs/:id/handoff/brief", use: brief)
  }

  @Sendable private func proposals(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let dialog = try await context.requireDialog(in: store)
    return JSONResponse(try await store.openProposals(dialogID: dialog.id))
  }

  private struct Approval: Decodable {
    var text: String?
  }

  private struct Approved: Encodable {
    let proposal: Proposal
    let message: Message
  }

  @Sendable private func approve(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let body = try await request.decodeJSON(orEmpty: Approval())
    let (dialogID, id) = try await decided(context)
    let approved = try await refusingConflicts {
      try await engine.approve(proposal: id, in: dialogID, text: body.text, by: context.user)
    }
    return JSONResponse(Approved(proposal: approved.proposal, message: approved.message))
  }

  private struct Rejection: Decodable {
    var reason: String?
  }

  /// The longest reason, in bytes.
  private static let longestReason = 4000

  @Sendable private func reject(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let body = try await request.decodeJSON(orEmpty: Rejection())
    guard (body.reason?.utf8.count ?? 0) <= Self.longestReason else {
      throw APIError.unprocessable("Field 'reason' may have \(Self.longestReason) bytes at most")
    }
    let (dialogID, id) = try await decided(context)
    return JSONResponse(
      try await refusingConflicts {
        try await engine.reject(proposal: id, in: dialogID, reason: body.reason, by: context.user)
      })
  }

  /// The proposal that the path names, which may not be there.
  private func decided(_ context: OperatorRequestContext) async throws -> (DialogID, Int) {
    let dialog = try await context.requireDialog(in: store)
    guard let id = context.parameters.get("proposal").flatMap(Int.init) else { throw APIError.proposalNotFound }
    return (dialog.id, id)
  }

  private func refusingConflicts<Value>(_ body: () async throws -> Value?) async throws -> Value {
    do {
      guard let value = try await body() else { throw APIError.proposalNotFound }
      return value
    } catch let conflict as ProposalConflict {
      throw APIError.conflict(conflict.description)
    }
  }

  @Sendable private func brief(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let dialog = try await context.requireDialog(in: store)
    guard let brief = try await store.brief(dialogID: dialog.id) else {
      throw APIError.notFound("No operator was asked for in this dialog")
    }
    return JSONResponse(brief)
  }
}

extension APIError {
  fileprivate static let proposalNotFound = APIError.notFound("Proposal not found")
}
