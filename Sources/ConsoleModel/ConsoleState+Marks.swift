import ChatProtocol

/// The operator's own marks, and what is kept of them on disk.
extension ConsoleState {
  /// The longest time that a mark is only in memory.
  private static let deskDelay: Duration = .seconds(2)
  /// Readings of more dialogs than this are not kept: those of the most recent are.
  static let readingLimit = 5000

  var targetAvailability: Availability { target == nil ? .no("No dialog is chosen") : .yes }

  // MARK: Marking

  /// Gives an event to the marks and takes over what follows.
  ///
  /// - Parameter time: When it happened; nil for now.
  mutating func mark(_ event: MarkBook.Event, at time: Timestamp? = nil) {
    for action in marks.handle(event, at: time ?? clock.now) {
      switch action {
      case .changed(let id):
        let mark = marks[id]
        list.update(id) { $0.marks = mark }
        noteDesk()
      case .returned(let id, let why): returned(id, why)
      }
    }
  }

  /// Sees to it that what was set aside comes back in time, also after a night in which the machine slept.
  mutating func planSnooze() {
    if let due = marks.nextDue, due <= clock.now { mark(.tick) }
    let due = marks.nextDue
    // The clocks differ by a hair each turn: that is no reason to set the alarm anew.
    guard due != engine.snoozePlannedFor || (due != nil && engine.alarms[.snooze] == nil) else { return }
    engine.snoozePlannedFor = due
    setAlarm(.snooze, at: due.map { clock.monotonic + max(.zero, $0.duration(since: clock.now)) })
  }

  private mutating func returned(_ id: DialogID, _ why: MarkBook.Return) {
    let name = list.entries[id]?.visitorName.map { "\($0) " } ?? ""
    switch why {
    case .due(let since): say(.warning, "\(name)#\(id) is back: you set it aside \(shortText(since))")
    case .visitorWrote: say(.warning, "\(name)#\(id) is back: the visitor has written")
    }
    if case .due = why {
      // It is there to be dealt with, whoever has it and whatever was read.
      mark(.toggleUnread(id))
    }
    announce(.returned, id)
  }

  mutating func toggleUnread() {
    guard let id = target else { return }
    mark(.toggleUnread(id), in: id, as: "Marking #\(id) unread", again: Command(.markUnread))
    if marks[id].isUnread {
      if focus == .conversation { goBack() }
      say(.info, "#\(id) is marked unread")
    } else {
      say(.info, "#\(id) is not marked unread any more")
    }
  }

  // MARK: Setting aside

  mutating func startSnooze(until typed: String?) {
    guard let id = target else { return }
    guard let typed else { return pick(.snooze(id)) }
    guard let until = clock.moment(typed: typed) else {
      return say(.warning, "“\(typed)” is no time to come: 15m, 1h30m, 17:00, tomorrow 9:00, fri")
    }
    snooze(id, until: until, typed: typed)
  }

  /// Sets a dialog aside.
  ///
  /// - Parameter typed: The words for the moment: an hour from now is another moment when it is said again.
  mutating func snooze(_ id: DialogID, until: Timestamp, typed: String? = nil) {
    mark(.snooze(id, until: until), in: id, as: "Setting #\(id) aside", again: typed.map { Command(.snooze, [$0]) })
    leaveConversation(id)
    say(.info, "#\(id) is set aside until \(shortText(until)), or until the visitor writes")
  }

  /// Goes back to the list from a dialog that is to be looked at later.
  mutating func leaveConversation(_ id: DialogID) {
    if conversation?.dialogID == id, focus == .conversation { goBack() }
  }

  func snoozeItems(for id: DialogID, typed: String) -> [Picker.Item] {
    if typed.contains(where: { !$0.isWhitespace }) {
      guard let until = clock.moment(typed: typed) else {
        return [Picker.Item(nil, "no time yet", "15m, 1h30m, 17:00, tomorrow 9:00, fri 14:00")]
      }
      return [Picker.Item(.snooze(until: until, typed: typed), "until \(shortText(until))")]
    }
    var items = ["15m", "1h", "3h", "tomorrow 9:00", "mon 9:00"].compactMap { word in
      clock.moment(typed: word).map { Picker.Item(.snooze(until: $0, typed: word), word, shortText($0)) }
    }
    if let snooze = marks[id].snooze {
      items.insert(Picker.Item(.wake, "bring it back now", "set aside until \(shortText(snooze.until))"), at: 0)
    }
    return items
  }

