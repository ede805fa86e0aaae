import ChatProtocol

/// Marks that commands without a screen have asked for.
extension ConsoleState {
  /// Sets them, has them kept at once, and only then the requests forgotten.
  ///
  /// Whoever is in the dialog stays there: it is the operator who leaves a dialog by setting it aside, not a script.
  mutating func take(_ requests: [MarkRequest]) {
    let fresh = requests.filter { engine.takenMarkRequests.insert($0.id).inserted }
    guard !fresh.isEmpty else { return }
    var changed: [MarkRequest] = []
    for request in fresh {
      let before = marks[request.dialogID]
      if let event = request.change.event(in: request.dialogID, with: before) {
        // What was to be set aside until a time that is over by now was set aside, and is back.
        mark(event, at: min(request.at, clock.now))
      }
      if marks[request.dialogID] != before { changed.append(request) }
    }
    setAlarm(.desk, at: nil)
    writeDesk(with: fresh.map(\.id))
    if let first = changed.first {
      let dialogs = Set(changed.map(\.dialogID)).count
      say(
        .info,
        changed.count == 1
          ? "#\(first.dialogID) \(words(first.change)), by a macro from the shell"
          : "\(changed.count) marks of \(dialogs == 1 ? "#\(first.dialogID)" : "\(dialogs) dialogs") are set by macros from the shell"
      )
    }
    mark(.tick)
  }

  private func words(_ change: DialogMarks.Change) -> String {
    switch change {
    case .label(let label, let isOn): isOn ? "has the label \(label)" : "has lost the label \(label)"
    case .priority(let priority): "has \(priority?.rawValue ?? "no") priority"
    case .snooze(let until): "is set aside until \(shortText(until))"
    case .unread: "is marked unread"
    }
  }
}
