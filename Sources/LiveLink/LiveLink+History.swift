import ChatProtocol

// Fetching what the socket did not bring, and merging it.
extension LiveLink {
  /// As many messages a server with paging answers with at most.
  private static let largestPage = 1000

  /// Fetches now, or right after the fetch under way, whose snapshot may be too old.
  mutating func requestFetch(at now: Duration) {
    guard intent == .running else { return }
    switch fetch {
    case .inFlight:
      fetchesAgain = true
    case .waiting:
      actions.append(.cancelTimer(.fetch))
      startFetch(at: now)
    case .none:
      startFetch(at: now)
    }
  }

  private mutating func startFetch(at now: Duration) {
    let id = RequestID(serial: makeSerial())
    fetch = .inFlight(id, startedAt: now, connection: socket.open?.id)
    fetchesAgain = false
    let start = fetchStart
    let page = start == nil ? configuration.pageSize : nil
    fetchesPage = page != nil
    actions.append(page.map { .fetchPage(id, before: nil, limit: $0) } ?? .fetchMessages(id, after: start))
  }

  /// Where a fetch begins: some messages before the end of what is complete.
  private var fetchStart: MessageID? {
    guard hasHistory, let completeThrough else { return nil }
    let newer = timeline.messages(after: completeThrough)
    let index = newer.startIndex - 1 - configuration.catchUpOverlap
    if index >= timeline.startIndex { return timeline[index].id }
    // What is older than the pages that are here stays where it is.
    return configuration.pageSize == nil ? nil : timeline.firstID.map { $0 - 1 }
  }

  mutating func fetchDue(at now: Duration) {
    guard case .waiting = fetch else { return }
    fetch = .none
    requestFetch(at: now)
  }

  mutating func abandonFetch() {
    if case .waiting = fetch { actions.append(.cancelTimer(.fetch)) }
    fetch = .none
    fetchesAgain = false
    fetchFailures = 0
  }

  mutating func setPolling(_ polls: Bool, at now: Duration) {
    guard polls != configuration.pollsWhileDown else { return }
    configuration.pollsWhileDown = polls
    guard intent == .running, liveSince == nil else { return }
    if polls {
      // On a feed the history is on its way, or waits for its repeat.
      if !hasFeed || nextPollAt != nil { requestFetch(at: now) }
    } else if case .waiting = fetch, !hasFeed {
      abandonFetch()
    }
  }

  /// Whether there is a feed, so that what a history has is complete from there on.
  private var hasFeed: Bool { stream?.isLive ?? (socket.open != nil) }

  // MARK: Answers

  mutating func messagesLoaded(_ messages: [Message], by id: RequestID, at now: Duration) {
    if let older = olderRequest, older.id == id { return olderLoaded(messages, older) }
    guard case .inFlight(id, let startedAt, let connection) = fetch else { return }
    let serverWasAway = fetchFailures > 0
    fetch = .none
    fetchFailures = 0

    if !hasHistory || fetchesPage { historyBegan(with: messages, isPage: fetchesPage) }
    let inserted = timeline.merge(messages)
    if !inserted.isEmpty {
      if hasHistory { recoveredCount += inserted.count }
      actions.append(.report(.inserted(inserted, hasHistory ? .recovered : .history)))
    }
    // As many as the server gives at once: there may be more.
    if configuration.pageSize != nil, !fetchesPage, inserted.count >= Self.largestPage { fetchesAgain = true }
    hasHistory = true
    completeAt = startedAt
    if let newest = messages.lazy.map(\.id).max() {
      completeThrough = max(completeThrough ?? newest, newest)
    }

    if stream != nil {
      if !fetchesAgain { historyJoinsStream(at: now) }
    } else if let open = socket.open {
      if open.id == connection {
        liveSince = liveSince ?? now
        if startedAt - open.openedAt >= configuration.settleTime { isConfirmed = true }
      } else {
        fetchesAgain = true
      }
    }
    if fetchesAgain {
      startFetch(at: now)
    } else if isPolling {
      scheduleFetch(after: configuration.pollInterval, at: now)
      if serverWasAway {
        if stream == nil { apply(socket.hasten(at: now), at: now) }
        actions.append(.report(.serverReturned))
      }
    }
  }

  mutating func messagesFailed(_ failure: APIFailure, by id: RequestID, at now: Duration) {
    if olderRequest?.id == id { return olderFailed(failure) }
    guard case .inFlight(id, _, _) = fetch else { return }
    fetch = .none
    fetchFailures += 1
    switch failure {
    case .unauthorized:
      note(problem: failure.description)
      return halt(.signedOut, at: now)
    case .forbidden, .notFound:
      note(problem: failure.description)
      return halt(.refused(failure.description), at: now)
    default:
      break
    }
    actions.append(.report(.problem(failure.description)))
    if problem == nil, liveSince == nil { problem = failure.description }
    // Without a feed and without polling, the next connection fetches.
    guard hasFeed || configuration.pollsWhileDown else { return }
    scheduleFetch(after: delay(after: failure), at: now)
  }

  /// Polls keep their rhythm while nobody answers; a server that does answer, with trouble, is given time.
  private mutating func delay(after failure: APIFailure) -> Duration {
    if isPolling, case .unreachable = failure { return configuration.pollInterval }
    let delay = configuration.backoff.delay(attempt: fetchFailures, using: &generator)
    let least = isPolling ? configuration.pollInterval : .zero
    guard case .tooManyRequests(let retryAfter?) = failure else { return max(delay, least) }
    return max(delay, min(retryAfter, configuration.retryAfterLimit), least)
  }

  private mutating func scheduleFetch(after delay: Duration, at now: Duration) {
    fetch = .waiting(until: now + delay)
    actions.append(.setTimer(.fetch, after: delay))
  }
}
