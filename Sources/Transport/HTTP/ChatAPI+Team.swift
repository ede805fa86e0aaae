public import ChatProtocol

// What part 2 tells of the people: the team, who has read what, and who did what to a dialog.
extension ChatAPI {
  /// The operators who may see the same dialogs, this one included (`Capabilities.hasPresence`).
  public func team() async throws(APIFailure) -> [Colleague] {
    try await call(.init(path: "/api/operator/team"), as: ListAnswer<Colleague>.self).items
  }

  private struct Reading: Encodable {
    let messageID: MessageID

    enum CodingKeys: String, CodingKey { case messageID = "message_id" }
  }

  /// Says up to where the operator has read a dialog (`Capabilities.hasReceipts`).
  @discardableResult
  public func markRead(_ dialogID: DialogID, through messageID: MessageID) async throws(APIFailure) -> ReadAnswer {
    try await call(.post("/api/dialogs/\(dialogID)/read", Reading(messageID: messageID)))
  }

  /// Where a dialog stands.
  public func handoffStatus(of dialogID: DialogID) async throws(APIFailure) -> HandoffStatus {
    try await call(.init(path: "/api/dialogs/\(dialogID)/handoff/status"))
  }

  /// What should be known before a dialog is taken over (`Capabilities.hasBrief`);
  /// ``APIFailure/notFound(_:)`` if no human was ever asked for in it.
  public func brief(of dialogID: DialogID) async throws(APIFailure) -> HandoffBrief {
    try await call(.init(path: "/api/dialogs/\(dialogID)/handoff/brief"))
  }

  /// What was done to a dialog, oldest first (`Capabilities.hasLeases`).
  ///
  /// - Parameters:
  ///   - after: Only what is newer than this record.
  ///   - limit: 1 to 1000.
  public func handoffLog(
    of dialogID: DialogID, after: Int = 0, limit: Int = 1000
  ) async throws(APIFailure) -> [HandoffRecord] {
    let path = "/api/dialogs/\(dialogID)/handoff/log?after=\(after)&limit=\(limit)"
    return try await call(.init(path: path), as: ListAnswer<HandoffRecord>.self).items
  }
}
