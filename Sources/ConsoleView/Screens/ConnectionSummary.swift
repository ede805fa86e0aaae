import ChatProtocol
import ConsoleModel
import LiveLink

/// The connection's state for the status bar. The words alone are enough; glyph and colour repeat them.
struct ConnectionSummary {
  let symbol: SafeText
  let role: Role
  /// What the link does; with numbers where it counts down.
  let words: SafeText
  /// How far what is shown can be trusted, and what is wrong; empty while nothing is.
  let caveat: SafeText
}

extension Scene {
  /// The state of the operator's stream; without one of the open dialog's link, and where none is open of the server.
  var connection: ConnectionSummary {
    if let reason = state.session.endReason {
      return ConnectionSummary(symbol: symbols.stopped, role: .alarm, words: "signed out", caveat: oneLine(reason))
    }
    if let stream = state.stream { return summary(of: stream) }
    guard let link = state.openLink else { return serverSummary }
    return summary(
      of: link.phase, attempts: link.configuration.attemptsBeforePolling,
      age: link.completeAsOf(now: state.clock.monotonic), problem: link.problem, live: joined([listAge]))
  }

  /// The stream's state, with how the open dialog stands on it.
  private func summary(of stream: OperatorStream) -> ConnectionSummary {
    let now = state.clock.monotonic
    let streamAge = stream.completeAsOf(now: now)
    // What the open dialog shows may be younger, where it is polled.
    let age = state.openLink.map { $0.completeAsOf(now: now) ?? streamAge } ?? streamAge
    let isReading = state.openLink.map { link in if case .connecting = link.phase { true } else { false } } ?? false
    return summary(
      of: stream.phase, attempts: stream.configuration.attemptsBeforePolling, age: age, problem: stream.problem,
      live: isReading ? "reading the messages\(symbols.ellipsis)" : .empty, roundTrip: stream.roundTrip)
  }

  private func summary(
    of phase: LiveLink.Phase, attempts limit: Int, age: Duration?, problem: String?, live: SafeText,
    roundTrip: Duration? = nil
  ) -> ConnectionSummary {
    let caveat = joined([dataAge(age), problem.map(oneLine)])
    func summary(_ symbol: SafeText, _ role: Role, _ words: SafeText, _ caveat: SafeText) -> ConnectionSummary {
      ConnectionSummary(symbol: symbol, role: role, words: words, caveat: caveat)
    }
    switch phase {
    case .live: return summary(symbols.live, .good, roundTrip.map { "live \(milliseconds($0))" } ?? "live", live)
    case .idle: return summary(symbols.stopped, .muted, "not connected", caveat)
    case .connecting(attempt: 0): return summary(symbols.connecting, .caution, "connecting", caveat)
    case .connecting(let attempt) where attempt > limit:
      return summary(symbols.connecting, .caution, "reconnecting, \(ordinal(attempt, of: limit))", caveat)
    case .connecting(let attempt):
      return summary(symbols.connecting, .caution, "reconnecting \(ordinal(attempt, of: limit))", caveat)
    case .reconnecting(let attempt, let retryAt):
      return summary(
        symbols.connecting, .caution, "reconnecting \(ordinal(attempt, of: limit)) in \(seconds(to: retryAt))", caveat)
    case .polling(_, _, let nextSocketAt):
      let old: SafeText = age.map { ", \(ageText($0)) old" } ?? .empty
      let socket: SafeText = nextSocketAt.map { "next try in \(seconds(to: $0))" } ?? "trying now"
      return summary(
        symbols.polling, .caution, "polling\(old)\(dot)\(socket)", joined([problem.map(oneLine)]))
    case .stopped(let reason):
      return summary(symbols.stopped, .alarm, "disconnected", joined([words(for: reason), dataAge(age)]))
    }
  }

  /// The round trip; a number of milliseconds as far as it says something.
  private func milliseconds(_ time: Duration) -> SafeText {
    let (seconds, attoseconds) = time.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    return milliseconds < 1 ? "<1ms" : milliseconds < 10_000 ? "\(milliseconds)ms" : "\(seconds)s"
  }

  private var serverSummary: ConnectionSummary {
    guard let failure = state.health.failure else {
      return state.health.listLoadedAt == nil
        ? ConnectionSummary(symbol: symbols.connecting, role: .caution, words: "connecting", caveat: .empty)
        : ConnectionSummary(symbol: symbols.live, role: .good, words: "online", caveat: joined([listAge]))
    }
    let retry: SafeText = state.health.nextRefreshAt.map { "retry in \(seconds(to: $0))" } ?? "trying now"
    return ConnectionSummary(
      symbol: symbols.stopped, role: .alarm, words: "offline\(dot)\(retry)",
      caveat: joined([listAge, oneLine(failure.description)]))
  }

  /// Attempts beyond the limit happen on links that do not poll.
  private func ordinal(_ attempt: Int, of limit: Int) -> SafeText {
    attempt <= limit ? "\(attempt)/\(limit)" : "attempt \(attempt)"
  }

  func seconds(to end: Duration) -> SafeText {
    "\(Countdown(end: end).seconds(at: state.clock.monotonic))s"
  }

  private func dataAge(_ completeAt: Duration?) -> SafeText? { completeAt.map { "data \(ageText($0)) old" } }

  private func ageText(_ start: Duration) -> SafeText { SafeText(Age(start: start).text(at: state.clock.monotonic)) }

  /// How old the list is, where that is more than it should be.
  private var listAge: SafeText? {
    guard state.health.isListStale(at: state.clock), let loaded = state.health.listLoadedAt else { return nil }
    return "list \(ageText(loaded)) old"
  }

  private func joined(_ parts: [SafeText?]) -> SafeText {
    let parts = parts.compactMap(\.self)
    return parts.dropFirst().reduce(parts.first ?? .empty) { "\($0)\(dot)\($1)" }
  }

  private func words(for reason: LiveLink.StopReason) -> SafeText {
    switch reason {
    case .closedByServer: state.stream == nil ? "the server closed this dialog" : "the server closed the connection"
    case .refused(let sentence): oneLine(sentence)
    case .signedOut: "the login has expired"
    }
  }
}
