import ChatProtocol

// The life of the stream's socket, and what comes over it.
extension OperatorStream {
  /// How long events count as replayed where the server does not say up to where they are; and how long it is waited
  /// for what it did announce.
  private static let replayTime: Duration = .seconds(1)
  private static let announcedReplayTime: Duration = .seconds(10)
  /// The shortest time between two measurements of the round trip. A heartbeat wakes us anyway, every 25 s.
  private static let pingSpacing: Duration = .seconds(20)

  mutating func start(at now: Duration) {
    guard intent != .running else { return }
    intent = .running
    problem = nil
    apply(socket.start(at: now), at: now)
  }

  mutating func retryNow(at now: Duration) {
    guard intent == .running else { return start(at: now) }
    apply(socket.retryNow(at: now), at: now)
  }

  mutating func apply(_ steps: [ReconnectingSocket.Step], at now: Duration) {
    for step in steps { apply(step, at: now) }
  }

  private mutating func apply(_ step: ReconnectingSocket.Step, at now: Duration) {
    switch step {
    case .connect(let id): actions.append(.connect(id, since: position))
    case .disconnect(let id, let code): actions.append(.disconnect(id, code: code))
    case .ping(let id): actions.append(.ping(id))
    case .setTimer(let timer, let delay): actions.append(.setTimer(Timer(timer), after: delay))
    case .cancelTimer(let timer): actions.append(.cancelTimer(Timer(timer)))
    case .refreshToken: actions.append(.refreshToken)

    case .opened, .waiting, .verifying: break
    case .settled: settled(at: now)
    case .lost(let lastHeardAt): lost(lastHeardAt: lastHeardAt)
    case .halted(let reason): intent = .stopped(reason)
    case .problem(let sentence): note(problem: sentence)
    }
  }

  /// It has lived for a while: good if it is a stream at all. Something between may have answered 101 for the server.
  private mutating func settled(at now: Duration) {
    guard stage == .silent else { return socket.proveGood() }
    apply(socket.abandon(why: "the server did not begin the stream", at: now), at: now)
  }

  /// The connection is no more; what it knew stays true up to the last time it was heard.
  private mutating func lost(lastHeardAt: Duration?) {
    if case .live = stage, let lastHeardAt { completeAt = max(completeAt ?? .zero, lastHeardAt) }
    if case .replaying = stage { actions.append(.cancelTimer(.replay)) }
    stage = .silent
    pingedAt = nil
    lastPingAt = nil
    if roundTrip != nil {
      roundTrip = nil
      actions.append(.report(.roundTrip))
    }
    forgetSignals()
  }

  // MARK: What comes

  mutating func socketTold(_ event: SocketEvent, at now: Duration) {
    apply(socket.handle(event, at: now), at: now)
    switch event {
    case .text(let id, let text): if socket.open?.id == id { take(StreamFrame.parse(text), on: id, at: now) }
    case .pong(let id): if socket.open?.id == id { measure(at: now) }
    default: break
    }
  }

  private mutating func take(_ frame: StreamFrame, on id: ConnectionID, at now: Duration) {
    switch frame {
    case .ping:
      actions.append(.send(id, ServerFrame.pong))
      if stage != .silent { socket.proveGood() }
      if case .live = stage { ping(id, at: now) }
    case .hello(let hello):
      greet(hello, on: id, at: now)
    case .events(let events):
      guard stage != .silent else { return ignore("an event before the hello") }
      socket.proveGood()
      for event in events { take(event, at: now) }
    case .ignored(let reason):
      ignore(reason)
    }
  }

  private mutating func ignore(_ reason: String) {
    actions.append(.report(.ignoredFrame(reason: reason)))
  }

  private mutating func greet(_ hello: StreamHello, on id: ConnectionID, at now: Duration) {
    guard let last = position else {
      adopt(hello)
      return goLive(.began, at: now)
    }
    guard hello.isResumed, hello.epoch == last.epoch, hello.sequence <= last.sequence else {
      adopt(hello)
      return goLive(.resync(.forgotten), at: now)
    }
    if let through = hello.lastMissed, through <= last.sequence { return goLive(.resumed(missed: 0), at: now) }
    stage = .replaying(through: hello.lastMissed, missed: 0)
    actions.append(
      .setTimer(.replay, after: hello.lastMissed == nil ? Self.replayTime : Self.announcedReplayTime))
  }

  private mutating func adopt(_ hello: StreamHello) {
    position = Position(sequence: hello.sequence, epoch: hello.epoch)
  }

  private mutating func take(_ event: StreamEvent, at now: Duration) {
    guard let last = position?.sequence, event.sequence > last else { return }
    if event.sequence > last + 1 {
      // Not what it is, only that it is: what follows is as good as ever.
      actions.append(.report(.caughtUp(.resync(.gap))))
      ignore("events \(last + 1) to \(event.sequence - 1) are missing")
    }
    position?.sequence = event.sequence
    var isLate = false
    if case .replaying = stage { isLate = true }
    switch (event.content, event.dialogID) {
    case (.message(let message), let dialogID?):
      actions.append(.report(.message(message, dialogID, isLate ? .recovered : .socket)))
    case (.event(let content), let dialogID):
      actions.append(.report(.event(content, dialogID, isLate: isLate)))
    case (.message, nil), (.unreadable, _):
      ignore("an event that cannot be read")
    }
    guard case .replaying(let through, let missed) = stage else { return }
    stage = .replaying(through: through, missed: missed + 1)
    if let through, event.sequence >= through { replayIsOver(at: now) }
  }

  /// All that was missed has come, or should have.
  mutating func replayIsOver(at now: Duration) {
    guard case .replaying(let through, let missed) = stage else { return }
    if let through, let sequence = position?.sequence, sequence < through {
      // Announced and not kept: what is missing is not to be had here.
      position?.sequence = through
      return goLive(.resync(.forgotten), at: now)
    }
    actions.append(.cancelTimer(.replay))
    goLive(.resumed(missed: missed), at: now)
  }

  private mutating func goLive(_ catchUp: CatchUp, at now: Duration) {
    if case .replaying = stage { actions.append(.cancelTimer(.replay)) }
    stage = .live(since: now)
    actions.append(.report(.caughtUp(catchUp)))
    if let id = socket.open?.id { ping(id, at: now) }
    tellAgain(at: now)
  }

  // MARK: The round trip

  private mutating func ping(_ id: ConnectionID, at now: Duration) {
    if let lastPingAt, now - lastPingAt < Self.pingSpacing { return }
    pingedAt = now
    lastPingAt = now
    actions.append(.ping(id))
  }

  /// What is shown follows the measurements only where they differ from it by more than their own unrest: a number
  /// that flickers costs a slow line bytes and tells nobody anything.
  private mutating func measure(at now: Duration) {
    guard let sent = pingedAt else { return }
    pingedAt = nil
    let measured = max(.zero, now - sent)
    if let shown = roundTrip {
      let difference = measured > shown ? measured - shown : shown - measured
      guard difference > max(.milliseconds(3), shown / 4) else { return }
    }
    roundTrip = measured
    actions.append(.report(.roundTrip))
  }
}

extension OperatorStream.Timer {
  fileprivate init(_ timer: ReconnectingSocket.Timer) {
    switch timer {
    case .reconnect: self = .reconnect
    case .settle: self = .settle
    case .silence: self = .silence
    }
  }
}
