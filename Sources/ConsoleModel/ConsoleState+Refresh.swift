import ChatProtocol
import LiveLink

/// Reading the list and the queue over HTTP, again and again: a part-1 server may tell of changes in no other way.
extension ConsoleState {
  /// How many dialogs a page has, at most 100 by the contract.
  static let pageSize = 100
  /// How many pages are read again and again; those beyond are read once, when the operator comes to them.
  static let pageLimit = 5
  /// The time between two readings of the first page and the queue: half of what the contract allows, for a dialog
  /// that is new shows in no other way; and no less, for each reading wakes the machine some ten times.
  static let refreshInterval: Duration = .milliseconds(7500)
  /// The time between two readings of all pages.
  static let wholeInterval: Duration = .seconds(15)
  /// The time between two readings of everything while a stream tells of every change: only to be sure.
  static let safetyInterval: Duration = .seconds(300)
  /// The shortest time between the starts of two readings, however many events ask for one.
  static let refreshSpacing: Duration = .milliseconds(500)

  /// Something happened that the list may not show yet: read it as soon as may be.
  mutating func requestRefresh() {
    guard session.account != nil else { return }
    guard !engine.refresh.isUnderWay else {
      engine.refresh.isWantedAgain = true
      return
    }
    // A server that is down gets no extra calls: its next one is planned.
    guard health.failures == 0 else { return }
    let earliest = engine.refresh.lastStartedAt.map { $0 + Self.refreshSpacing } ?? clock.monotonic
    if earliest <= clock.monotonic { startRefresh() } else { planRefresh(at: earliest) }
  }

  /// Begins a reading, unless one is under way.
  mutating func startRefresh() {
    guard session.account != nil, session.endReason == nil, !engine.refresh.isUnderWay else { return }
    let now = clock.monotonic
    let interval = health.isPushed ? Self.safetyInterval : Self.wholeInterval
    let isWhole = engine.refresh.isWholeDue || engine.refresh.lastWholeAt.map { now - $0 >= interval } ?? true
    engine.refresh.isWholeDue = false
    // What a stream does not tell is the queue's order.
    let readsList = isWhole || !health.isPushed
    engine.refresh.walk = readsList ? Refresh.Walk(startedAt: now, isWhole: isWhole) : nil
    engine.refresh.isQueueLoading = true
    engine.refresh.isWantedAgain = false
    engine.refresh.lastStartedAt = now
    planRefresh(at: nil)
    if readsList { emit(.loadDialogs(page: 1, limit: Self.pageSize)) }
    emit(.loadQueue)
  }

  /// Everything that is listed may have changed.
  mutating func requestWholeRefresh() {
    engine.refresh.isWholeDue = true
    requestRefresh()
  }

  /// The operator will not wait.
  mutating func refreshNow() {
    if stream?.phase.isDown == true { feedStream(.retryNow) }
    for id in links.keys.sorted() where links[id]?.phase.isDown == true || id == conversation?.dialogID {
      feed(links[id]?.phase.isDown == true ? .retryNow : .refresh, toLinkOf: id)
    }
    engine.refresh.isWholeDue = true
    if engine.refresh.isUnderWay { engine.refresh.isWantedAgain = true } else { startRefresh() }
    say(.info, "Refreshing…")
  }

  // MARK: Answers

  /// A page of the list.
  mutating func take(_ page: Page<Dialog>) {
    engine.refresh.pages = page.pages
    engine.refresh.depth = max(engine.refresh.depth, page.page)
    if let deep = engine.refresh.deepPage, page.page == deep { return takeDeep(page) }
    guard var walk = engine.refresh.walk else { return }
    for dialog in page.items {
      walk.seen.insert(dialog.id)
      merge(dialog, askedAt: walk.startedAt)
    }
    health.totalDialogs = page.total
    let last = min(page.pages, Self.pageLimit)
    if walk.isWhole, page.page < last, !page.items.isEmpty {
      engine.refresh.walk = walk
      emit(.loadDialogs(page: page.page + 1, limit: Self.pageSize))
      return
    }
    engine.refresh.walk = nil
    if walk.isWhole {
      engine.refresh.lastWholeAt = clock.monotonic
      if page.pages <= Self.pageLimit { forgetDialogs(except: walk.seen) }
    }
    // The first list came in by and by: only now is it known who is first.
    if health.listLoadedAt == nil, !list.isFrozen, conversation == nil { list.selectFirst() }
    health.listLoadedAt = clock.monotonic
    statistics.begin(at: clock.now)
    readingDone()
  }

