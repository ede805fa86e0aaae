import ChatProtocol
import LiveLink

/// Time on the screen: notices, clocks, countdowns, the bell. An alarm is set only while something depends on it, so
/// that an idle console sleeps.
extension ConsoleState {
  /// How long a notice stands.
  private static let noticeDuration: Duration = .seconds(8)

  /// An alarm has gone off.
  mutating func alarmFired(_ alarm: Alarm) {
    engine.alarms[alarm] = nil
    switch alarm {
    case .display: break  // `settle` looks at everything that time changes.
    case .filter: list.goOnFiltering()
    case .refresh:
      startRefresh()
      if engine.isDeskStale { writeDesk() }
    case .drafts: saveDrafts()
    case .heartbeat: beat()
    case .notices: notify(.woke)
    case .title: break  // `settle` compares it.
    case .desk: writeDesk()
    case .snooze: mark(.tick)
    case .keys: showPendingKeys()
    case .macro: macroTimedOut()
    }
  }

  /// Sets an alarm, or forgets it for nil; says so only where that is a change.
  mutating func setAlarm(_ alarm: Alarm, at moment: Duration?) {
    guard engine.alarms[alarm] != moment else { return }
    engine.alarms[alarm] = moment
    emit(moment.map { .setAlarm(alarm, at: $0) } ?? .cancelAlarm(alarm))
  }

  // MARK: Notices and the bell

  /// Puts a sentence into the status line.
  mutating func say(_ level: Notice.Level, _ text: String, for duration: Duration = noticeDuration) {
    notice = Notice(level, text, expiresAt: clock.monotonic + duration)
  }

  /// A visitor asks for a human.
  mutating func ringForRequest(_ id: DialogID) {
    let name = list.entries[id]?.visitorName.map { "\($0) " } ?? ""
    say(.warning, "\(name)#\(id) asks for a human: n opens it")
    announce(.waiting, id)
  }

  // MARK: What changes with time

  /// The next moment at which something on the screen is different only because time has passed.
  var nextDisplayChange: Duration? {
    let now = clock.monotonic
    return
      (countdowns.compactMap { Countdown(end: $0).nextChange(after: now) }
      + ages.map { Age(start: $0).nextChange(after: now) }
      + [notice?.expiresAt, nextStale, nextWaitingChange, nextMinute, nextTypingEnd].compactMap(\.self)).min()
  }

  /// The ends of the countdowns that are shown.
  private var countdowns: [Duration] {
    var ends: [Duration?] = []
    switch stream?.phase ?? openLink?.phase {
    case .reconnecting(_, let retryAt): ends.append(retryAt)
    case .polling(_, _, let nextSocketAt): ends.append(nextSocketAt)
    case .idle, .connecting, .live, .stopped, nil: break
    }
    if health.failure != nil { ends.append(health.nextRefreshAt) }
    for row in conversation.map({ outbox.rows(of: $0.dialogID) }) ?? [] {
      if case .waiting(let retryAt, _) = row.state { ends.append(retryAt) }
    }
    return ends.compactMap(\.self)
  }

  /// Since when the ages run that are shown: of the messages while their link is down, of the list while it is stale.
  private var ages: [Duration] {
    var starts: [Duration?] = []
    if let link = openLink, !link.phase.isLive { starts.append(link.completeAsOf(now: clock.monotonic)) }
    if let stream, !stream.phase.isLive, openLink == nil { starts.append(stream.completeAsOf(now: clock.monotonic)) }
    if health.isListStale(at: clock) { starts.append(health.listLoadedAt) }
    return starts.compactMap(\.self)
  }

  /// When a list that is fresh will be stale, unless it is read again before.
  private var nextStale: Duration? {
    guard let loaded = health.listLoadedAt, !health.isPushed, !health.isListStale(at: clock) else { return nil }
    return loaded + ServerHealth.freshness
  }

  private var nextWaitingChange: Duration? {
    let starts = (Array(list.waiting) + list.mine).lazy.compactMap { list.entries[$0]?.awaitedSince }
    return starts.flatMap { start in
      [Elapsed(since: start).nextChange(after: clock.now), serviceLevel.nextChange(since: start, after: clock.now)]
        .compactMap(\.self)
    }.min().map(monotonic)
  }

  /// The clock in the status bar, and the words that stand for days.
  private var nextMinute: Duration {
    monotonic(Timestamp(milliseconds: (clock.now.milliseconds / 60_000 + 1) * 60_000))
  }

  /// When the monotonic clock will read as the wall clock does at a moment.
  private func monotonic(_ moment: Timestamp) -> Duration {
    clock.monotonic + moment.duration(since: clock.now)
  }
}
