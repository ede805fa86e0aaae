import ChatProtocol

// A link without a socket of its own: an operator's stream, which brings the messages of all dialogs, is its feed.
extension LiveLink {
  /// Where the stream is in the link's eyes.
  struct Stream: Hashable {
    var phase: Phase
    /// Whether the stream has brought every message since the last history; it outlives a break that the stream has
    /// made up for.
    var isUnbroken = false

    var isLive: Bool {
      if case .live = phase { true } else { false }
    }
  }

  mutating func startOnStream(at now: Duration) {
    updateLiveness(at: now)
    guard liveSince == nil else { return }
    if stream?.isLive == true || configuration.pollsWhileDown { requestFetch(at: now) }
  }

  mutating func leaveStream(at now: Duration) {
    if liveSince != nil { completeAt = max(completeAt ?? .zero, now) }
    liveSince = nil
  }

  /// The stream stands differently now.
  mutating func streamChanged(_ phase: Phase, completeAt: Duration?, at now: Duration) {
    guard let wasLive = stream?.isLive else { return }
    stream?.phase = phase
    let isLive = stream?.isLive == true
    if wasLive, !isLive { leaveStream(at: completeAt ?? now) }
    guard intent == .running else { return }
    updateLiveness(at: now)
    if isLive != wasLive {
      if case .waiting = fetch { abandonFetch() }
    }
    guard liveSince == nil, isLive || isPolling else { return }
    if isLive != wasLive || fetch == .none { requestFetch(at: now) }
  }

  /// What the stream brought has a gap: only a history can fill it.
  mutating func streamBroke(at now: Duration) {
    if liveSince != nil { completeAt = now }
    stream?.isUnbroken = false
    liveSince = nil
    guard stream?.isLive == true else { return }
    requestFetch(at: now)
  }

  /// A message came over the stream.
  mutating func streamed(_ message: Message, _ origin: Origin) {
    if origin == .recovered, hasHistory, timeline[id: message.id] == nil { recoveredCount += 1 }
    insert(message, from: origin)
    if stream?.isUnbroken == true { completeThrough = max(completeThrough ?? message.id, message.id) }
  }

  /// A history has come, and nothing happened since it was asked for that it may lack.
  mutating func historyJoinsStream(at now: Duration) {
    stream?.isUnbroken = true
    updateLiveness(at: now)
  }

  private mutating func updateLiveness(at now: Duration) {
    guard let stream, stream.isLive, stream.isUnbroken, hasHistory else { return }
    liveSince = liveSince ?? now
  }

  /// The phase of a link that runs on a stream.
  func phase(on stream: Stream) -> Phase {
    switch stream.phase {
    case .live: liveSince.map(Phase.live) ?? .connecting(attempt: 0)
    case .polling(let attempt, _, let nextSocketAt):
      // An outage is the stream's; whether it is polled for meanwhile is this link's.
      if configuration.pollsWhileDown {
        .polling(attempt: attempt, nextPollAt: nextPollAt, nextSocketAt: nextSocketAt)
      } else {
        nextSocketAt.map { .reconnecting(attempt: attempt, retryAt: $0) } ?? .connecting(attempt: attempt)
      }
    case .idle, .connecting, .reconnecting, .stopped: stream.phase
    }
  }
}