  /// A dialog that was asked for by itself.
  mutating func take(_ dialog: Dialog) {
    var dialog = dialog
    // This route may lack the hand-off fields: what is known stays.
    if dialog.handoffStatus == .none, let known = list.entries[dialog.id]?.dialog { dialog.keepHandoff(of: known) }
    merge(dialog, askedAt: clock.monotonic)
    updateWatchedLinks()
  }

  /// The queue: the authority on who waits.
  mutating func take(_ queue: [QueueEntry]) {
    guard engine.refresh.isQueueLoading else { return }
    let askedAt = engine.refresh.lastStartedAt ?? clock.monotonic
    let isFirst = health.queueLoadedAt == nil
    engine.refresh.isQueueLoading = false
    health.queueLoadedAt = clock.monotonic
    let gone = engine.refresh.queued.subtracting(queue.map(\.dialogID))
    engine.refresh.queued = Set(queue.map(\.dialogID))
    for id in gone { list.update(id) { $0.queuePosition = nil } }
    for (index, entry) in queue.enumerated() { merge(entry, position: index + 1, askedAt: askedAt, rings: !isFirst) }
    readingDone()
  }

  /// The operator comes to the end of what is listed, and the server has more: the next page is read.
  mutating func loadMore() {
    let refresh = engine.refresh
    guard screen == .desk, list.filter.isEmpty, !refresh.isUnderWay, health.failures == 0, session.endReason == nil,
      refresh.depth >= Self.pageLimit, refresh.depth < refresh.pages,
      list.top + engine.viewport.listRows + Self.loadAhead > list.shown.count
    else { return }
    engine.refresh.deepPage = refresh.depth + 1
    emit(.loadDialogs(page: refresh.depth + 1, limit: Self.pageSize))
  }

  /// How many lines before the end of the list the next page is read.
  private static let loadAhead = 40

  /// A page that is read once. What it brings is old: it is no news, and counts as read.
  private mutating func takeDeep(_ page: Page<Dialog>) {
    engine.refresh.deepPage = nil
    for dialog in page.items { merge(dialog, askedAt: clock.monotonic, isOld: true) }
    health.totalDialogs = page.total
    readingDone()
  }

  /// The list could not be read.
  mutating func listFailed(_ failure: APIFailure) {
    engine.refresh.walk = nil
    engine.refresh.deepPage = nil
    readingFailed(failure)
  }

  /// The queue could not be read.
  mutating func queueFailed(_ failure: APIFailure) {
    engine.refresh.isQueueLoading = false
    readingFailed(failure)
  }

  private mutating func readingDone() {
    guard !engine.refresh.isUnderWay else { return }
    if engine.refresh.hasFailed {
      engine.refresh.hasFailed = false
      return planRetry()
    }
    if health.failures > 0 {
      feedOutbox(.reachable)
      feedStream(.serverReturned)
    }
    health.failures = 0
    health.failure = nil
    updateWatchedLinks()
    planNextRefresh()
  }

  /// Plans the next reading: soon where something asks for it, seldom where a stream tells what happens.
  mutating func planNextRefresh() {
    guard session.account != nil, session.endReason == nil, !engine.refresh.isUnderWay, health.failures == 0 else {
      return
    }
    let spacing =
      engine.refresh.isWantedAgain
      ? Self.refreshSpacing : health.isPushed ? Self.safetyInterval : Self.refreshInterval
    planRefresh(at: max(clock.monotonic, (engine.refresh.lastStartedAt ?? clock.monotonic) + spacing))
  }

  private mutating func readingFailed(_ failure: APIFailure) {
    health.failure = failure
    engine.refresh.hasFailed = true
    readingDone()
    if failure == .unauthorized { signOut("the login has expired") }
  }

  /// After failures: 5, 10, 20, 30 s, a fifth of it random so that consoles do not come back as one.
  private mutating func planRetry() {
    health.failures += 1
    let seconds = min(30, 5 << min(health.failures - 1, 3))
    let jitter = Int.random(in: 0...(seconds * 200), using: &engine.generator)
    planRefresh(at: clock.monotonic + .seconds(seconds) + .milliseconds(jitter))
  }

  private mutating func planRefresh(at moment: Duration?) {
    health.nextRefreshAt = moment
    setAlarm(.refresh, at: moment)
  }
}
