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
  /// The state of the open dialog's link; where none is open, of the server.
  var connection: ConnectionSummary {
    if let reason = state.session.endReason {
      return ConnectionSummary(symbol: symbols.stopped, role: .alarm, words: "signed out", caveat: oneLine(reason))
    }
    return state.openLink.map(summary) ?? serverSummary
  }

  private func summary(of link: LiveLink) -> ConnectionSummary {
    let limit = link.configuration.attemptsBeforePolling
    switch link.phase {
    case .live:
      return ConnectionSummary(symbol: symbols.live, role: .good, words: "live", caveat: joined([listAge]))
    case .idle:
      return ConnectionSummary(symbol: symbols.stopped, role: .muted, words: "not connected", caveat: caveat(of: link))
    case .connecting(attempt: 0):
      return ConnectionSummary(
        symbol: symbols.connecting, role: .caution, words: "connecting", caveat: caveat(of: link))
    case .connecting(let attempt):
      return ConnectionSummary(
        symbol: symbols.connecting, role: .caution, words: "reconnecting \(ordinal(attempt, of: limit))",
        caveat: caveat(of: link))
    case .reconnecting(let attempt, let retryAt):
      return ConnectionSummary(
        symbol: symbols.connecting, role: .caution,
        words: "reconnecting \(ordinal(attempt, of: limit)) in \(seconds(to: retryAt))", caveat: caveat(of: link))
    case .polling(_, _, let nextSocketAt):
      let interval = link.configuration.pollInterval.components.seconds
      let socket: SafeText = nextSocketAt.map { "next try in \(seconds(to: $0))" } ?? "trying now"
      return ConnectionSummary(
        symbol: symbols.polling, role: .caution, words: "polling every \(interval)s\(dot)\(socket)",
        caveat: caveat(of: link))
    case .stopped(let reason):
      return ConnectionSummary(
        symbol: symbols.stopped, role: .alarm, words: "disconnected",
        caveat: joined([words(for: reason), dataAge(of: link)]))
    }
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

  private func caveat(of link: LiveLink) -> SafeText {
    joined([dataAge(of: link), link.problem.map(oneLine)])
  }

  private func dataAge(of link: LiveLink) -> SafeText? {
    link.completeAsOf(now: state.clock.monotonic).map { "data \(Age(start: $0).text(at: state.clock.monotonic)) old" }
  }

  /// How old the list is, where that is more than it should be.
  private var listAge: SafeText? {
    guard state.health.isListStale(at: state.clock), let loaded = state.health.listLoadedAt else { return nil }
    return "list \(Age(start: loaded).text(at: state.clock.monotonic)) old"
  }

  private func joined(_ parts: [SafeText?]) -> SafeText {
    let parts = parts.compactMap(\.self)
    return parts.dropFirst().reduce(parts.first ?? .empty) { "\($0)\(dot)\($1)" }
  }

  private func words(for reason: LiveLink.StopReason) -> SafeText {
    switch reason {
    case .closedByServer: "the server closed this dialog"
    case .refused(let sentence): oneLine(sentence)
    case .signedOut: "the login has expired"
    }
  }
}
