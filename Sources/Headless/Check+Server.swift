public import ChatProtocol

// What the way to a server should be like.
extension Check {
  /// How far two clocks may be apart before it shows, and before tokens suffer from it.
  static let noticeableSkew = Duration.seconds(5)
  static let harmfulSkew = Duration.seconds(60)

  /// The server's clock beside this machine's.
  ///
  /// - Parameters:
  ///   - server: The `Date` header, to the second.
  ///   - sent: When the request left, on this machine's clock.
  ///   - received: When the answer came.
  public static func clock(server: Timestamp?, sent: Timestamp, received: Timestamp) -> Check {
    guard let server else {
      return Check("clock", .skip, "the server does not tell its time")
    }
    // The header has whole seconds, and was written somewhere between the two moments.
    let early = sent.duration(since: server.advanced(by: .seconds(1)))
    let late = server.duration(since: received)
    let skew = max(early, late)
    let direction = early > late ? "ahead of" : "behind"
    guard skew > noticeableSkew else { return Check("clock", .ok, "agrees with the server's to the second") }
    return Check(
      "clock", skew > harmfulSkew ? .fail : .warn, "this machine is \(span(skew)) \(direction) the server",
      advice: "set this machine's clock (timedatectl set-ntp true), or have the server's set")
  }

  /// How long before its end a certificate is worth a word.
  static let certificateNotice = Duration.seconds(14 * 86_400)

  /// A certificate that was accepted.
  public static func certificate(issuer: String?, names: [String], notAfter: Timestamp, now: Timestamp) -> Check {
    let left = notAfter.duration(since: now)
    let day = notAfter.description.prefix(10)
    let who = "for \(names.prefix(3).joined(separator: ", ")), issued by \(issuer ?? "nobody that says so")"
    guard left > certificateNotice else {
      return Check(
        "TLS", .warn, "\(who); it ends on \(day), in \(span(left))", advice: "have the server's certificate renewed",
        status: .unreachable)
    }
    return Check("TLS", .ok, "\(who), good until \(day)")
  }

  /// How long before its end a login is worth a word.
  static let loginNotice = Duration.seconds(3 * 86_400)

  /// The tokens of a login, before they are shown to the server.
  public static func tokens(access: String, refresh: String?, now: Timestamp) -> Check {
    let advice = "chatai login --help"
    if let refresh, let end = TokenClaims(refresh)?.expiresAt {
      let left = end.duration(since: now)
      if left <= .zero {
        return Check("token", .fail, "the login ended \(span(.zero - left)) ago", advice: advice, status: .signedOut)
      }
      if left < loginNotice { return Check("token", .warn, "the login ends in \(span(left))", advice: advice) }
    }
    guard let end = TokenClaims(access)?.expiresAt else {
      return Check("token", .ok, "there is one; it does not say how long it is good for")
    }
    let left = end.duration(since: now)
    if left > .zero { return Check("token", .ok, "good for \(span(left))") }
    guard refresh != nil else {
      return Check(
        "token", .fail, "it ended \(span(.zero - left)) ago, and there is none to renew it with", advice: advice,
        status: .signedOut)
    }
    return Check("token", .ok, "it ended \(span(.zero - left)) ago; it is renewed with the next call")
  }

  /// What a console can do with a server.
  public static func capabilities(_ capabilities: Capabilities) -> Check {
    guard capabilities.version >= 2 else {
      return Check("protocol", .ok, "part 1: lists are read again and again, and each dialog has a socket of its own")
    }
    let wanted: [(String, String)] = [
      ("client-id", "replies whose fate is unknown are looked up"),
      ("operator-stream", "each dialog has a socket of its own"),
      ("paging", "histories are read as a whole"),
      ("precondition", "a colleague's answer is noticed by the console alone"),
    ]
    let missing = wanted.filter { !capabilities.features.contains($0.0) }
    let all = capabilities.features.sorted().joined(separator: " ")
    guard missing.isEmpty else {
      return Check(
        "protocol", .warn, "part 2 without " + missing.map { "\($0.0) (\($0.1))" }.joined(separator: ", "))
    }
    return Check("protocol", .ok, "part 2: \(all)")
  }

  /// How long the way there and back may take.
  static let slowRoundTrip = Duration.milliseconds(500)

  /// The round trip of a protocol ping.
  public static func roundTrip(_ time: Duration?, within limit: Duration) -> Check {
    guard let time else {
      return Check(
        "heartbeat", .fail, "no pong within \(limit.components.seconds) s",
        advice: "something between drops what it does not know: ask for a proxy that lets WebSockets pass",
        status: .unreachable)
    }
    let milliseconds = Int((time / .milliseconds(1)).rounded())
    return Check("heartbeat", time > slowRoundTrip ? .warn : .ok, "ping and pong in \(milliseconds) ms")
  }

  /// A failed call: which check it spoils, and what helps.
  public static func failed(_ name: String, _ failure: APIFailure) -> Check {
    let status = ExitStatus(reading: failure)
    let advice: String? =
      switch failure {
      case .unreachable, .noAnswer: "is the server running, and the address right? chatai login --server changes it"
      case .unauthorized: "log in again: chatai login --help"
      case .malformed, .notFound: "is this a ChatAI server? something else may answer in its place"
      case .tooManyRequests: "wait a moment"
      default: nil
      }
    return Check(name, .fail, failure.description, advice: advice, status: status)
  }
}
