import ChatProtocol
import LiveLink

/// Coming, staying and going.
extension ConsoleState {
  /// The time between two heartbeats of presence.
  private static let heartbeatInterval: Duration = .seconds(30)
  /// After this many heartbeats in a row that the server did not take, there are no more.
  private static let heartbeatTries = 3
  /// The time in which a second Ctrl-C quits.
  static let quitWindow: Duration = .seconds(2)

  /// The session stands.
  mutating func signIn(_ account: Account, _ capabilities: Capabilities) {
    session.account = account
    session.capabilities = capabilities
    if session.endReason != nil { resumeLinks() }
    session.endReason = nil
    engine.hasLoggedInByItself = false
    feedOutbox(.serverTakesNotes(capabilities.hasNotes))
    feedOutbox(.serverTakesClientID(capabilities.hasClientID))
    feedOutbox(.reachable)
    if !health.heartbeatGivenUp { beat() }
    startStream()
    startRefresh()
    if capabilities.hasPresence { emit(.loadTeam) }
  }

  /// The session is over; what is on the screen stays.
  mutating func signOut(_ reason: String) {
    guard session.endReason == nil else { return }
    session.endReason = reason
    planNothing()
    // A command brings the password without being asked; only once, for a command that brings a wrong one would go on.
    if session.hasPasswordCommand, !engine.hasLoggedInByItself {
      engine.hasLoggedInByItself = true
      emit(.logIn(nil))
      return say(.warning, "Signed out: \(reason). Logging in again…")
    }
    say(.error, "Signed out: \(reason). :login logs in again; drafts are kept", for: .seconds(600))
  }

  /// Logged in again: the stream and the links that ended with the session begin anew, in this order, for a link of a
  /// stream that has ended ends again.
  private mutating func resumeLinks() {
    say(.info, "Logged in again")
    if case .stopped = stream?.phase { feedStream(.start) }
    for id in links.keys.sorted() {
      if case .stopped = links[id]?.phase { feed(.start, toLinkOf: id) }
    }
  }

  private mutating func planNothing() {
    health.nextRefreshAt = nil
    setAlarm(.refresh, at: nil)
    setAlarm(.heartbeat, at: nil)
  }

  // MARK: Presence

  /// Renews the operator's presence.
  mutating func beat() {
    emit(.heartbeat(status))
    setAlarm(.heartbeat, at: clock.monotonic + Self.heartbeatInterval)
  }

  /// What the server made of a heartbeat. Some servers answer 500 to every one: then there is no presence.
  mutating func heartbeatAnswered(_ accepted: Bool) {
    engine.heartbeatFailures = accepted ? 0 : engine.heartbeatFailures + 1
    // A server that is down altogether says nothing about its heartbeat.
    guard engine.heartbeatFailures >= Self.heartbeatTries, health.failures == 0 else { return }
    health.heartbeatGivenUp = true
    setAlarm(.heartbeat, at: nil)
  }

  // MARK: Leaving

  /// Ctrl-C: leaves what is open and says how to quit; the second one in time quits.
  mutating func interrupt() {
    if session.isDisposable { return quit() }
    if let until = engine.quitArmedUntil, clock.monotonic <= until { return quit() }
    engine.quitArmedUntil = clock.monotonic + Self.quitWindow
    if prompt != nil {
      prompt = nil
    } else if help != nil {
      help = nil
    } else if passwordPrompt != nil {
      passwordPrompt = nil
    } else if commandLine != nil {
      commandLine = nil
    } else if palette != nil {
      palette = nil
    } else if details != nil {
      details = nil
    } else if picker != nil {
      picker = nil
    } else if search?.isTyping == true {
      dropSearch()
    } else if filterInput != nil {
      filterInput = nil
    } else if sentSearch != nil {
      sentSearch = nil
    } else if isComposing {
      leaveComposer()
    }
    say(.info, "Ctrl-C again to quit", for: Self.quitWindow)
  }

  /// `q`: quits, after a question if replies are under way. They are on disk and go when the console is back; but the
  /// visitor waits.
  mutating func askQuit() {
    let count = outbox.rows.count
    guard count > 0, !session.isDisposable else { return quit() }
    let what = count == 1 ? "One reply has" : "\(count) replies have"
    prompt = Prompt(
      .quit, in: nil, "\(what) not arrived; kept for the next start. Quit?", confirmKey: .character("y"), "quit")
  }

  /// Ends the console in order.
  mutating func quit() {
    leaveComposer()
    // Also where nothing was marked: what begins after this is new to the next start.
    if session.account != nil {
      setAlarm(.desk, at: nil)
      writeDesk()
    }
    for id in links.keys.sorted() { feed(.stop, toLinkOf: id) }
    feedStream(.stop)
    planNothing()
    emit(.quit)
  }

  /// Ctrl-Z: the terminal is the shell's for a while, maybe for good.
  mutating func suspend() {
    saveDrafts()
    saveDesk()
    emit(.suspend)
  }

  /// In the foreground again; the connections may have died meanwhile.
  mutating func wake() {
    emit(.redraw)
    feedStream(.woke)
    for id in links.keys.sorted() where links[id]?.phase != .idle { feed(.woke, toLinkOf: id) }
    requestWholeRefresh()
  }
}
