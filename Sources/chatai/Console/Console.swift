import ChatProtocol
import ConsoleModel
import ConsoleView
import LiveLink
import Logging
import Terminal
import Transport

/// The shell around the console's state: events go in, effects are carried out, and each turn of the loop that changed
/// anything draws one frame. Everything of it happens on the terminal's thread.
@TerminalActor
final class Console {
  /// The network and the disk. Their threads start with the first use, after the first frame.
  private(set) lazy var services = makeServices()
  private let makeServices: () -> ConsoleServices
  private let loop: EventLoop
  let face: any ConsoleFace
  private let files: ConfigurationFiles
  private var configuration: Configuration
  private let examples: String?

  private(set) var state: ConsoleState
  private var needsFrame = true
  private var clockIsCurrent = false
  private var knownZone: (day: Int64, zone: LocalZone)?
  private var hasEnded = false

  private var drivers: [DialogID: LinkDriver] = [:]
  private var streamDriver: StreamDriver?
  private var alarms: [Alarm: EventLoop.Timer] = [:]
  private var folderWatch: FolderWatch?
  private var outboxTimers: [DialogID: EventLoop.Timer] = [:]

  private(set) lazy var inbox = EventInbox { [weak self] events in
    for event in events { self?.handle(event) }
  }

  init(
    loop: EventLoop, face: any ConsoleFace, session: Session, files: ConfigurationFiles,
    configuration: Configuration, examples: String? = nil, makeServices: @escaping () -> ConsoleServices
  ) {
    self.loop = loop
    self.face = face
    self.files = files
    self.makeServices = makeServices
    self.configuration = configuration
    self.examples = examples
    state = ConsoleState(
      session: session, size: face.size, clock: Clock(now: .now, monotonic: loop.now),
      seed: UInt64.random(in: .min ... .max), configuration: configuration)
  }

  /// Wires the terminal up, takes over what the disk has, and goes to the server.
  func start() {
    face.start { [weak self] in
      self?.handle($0)
    } isStale: { [weak self] in
      self?.needsFrame = true
    }
    loop.afterTurn = { [weak self] in self?.endTurn() }
    // Whoever starts a console sees it before anything is read or connected.
    endTurn()
    // A console that only looks on leaves what another one has not sent to that one.
    handle(.outbox(.restored(state.session.isReadOnly ? [] : services.journal.load())))
    restoreDrafts()
    handle(.commandHistoryRestored(services.commandHistory.load()))
    handle(.deskRestored(services.desk.load()))
    // What is asked for from now on is seen; then what was asked for before is read.
    folderWatch = FolderWatch(services.profile.markRequests, loop: loop) { [weak self] in self?.loadMarkRequests() }
    loadMarkRequests()
    perform(.loadTexts)
    signIn(attempt: 1)
    // By then the list is there and the links are up.
    loop.after(.seconds(5)) { [loop] in loop.trimMemory() }
  }

  // MARK: The turn

  /// The zone's rule, looked up once a day.
  private func zone(at now: Timestamp) -> LocalZone {
    let day = now.seconds / 86_400
    if let known = knownZone, known.day == day { return known.zone }
    let zone = LocalZone(around: now) { $0.utcOffset }
    knownZone = (day, zone)
    return zone
  }

  private var clock: Clock {
    let now = Timestamp.now
    return Clock(now: now, monotonic: loop.now, zone: zone(at: now))
  }

  func handle(_ event: ConsoleEvent) {
    guard !hasEnded else { return }
    let time = clockIsCurrent ? nil : clock
    clockIsCurrent = true
    perform(update(&state, event, at: time))
    needsFrame = true
  }

  /// The same for what a timer brings: the turn's clock may have been read just before the timer's time.
  private func handleTimer(_ event: ConsoleEvent) {
    clockIsCurrent = false
    handle(event)
  }

  private func endTurn() {
    // What is typed line by line may press more keys once it has been shown what the first came to.
    var rounds = 0
    while needsFrame, !hasEnded, rounds < 8 {
      rounds += 1
      needsFrame = false
      if let shown = face.show(state), state.isNews(shown) {
        perform(update(&state, .viewport(shown)))
      }
    }
    clockIsCurrent = false
  }

  // MARK: Effects

  private func perform(_ effects: [Effect]) {
    for effect in effects { perform(effect) }
  }

