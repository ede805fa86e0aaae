public import ChatProtocol

/// Passing a dialog on, putting it back, taking it from a colleague, and what was done to it: for servers with leases.
extension ConsoleState {
  // MARK: What can be done

  /// Says no on a server that cannot do it.
  private func whereLeasesAre(_ judge: (DialogID, Holder) -> Availability) -> Availability {
    guard session.capabilities.hasLeases else {
      return .no("This server has no transfers, requeues or forced takeovers")
    }
    return availability(judge)
  }

  var transferAvailability: Availability {
    whereLeasesAre { id, holder in holder == .me ? .yes : .no("#\(id) is not yours to pass on") }
  }

  var requeueAvailability: Availability {
    whereLeasesAre { id, holder in holder == .me ? .yes : .no("#\(id) is not yours to put back") }
  }

  var forceAvailability: Availability {
    whereLeasesAre { id, holder in
      switch holder {
      case .other: .yes
      case .me: .no("You have #\(id)")
      case .nobodyYet, .assistant: .no("Nobody has #\(id): take it over without force")
      }
    }
  }

  var logAvailability: Availability {
    guard session.capabilities.hasLeases else { return .no("This server keeps no log of hand-offs") }
    return target == nil ? .no("No dialog is chosen") : .yes
  }

  // MARK: Acts

  /// Passes the dialog on: to the operator named, or to one that is picked.
  mutating func startTransfer(to name: String?, note: String?) {
    guard let id = target else { return }
    emit(.loadTeam)
    guard let name else { return pick(.transfer(id, note: note), status: team.isEmpty ? "Reading the team…" : "") }
    let matching = team.filter { $0.id != session.account?.id && $0.isCalled(name) }
    guard matching.count == 1, let colleague = matching.first else {
      pick(.transfer(id, note: note), status: matching.isEmpty ? "Nobody is called \(name)" : "Which one?")
      if !matching.isEmpty { editPicker { $0.insert(name) } }
      return
    }
    transfer(id, to: colleague.manager, note: note)
  }

  /// Passes a dialog on.
  mutating func transfer(_ id: DialogID, to manager: Manager, note: String?) {
    begin(.transfer(to: manager, note: note), id)
  }

  /// Asks whether the dialog goes back to the queue.
  mutating func askRequeue(reason: String?) {
    guard let id = target else { return }
    prompt = Prompt(
      .requeue(reason: reason), in: id, "Put #\(id) back into the queue, for any operator?",
      confirmKey: .character("y"), "put back")
  }

  /// Takes the dialog from the colleague who has it.
  mutating func forceTakeover(reason: String) {
    guard let id = target else { return }
    guard reason.contains(where: { !$0.isWhitespace }) else { return say(.warning, "Why? The log keeps the reason") }
    begin(.forceTakeover(reason: reason), id)
  }

  // MARK: The team

  /// The team could not be read.
  mutating func teamFailed(_ failure: APIFailure) {
    if case .transfer = picker?.purpose { picker?.status = "The team could not be read: \(failure)" }
  }

  /// Those who can get a dialog: who is there first, those with room before the full ones.
  var colleagueItems: [Picker.Item] {
    let others = team.filter { $0.id != session.account?.id }
    return others.sorted { $0.transferRank < $1.transferRank }.map { colleague in
      let name = Manager?(colleague.manager).words
      return Picker.Item(
        .colleague(colleague.manager), name, colleague.stateWords,
        refusal: colleague.isFull ? "\(name) has as many dialogs as one may have" : nil)
    }
  }

  // MARK: The log

  /// Shows what was done to the dialog.
  mutating func showLog() {
    guard let id = target else { return }
    dialogLog = nil
    pick(.log(id), status: "Reading the log…")
    emit(.loadLog(id))
  }

  /// The log has been read.
  mutating func take(_ log: [HandoffRecord], of id: DialogID) {
    guard picker?.purpose == .log(id) else { return }
    dialogLog = log
    picker?.status = log.isEmpty ? "Nothing was ever done to #\(id)" : ""
    // What was done last is looked for most.
    movePicker(by: log.count)
  }

  /// The log could not be read.
  mutating func logFailed(_ id: DialogID, _ failure: APIFailure) {
    if picker?.purpose == .log(id) { picker?.status = "The log could not be read: \(failure)" }
  }

  func logItems(for id: DialogID) -> [Picker.Item] {
    (dialogLog ?? []).map { record in
      Picker.Item(nil, record.at.map(shortText) ?? "--:--", record.sentence)
    }
  }
}

extension Colleague {
  /// Whether a name that was typed means this one: by its number, or by the start of any part of its name.
  func isCalled(_ typed: String) -> Bool {
    if let number = typed.dialogNumber { return number == id }
    let typed = typed.lowercased()
    let name = (name ?? "").lowercased()
    return name.hasPrefix(typed) || name.split(separator: " ").contains { $0.hasPrefix(typed) }
  }

  /// Who is offered first.
  fileprivate var transferRank: (Int, Int, Int, UserID) {
    let place =
      switch status {
      case .online: 0
      case .away: 1
      case .offline: 2
      }
    return (place, isFull ? 1 : 0, dialogs ?? 0, id)
  }

  /// `online, 2 of 4`.
  var stateWords: String {
    guard let dialogs else { return status.rawValue }
    return "\(status.rawValue), \(dialogs)" + (capacity.map { " of \($0)" } ?? "") + (isFull ? ", full" : "")
  }
}

extension HandoffRecord {
  /// What happened, in words; may hold raw text.
  public var sentence: String {
    let who =
      switch actor?.kind {
      case "operator": (actor?.id).map { Manager(id: $0, name: actor?.name) }.words
      case "visitor": "The visitor"
      case "assistant": "The AI"
      case "server", nil: "The server"
      case let kind?: kind
      }
    let what =
      switch action {
      case "request": "asked for a human"
      case "takeover": "took it over"
      case "forced_takeover": "took it by force" + (from.map { " from \(Manager?($0).words)" } ?? "")
      case "transfer": "passed it on" + (to.map { " to \(Manager?($0).words)" } ?? "")
      case "requeue": "put it back into the queue"
      case "lease_expired": "put it back into the queue: \(from.words) was gone"
      case "release": "gave it back to the AI"
      case "cancel": "withdrew the request"
      default: action
      }
    return "\(who) \(what)" + (reason.map { ": \($0)" } ?? "")
  }
}
