/// What a console asks of part 2, by the names on the wire.
extension Capabilities {
  /// One socket tells of all dialogs.
  public var hasOperatorStream: Bool { features.contains("operator-stream") }
  /// The AI proposes answers that an operator approves, edits or rejects.
  public var hasProposals: Bool { features.contains("proposals") }
  /// A takeover is a lease: it can be forced with a reason, passed on and put back into the queue, and there is a log.
  public var hasLeases: Bool { features.contains("leases") }
  /// A request for a human has a brief.
  public var hasBrief: Bool { features.contains("handoff-brief") }
  /// `GET /api/search` finds messages by their words.
  public var hasSearch: Bool { features.contains("search") }
  /// Either side says up to where it has read.
  public var hasReceipts: Bool { features.contains("receipts") }
  /// Operators see how their colleagues are, and whether visitors are there.
  public var hasPresence: Bool { features.contains("presence") }
}