  private func perform(_ effect: Effect) {
    switch effect {
    case .link(let id, let action): driver(of: id).perform(action, hasPaging: state.session.capabilities.hasPaging)
    case .stream(let action): driverOfStream().perform(action)
    case .outbox(let action): perform(action)
    case .loadDialogs, .loadQueue, .loadDialog, .loadBrief, .handoff, .heartbeat, .loadTeam: ask(effect)
    case .loadLog, .loadProposals, .decide, .search, .export, .copy, .openLink, .saveDesk: performWork(effect)
    case .saveDraft(let id, let text, let kind):
      let drafts = services.drafts
      services.disk.run { drafts.save(text, for: DraftKey(id, kind)) }
    case .edit(let key, let text): edit(key, text)
    case .saveCommandHistory(let lines):
      let file = services.commandHistory
      services.disk.run { file.save(lines) }
    case .loadConfiguration: loadConfiguration()
    case .loadTexts, .listFiles: readFiles(effect)
    case .logIn(let password): logIn(password)
    case .chooseTheme(let name):
      if use(name) { handle(.themeChosen(name)) }
    case .setAlarm(let alarm, let time): setAlarm(alarm, at: time)
    case .cancelAlarm(let alarm): cancelAlarm(alarm)
    case .bell: face.bell()
    case .announce(let announcement): face.announce(announcement)
    case .setTitle(let text): face.setTitle(text)
    case .suspend:
      // Ctrl-Z may be for good.
      services.disk.flush()
      face.suspend()
      clockIsCurrent = false
      handle(.resumed)
    case .redraw:
      face.redraw()
      needsFrame = true
    case .quit: end()
    }
  }

  private func end() {
    hasEnded = true
    for driver in drivers.values { driver.shutDown() }
    streamDriver?.shutDown()
    // The drafts that this turn saved are on disk before the terminal is anybody else's.
    services.disk.flush()
    face.close()
    loop.stop()
  }

  private func setAlarm(_ alarm: Alarm, at time: Duration) {
    cancelAlarm(alarm)
    alarms[alarm] = loop.after(max(.zero, time - loop.now)) { [weak self] in
      self?.alarms[alarm] = nil
      self?.handleTimer(.alarm(alarm))
    }
  }

  private func cancelAlarm(_ alarm: Alarm) {
    if let timer = alarms.removeValue(forKey: alarm) { loop.cancel(timer) }
  }

  private func driver(of id: DialogID) -> LinkDriver {
    if let driver = drivers[id] { return driver }
    let driver = LinkDriver(dialogID: id, services: services, loop: loop, inbox: inbox) { [weak self] timer in
      self?.handleTimer(.link(id, .timerFired(timer)))
    }
    drivers[id] = driver
    return driver
  }

  private func driverOfStream() -> StreamDriver {
    if let streamDriver { return streamDriver }
    let driver = StreamDriver(services: services, loop: loop, inbox: inbox) { [weak self] timer in
      self?.handleTimer(.stream(.timerFired(timer)))
    }
    streamDriver = driver
    return driver
  }

  // MARK: Settings

  /// Reads the settings again. They are a few small files; an operator who asks for them waits for them.
  private func loadConfiguration() {
    switch files.load() {
    case .success(let configuration):
      self.configuration = configuration
      if use(configuration.settings.theme) { handle(.configured(configuration)) }
    case .failure(let failure): handle(.configurationFailed(failure.errors))
    }
  }

  /// Reads texts that were written in advance, or the names in a folder.
  private func readFiles(_ effect: Effect) {
    let inbox = inbox
    if case .listFiles(let folder) = effect {
      services.disk.run { inbox.post(.filesListed(folder, TextFiles.names(in: folder))) }
    } else {
      let texts = files.texts(state.settings, in: configuration, examples: examples)
      services.disk.run { inbox.post(.textsLoaded(texts.load())) }
    }
  }

  /// Draws with a theme from now on; says why not, if it cannot be read.
  private func use(_ name: String) -> Bool {
    do {
      face.use(try name == "auto" ? nil : files.theme(name))
      return true
    } catch {
      handle(.configurationFailed([error]))
      return false
    }
  }

  // MARK: The outbox

