import ChatProtocol

/// Puts the demo's history into a store: what was said and done in the days before the demo started.
struct DemoSeed: Sendable {
  /// The accounts that the history needs.
  struct Staff: Sendable {
    /// Who looks at the demo.
    let `operator`: User
    let colleague: User
    let assistantID: Int
  }

  let cast: DemoCast

  /// Writes the dialogs in the order in which everything happened, over all of them: ids rise with time, as they do
  /// in a shop that was open all along.
  ///
  /// - Parameter start: the moment that the history's times count from.
  /// - Returns: the visitors whose conversations go on.
  /// - Throws: what the store throws; `HandoffConflict` for a history that could not have happened.
  func plant(in store: ChatStore, staff: Staff, startingAt start: Timestamp) async throws -> [VisitorCrowd.Resident] {
    let happenings = cast.dialogs.enumerated()
      .flatMap { index, dialog in dialog.timeline.map { (index: index, entry: $0) } }
      .sorted { ($0.entry.at, $0.index) < ($1.entry.at, $1.index) }
    var dialogs: [Int: Dialog] = [:]
    var lastUserTexts: [Int: String] = [:]
    for (index, entry) in happenings {
      let time = start.advanced(by: entry.at.duration)
      let identity = cast.dialogs[index].identity
      var dialog: Dialog
      if let known = dialogs[index] {
        dialog = known
      } else {
        dialog = try await store.openDialog(
          for: Visitor(entrance: .widget(assistantID: staff.assistantID), guestID: identity.guestID),
          profile: VisitorProfile(name: identity.name), at: time)
      }
      switch entry.happening {
      case .message(let sender, let text):
        if sender == .user { lastUserTexts[index] = text }
        let author = sender == .manager ? dialog.assignedManagerID.map { Manager(id: $0, name: nil) } : nil
        _ = try await store.append(
          NewMessage(dialogID: dialog.id, sender: sender, author: author, text: text, timestamp: time))
      case .handoff(let verb):
        let (command, actor) = command(
          verb, dialog: dialog, lastUserText: lastUserTexts[index], staff: staff)
        dialog = try await store.handoff(dialogID: dialog.id, command, by: actor, at: time).dialog
      }
      dialogs[index] = dialog
    }
    return cast.dialogs.enumerated().compactMap { index, past in
      guard let script = past.afterwards, let dialog = dialogs[index] else { return nil }
      return VisitorCrowd.Resident(
        identity: past.identity, script: script, stage: .init(resuming: dialog.handoffStatus))
    }
  }

  private func command(
    _ verb: DemoCast.Entry.HandoffVerb, dialog: Dialog, lastUserText: String?, staff: Staff
  ) -> (HandoffCommand, HandoffActor) {
    func actor(_ who: DemoCast.Entry.Actor) -> HandoffActor {
      switch who {
      case .operator: .account(staff.operator)
      case .colleague: .account(staff.colleague)
      }
    }
    switch verb {
    case .request(let reason):
      return (
        .request(requestID: "demo-\(dialog.id)", reason: reason, lastUserText: lastUserText), .assistant
      )
    case .takeover(let who):
      return (.takeOver, actor(who))
    case .release:
      // Who took it gives it back.
      return (.release, dialog.assignedManagerID == staff.colleague.id ? actor(.colleague) : actor(.operator))
    case .cancel(let who):
      return (.cancel, actor(who))
    }
  }
}

extension VisitorSimulation.Stage {
  /// Where a visitor of the history stands, by where its hand-off does.
  fileprivate init(resuming state: HandoffState) {
    switch state {
    case .requested: self = .waiting
    case .active: self = .attended
    case .none, .released, .cancelled, .other: self = .listening
    }
  }
}