  // MARK: Priority and labels

  mutating func startPriority(_ word: String?) {
    guard let id = target else { return }
    guard let word else { return pick(.priority(id)) }
    setPriority(DialogMarks.Priority(rawValue: word), of: id)
  }

  mutating func setPriority(_ priority: DialogMarks.Priority?, of id: DialogID) {
    let word = priority?.rawValue ?? "normal"
    mark(.setPriority(id, priority), in: id, as: "The priority of #\(id)", again: Command(.setPriority, [word]))
    say(.info, "#\(id) has \(priority?.rawValue ?? "no") priority")
  }

  func priorityItems(for id: DialogID) -> [Picker.Item] {
    let set = marks[id].priority
    let levels: [DialogMarks.Priority?] = [.urgent, .high, nil, .low]
    return levels.map { Picker.Item(.priority($0), $0?.rawValue ?? "normal", isOn: $0 == set) }
  }

  mutating func startLabel(_ label: String?) {
    guard let id = target else { return }
    guard let label else { return pick(.label(id)) }
    toggleLabel(label, of: id)
  }

  mutating func toggleLabel(_ typed: String, of id: DialogID) {
    guard let label = DialogMarks.label(typed) else { return say(.warning, "“\(typed)” is no label") }
    let isNew = !marks[id].labels.contains(label)
    mark(
      .toggleLabel(id, label), in: id, as: "The label \(label) of #\(id)", again: isNew ? Command(.label, [label]) : nil
    )
    say(
      .info, marks[id].labels.contains(label) ? "#\(id) has the label \(label)" : "#\(id) has lost the label \(label)")
  }

  func labelItems(for id: DialogID, typed: String) -> [Picker.Item] {
    let own = marks[id].labels
    var items = marks.labels.map { Picker.Item(.label($0), $0, isOn: own.contains($0)) }
    if let label = DialogMarks.label(typed), !marks.labels.contains(label) {
      items.append(Picker.Item(.label(label), label, "new: \(typed)"))
    }
    return items
  }

  // MARK: On disk

  /// Remembers that what is kept on disk has changed.
  mutating func noteDesk() {
    guard engine.alarms[.desk] == nil else { return }
    setAlarm(.desk, at: clock.monotonic + Self.deskDelay)
  }

  /// Has it written at once, if it has changed.
  mutating func saveDesk() {
    guard engine.alarms[.desk] != nil else { return }
    setAlarm(.desk, at: nil)
    writeDesk()
  }

  /// - Parameter taken: The requests for marks that are in it and can be forgotten.
  mutating func writeDesk(with taken: [MarkRequest.ID] = []) {
    engine.isDeskStale = false
    emit(.saveDesk(desk, taken: taken))
  }

  /// What is to be on disk.
  var desk: DeskDocument {
    var readings = engine.readMarks.filter { $0.value.through != .min }
    if readings.count > Self.readingLimit {
      let newest = readings.sorted { ($0.value.at ?? .distantPast, $0.key) > ($1.value.at ?? .distantPast, $1.key) }
      readings = Dictionary(uniqueKeysWithValues: newest.prefix(Self.readingLimit).map { ($0.key, $0.value) })
    }
    return DeskDocument(
      savedAt: clock.now, marks: marks.marks,
      readings: readings.mapValues { DeskDocument.Reading(through: $0.through, at: $0.at) },
      tabs: Array(tabs.dropFirst(fixedTabs.count)))
  }

  /// What was on disk when the console started.
  mutating func restore(_ desk: DeskDocument) {
    marks = MarkBook(desk.marks)
    for (id, reading) in desk.readings {
      engine.readMarks[id] = ReadMark(through: reading.through, at: reading.at)
    }
    engine.readingsKeptAt = desk.savedAt
    setTabs(fixedTabs + desk.tabs)
    for id in desk.marks.keys {
      let mark = marks[id]
      list.update(id) { $0.marks = mark }
    }
    mark(.tick)
  }
}