  private func perform(_ action: Outbox.Action) {
    let (inbox, journal, logger) = (inbox, services.journal, services.logger)
    switch action {
    case .journal(let entry):
      services.disk.run {
        do {
          try journal.save(entry)
          inbox.post(.outbox(.journaled(clientID: entry.clientID)))
        } catch {
          logger.error("cannot save a reply: \(error)")
          inbox.post(.outbox(.journalFailed(clientID: entry.clientID, reason: "\(error)")))
        }
      }
    case .erase(let clientID):
      services.disk.run { journal.erase(clientID) }
    case .post(let entry):
      let capabilities = state.session.capabilities
      let clientID = capabilities.hasClientID ? entry.clientID : nil
      let ifLastID = capabilities.hasPrecondition ? entry.ifLastID : nil
      services.call("POST message") { api throws(APIFailure) in
        try await api.send(
          entry.text, to: entry.dialogID, clientID: clientID, kind: entry.kind, ifLastID: ifLastID)
      } then: { result in
        switch result {
        case .success(let message): inbox.post(.outbox(.answered(clientID: entry.clientID, message)))
        case .failure(let failure): inbox.post(.outbox(.failed(clientID: entry.clientID, failure)))
        }
      }
    case .loadHistory(let id, let after):
      let after = state.session.capabilities.hasPaging ? after : nil
      services.call("GET messages") { api throws(APIFailure) in
        try await api.messages(in: id, after: after)
      } then: { result in
        switch result {
        case .success(let messages): inbox.post(.outbox(.historyLoaded(id, messages)))
        case .failure(let failure): inbox.post(.outbox(.historyFailed(id, failure)))
        }
      }
    case .setTimer(let id, let delay):
      if let timer = outboxTimers.removeValue(forKey: id) { loop.cancel(timer) }
      outboxTimers[id] = loop.after(delay) { [weak self] in
        self?.outboxTimers[id] = nil
        self?.handleTimer(.outbox(.timerFired(id)))
      }
    case .cancelTimer(let id):
      if let timer = outboxTimers.removeValue(forKey: id) { loop.cancel(timer) }
    case .report:
      break
    }
  }

  // MARK: The server

  /// Asks who we are and what the server offers, until there is an answer.
  func signIn(attempt: Int) {
    let inbox = inbox
    services.call("GET me") { api throws(APIFailure) in
      (try await api.me(), try await api.capabilities())
    } then: { result in
      switch result {
      case .success(let (account, capabilities)): inbox.post(.signedIn(account, capabilities))
      case .failure(.unauthorized): inbox.post(.signedOut(reason: "the login has expired"))
      case .failure(let failure):
        inbox.post(.dialogsFailed(failure))
        Task { @TerminalActor [weak self] in self?.signInLater(attempt: attempt + 1) }
      }
    }
  }

  private func signInLater(attempt: Int) {
    var generator = SystemRandomNumberGenerator()
    loop.after(Backoff().delay(attempt: attempt, using: &generator)) { [weak self] in
      self?.signIn(attempt: attempt)
    }
  }

  private func ask(_ effect: Effect) {
    let inbox = inbox
    switch effect {
    case .loadDialogs(let page, let limit):
      let all = state.session.account?.isAdmin ?? false
      services.call("GET dialogs") { api throws(APIFailure) in
        try await api.dialogs(page: page, limit: limit, all: all)
      } then: { result in
        switch result {
        case .success(let page): inbox.post(.dialogsLoaded(page))
        case .failure(let failure): inbox.post(.dialogsFailed(failure))
        }
      }
    case .loadQueue:
      services.call("GET queue") { api throws(APIFailure) in
        try await api.queue()
      } then: { result in
        switch result {
        case .success(let queue): inbox.post(.queueLoaded(queue))
        case .failure(let failure): inbox.post(.queueFailed(failure))
        }
      }
    case .loadDialog(let id):
      services.call("GET dialog") { api throws(APIFailure) in
        try await api.dialog(id)
      } then: { result in
        if case .success(let dialog) = result { inbox.post(.dialogLoaded(dialog)) }
      }
    case .loadBrief(let id):
      services.call("GET brief") { api throws(APIFailure) in
        try await api.brief(of: id)
      } then: { result in
        switch result {
        case .success(let brief): inbox.post(.briefLoaded(id, brief))
        case .failure(.notFound): inbox.post(.briefLoaded(id, nil))
        case .failure: inbox.post(.briefFailed(id))
        }
      }
    case .handoff(let act, let id):
      services.call("POST handoff") { api throws(APIFailure) in
        try await api.handoff(act.verb, in: id)
      } then: { result in
        switch result {
        case .success(let status): inbox.post(.handoffAnswered(act, id, status))
        case .failure(let failure): inbox.post(.handoffFailed(act, id, failure))
        }
      }
    case .heartbeat(let status):
      services.call("POST heartbeat") { api throws(APIFailure) in
        try await api.heartbeat(status: status)
      } then: { result in
        if case .success = result {
          inbox.post(.heartbeatAnswered(accepted: true))
        } else {
          inbox.post(.heartbeatAnswered(accepted: false))
        }
      }
    case .loadTeam:
      services.call("GET team") { api throws(APIFailure) in
        try await api.team()
      } then: { result in
        switch result {
        case .success(let team): inbox.post(.teamLoaded(team))
        case .failure(let failure): inbox.post(.teamFailed(failure))
        }
      }
    default:
      break
    }
  }
}
