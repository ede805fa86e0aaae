import Testing
import WebSocket

/// What two ends that have just opened a connection say to one another, whoever is the client.
struct Conversation {
  let ours: OurEnd
  let theirs: PeerProcess
  /// The peer's.
  let role: Peer.Role
  let deflate: Settings.Deflate
  /// The server's port.
  let port: Int

  init(ours: OurEnd, theirs: PeerProcess, role: Peer.Role, _ settings: Settings, port: Int) {
    self.ours = ours
    self.theirs = theirs
    self.role = role
    deflate = settings.deflate
    self.port = port
  }

  /// That there is one at each end shows that their absence, later, means something.
  func hasBothDescriptors() throws {
    let count = try OpenConnections.count(port: port)
    #expect(count == 2)
  }

  /// Every kind of message and ping, both ways: the peer sends back what it gets.
  func talk() async throws {
    for text in Payload.texts where suits(text.utf8.count) {
      ours.speaker.send(text: text)
      #expect(try await ours.text() == text)
    }
    // These do not shrink.
    for bytes in Payload.binaries where suits(bytes.count) && theirs.peer.takesUncompressed(as: role, deflate) {
      ours.speaker.send(binary: bytes)
      #expect(try await ours.binary() == bytes)
    }
    let burst = Payload.burst.filter { suits($0.utf8.count) }
    for text in burst { ours.speaker.send(text: text) }
    for text in burst { #expect(try await ours.text() == text) }

    if theirs.peer.sendsFragments {
      try theirs.tell("fragments 1000")
      #expect(try await ours.text() == Payload.fragmented(1000))
    }
    ours.speaker.ping()
    #expect(try await #require(ours.pong()) > .zero)
    if theirs.peer.tellsOfPings { #expect(try await theirs.hear().hasPrefix("ping")) }
    if theirs.peer.sendsPings(as: role, deflate) {
      try theirs.tell("ping are-you-there")
      try await theirs.hear("pong are-you-there")
    }
  }

  /// Whether the peer can be told, and can say, a text of that length.
  private func suits(_ size: Int) -> Bool {
    // From here on the texts are compressed.
    if !theirs.peer.takesUncompressed(as: role, deflate) { return size >= 125 }
    return size > 0 || theirs.peer.sendsEmptyMessages(deflate)
  }

  // MARK: Ways to close

  /// We close, with a code and a reason that both ends must see.
  func weClose(_ frame: CloseFrame = CloseFrame(CloseCode(rawValue: 4001), reason: "готово, done")) async throws {
    ours.speaker.close(frame)
    let ending = try await ours.ended()
    #expect(ending.cause == .closeHandshake)
    #expect(ending.sent == frame)
    #expect(ending.code.rawValue == theirs.peer.answer(to: frame.code.rawValue))
    try await theirs.hear(
      frame == .empty ? theirs.peer.closedWithoutCode(as: role) : "closed \(frame.code) \(frame.reason)")
    try await OpenConnections.areGone(port: port)
  }

  /// The peer closes.
  func theyClose(_ frame: CloseFrame = CloseFrame(CloseCode(rawValue: 4002), reason: "до встречи")) async throws {
    try theirs.tell("close \(frame.code) \(frame.reason)")
    let ending = try await ours.ended()
    #expect(ending.cause == .closeHandshake)
    #expect(ending.received == frame)
    #expect(ending.sent?.code == frame.code)
    switch theirs.peer.tellsOfAnswer(as: role) {
    case .codeAndReason: try await theirs.hear("closed \(frame.code) \(frame.reason)")
    case .code: try await theirs.hear("closed \(frame.code)")
    case .nothing: #expect(try await theirs.hear().hasPrefix("closed"))
    }
    try await OpenConnections.areGone(port: port)
  }

  // MARK: Limits

  /// The peer sends more than we take.
  func weTakeNoMore(than limit: Int) async throws {
    try theirs.tell("send \(2 * limit)")
    let ending = try await ours.ended()
    #expect(ending.cause == .violation(.messageTooBig(limit: limit)))
    #expect(try await theirs.hear().hasPrefix("closed 1009"))
    try await OpenConnections.areGone(port: port)
  }

  /// We send more than the peer takes.
  func theyTakeNoMore(than limit: Int) async throws {
    ours.speaker.send(binary: [UInt8](repeating: 0, count: 2 * limit))
    let ending = try await ours.ended()
    #expect(theirs.peer.codesOfTooBig(deflate).contains(ending.code))
    #expect(try await theirs.hear().hasPrefix("closed"))
    try await OpenConnections.areGone(port: port)
  }
}
