import ChatProtocol

// What is older than the first page of a history: asked for when somebody wants to see it.
extension LiveLink {
  /// What is known of the messages before the first of the timeline.
  public enum Older: Hashable, Sendable {
    /// Nothing yet: no history has come.
    case unknown
    /// The server has some.
    case more
    /// They are being fetched.
    case loading
    /// They could not be fetched, and why; ``LiveLink/Event/wantOlder(limit:)`` tries again. Raw text.
    case failed(String)
    /// There are none: the timeline begins where the conversation does.
    case beginning
    /// There are some, and as many are here as are kept at once.
    case tooMany
  }

  /// A page of older messages is wanted.
  mutating func wantOlder(limit: Int?) {
    switch older {
    case .unknown, .loading, .beginning, .tooMany: return
    case .more, .failed: break
    }
    guard intent == .running else { return set(older: .failed("not connected")) }
    guard let page = configuration.pageSize, let first = timeline.firstID else { return }
    let request = OlderRequest(id: RequestID(serial: makeSerial()), limit: limit ?? page)
    olderRequest = request
    actions.append(.fetchPage(request.id, before: first, limit: request.limit))
    set(older: .loading)
  }

  mutating func olderLoaded(_ messages: [Message], _ request: OlderRequest) {
    olderRequest = nil
    let first = timeline.firstID ?? .max
    // A server that knows no `before` sends what is here already.
    let inserted = timeline.merge(messages.filter { $0.id < first })
    if !inserted.isEmpty { actions.append(.report(.inserted(inserted, .older))) }
    if inserted.isEmpty || messages.count < request.limit {
      set(older: .beginning)
    } else {
      set(older: timeline.count >= configuration.loadedLimit ? .tooMany : .more)
    }
  }

  mutating func olderFailed(_ failure: APIFailure) {
    olderRequest = nil
    actions.append(.report(.problem(failure.description)))
    set(older: .failed(failure.description))
  }

  /// The first page of a history has come, or all of it.
  mutating func historyBegan(with messages: [Message], isPage: Bool) {
    guard isPage, let page = configuration.pageSize, messages.count >= page,
      let first = messages.lazy.map(\.id).min()
    else { return set(older: .beginning) }
    // Between what a stream brought long ago and the newest page there may be a gap: it comes again with the pages.
    timeline.removeAll(before: first)
    set(older: .more)
  }

  /// Whoever stops does not wait for a page.
  mutating func abandonOlder() {
    guard olderRequest != nil else { return }
    olderRequest = nil
    set(older: .more)
  }

  /// Nobody looks any more: what can be had again is dropped, so that a day of reading does not pile up.
  mutating func forgetOlder() {
    guard let page = configuration.pageSize, timeline.count > 2 * page else { return }
    let kept = timeline[timeline.endIndex - page].id
    guard completeThrough.map({ kept <= $0 }) ?? false else { return }
    olderRequest = nil
    timeline.removeAll(before: kept)
    set(older: .more)
  }

  private mutating func set(older: Older) {
    guard older != self.older else { return }
    self.older = older
    actions.append(.report(.older))
  }
}
