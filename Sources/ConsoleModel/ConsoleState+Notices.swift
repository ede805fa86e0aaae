import ChatProtocol

/// What is told outside of the screen: bell, desktop notices, the window's title.
extension ConsoleState {
  /// Something is worth telling the operator, wherever they look.
  mutating func announce(_ kind: Announcement.Kind, _ id: DialogID) {
    notify(.happened(kind, id, isInView: isInView(id)))
  }

  /// After each event: what has become worth telling, and what is no news any more.
  mutating func tellOutside() {
    if let id = conversation?.dialogID, isInView(id) { notify(.seen(id)) }
    announceBreaches()
    updateTitle()
  }

  /// Gives the notifier an event and carries out what it wants.
  mutating func notify(_ event: Notifier.Event) {
    for action in engine.notifier.handle(event, at: clock.monotonic, minute: clock.localMinute) {
      switch action {
      case .announce(let announcement):
        if announcement.rings { emit(.bell) }
        emit(.announce(announcement))
      case .wake(let moment): setAlarm(.notices, at: moment)
      }
    }
  }

  /// A colleague's note that names this operator.
  func mentionsMe(_ message: Message) -> Bool {
    guard message.kind == .note, let account = session.account, message.author?.id != account.id else { return false }
    return account.isMentioned(in: message.text)
  }

  /// Tells of dialogs that have waited for too long, each once for each wait.
  private mutating func announceBreaches() {
    guard health.listLoadedAt != nil else { return }
    let late = Set(lateDialogs)
    // Those that were late when the console started are on the screen, and need no alarm each.
    let known = engine.breaches ?? late
    engine.breaches = late
    let start = engine.breachesCountFrom ?? clock.now
    engine.breachesCountFrom = start
    for id in late.subtracting(known).sorted() where isLate(id, since: start) { announce(.breach, id) }
  }

  /// Whether a wait has become too long since a moment: a history that is read later than the list brings waits that
  /// were too long before the console was there.
  private func isLate(_ id: DialogID, since start: Timestamp) -> Bool {
    guard let entry = list.entries[id], entry.overdue == nil, let since = entry.awaitedSince else { return true }
    return since.advanced(by: serviceLevel.breach) >= start
  }

  // MARK: The title

  /// Sets the title when it has changed, at most once in a second: a flood of titles has frozen desktops
  /// (CVE-2021-33500).
  private mutating func updateTitle() {
    guard settings.title else {
      // It was counted in before: what would stay there is wrong from the next message on.
      guard engine.title != nil else { return }
      engine.title = nil
      setAlarm(.title, at: nil)
      return emit(.setTitle("chatai"))
    }
    // Before the first list there is nothing to count.
    guard health.listLoadedAt != nil else { return }
    let counters = TitleCounters(waiting: list.waitingCount, unread: list.unreadCount, mine: list.mineCount)
    guard engine.title != counters else { return }
    let next = engine.titleSetAt.map { $0 + .seconds(1) } ?? clock.monotonic
    guard clock.monotonic >= next else { return setAlarm(.title, at: next) }
    engine.title = counters
    engine.titleSetAt = clock.monotonic
    setAlarm(.title, at: nil)
    emit(.setTitle(counters.text))
  }
}

/// What the window's title counts: numbers only, to be read on a task bar, and nothing that a stranger wrote.
struct TitleCounters: Hashable, Sendable {
  var waiting: Int
  var unread: Int
  var mine: Int

  /// Such as `2 waiting - 1 unread - chatai`.
  var text: String {
    let counted = [(waiting, "waiting"), (unread, "unread"), (mine, "mine")].filter { $0.0 > 0 }
    return (counted.map { "\($0.0) \($0.1)" } + ["chatai"]).joined(separator: " - ")
  }
}
