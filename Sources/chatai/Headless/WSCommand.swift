import ArgumentParser
import ChatProtocol
import Headless
import Transport
import WebSocket

/// `chatai ws`.
struct WSCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    .webSocket,
    discussion: """
      Each line of the standard input goes out as a text frame, or with --binary its bytes, or with --hex the bytes that \
      it spells, as a binary one. What comes is printed: a text as its lines, with control characters as marks, a binary \
      frame in hexadecimal. The rest (pings, pongs, the close code) is said on the standard error. A line that begins \
      with / is a command where --slash is given: /ping, /close [code [reason]].

      A path instead of an address is a path of the profile's server. Messages are compressed where the server agrees. \
      When the input ends, what comes within a second is still printed.
      """)

  @OptionGroup var options: HeadlessOptions

  @Argument(help: "ws://, wss://, http:// or https://, or a path of the profile's server.")
  var address: String

  @Flag(help: "Lines go out as text frames (the default).")
  var text = false

  @Flag(help: "Lines go out as binary frames.")
  var binary = false

  @Flag(help: "Lines are hexadecimal and go out as binary frames.")
  var hex = false

  @Option(
    name: [.customShort("x"), .customLong("execute")], help: "Send this and end with the answer; may be repeated.")
  var messages: [String] = []

  @Option(name: [.customShort("H"), .long], help: "A header, \"Name: value\"; may be repeated.")
  var header: [String] = []

  @Option(name: [.customShort("s"), .long], help: "A subprotocol to offer; may be repeated.")
  var subprotocol: [String] = []

  @Flag(help: "Show the profile's token; to the profile's own server only.")
  var token = false

  @Option(help: ArgumentHelp("End after so many seconds.", valueName: "seconds"))
  var exitAfter: Double?

  @Option(help: ArgumentHelp("End after so many messages.", valueName: "number"))
  var count: Int?

  @Option(help: ArgumentHelp("Ping so often, and say how long the answer takes.", valueName: "seconds"))
  var ping: Double?

  @Flag(inversion: .prefixedNo, help: "Offer compression.")
  var deflate = true

  @Flag(help: "Print texts as they are, control characters too; not to a terminal.")
  var raw = false

  @Flag(help: "A line of JSON for each message.")
  var json = false

  @Flag(help: "Lines that begin with / are commands.")
  var slash = false

  func validate() throws {
    guard [text, binary, hex].count(where: \.self) <= 1 else {
      throw ValidationError("--text, --binary and --hex exclude each other")
    }
    guard (exitAfter ?? 1) > 0, (count ?? 1) > 0, (ping ?? 1) >= 0.1 else {
      throw ValidationError("the numbers must be positive")
    }
    guard !raw || !Output.isTerminal else {
      throw ValidationError("--raw is not for a terminal: control characters of a stranger could do anything to it")
    }
    if hex, let bad = messages.first(where: { FrameText.bytes(hex: $0) == nil }) {
      throw ValidationError("\"\(bad.escapingControls)\" is not hexadecimal")
    }
    for line in header where Self.field(line) == nil {
      throw ValidationError("\"\(line.escapingControls)\" is no header: it must be \"Name: value\"")
    }
  }

  private static func field(_ line: String) -> (name: String, value: String)? {
    guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { return nil }
    let value = line[line.index(after: colon)...].drop { $0 == " " }
    return (String(line[..<colon]), String(value))
  }

  func run() throws {
    try options.check(.webSocket)
    let (request, name) = try makeRequest()
    let conversation = WSConversation(
      settings: WSConversation.Settings(
        form: hex ? .hex : binary ? .binary : .text, messages: messages, exitAfter: exitAfter,
        count: count ?? (messages.isEmpty || exitAfter != nil ? nil : 1), pingInterval: ping, isRaw: raw, isJSON: json,
        takesCommands: slash),
      name: name)
    Output.endWithReader()
    try CommandThreads.run { group in try await conversation.run(request, on: group) }
  }

  /// What to open, and how to speak of it: an address with a token in it is shown to nobody.
  private func makeRequest() throws -> (WebSocketClient.Request, name: String) {
    var url: WebSocketURL
    var trust = options.network.trust
    let isPath = address.hasPrefix("/")
    do {
      if isPath || token {
        let (_, session) = try options.target.openSession()
        url = isPath ? try session.server.socket(address) : try WebSocketURL(Self.socketAddress(address))
        guard session.server.owns(url) else {
          throw CommandFailure(
            "--token is for \(session.server.url) only: \(url.authority) is another server", status: .usage)
        }
        trust = trust ?? session.trust
        if token { url = try Self.adding(session.tokens.accessToken, to: url) }
      } else {
        url = try WebSocketURL(Self.socketAddress(address))
      }
    } catch let error as WebSocketURL.ParseError {
      throw CommandFailure(error.description.escapingControls, status: .usage)
    }
    let network = try ClientNetwork(trust)
    var request = WebSocketClient.Request(url: url)
    request.tls = network.tls
    request.proxies = network.proxies
    request.subprotocols = subprotocol
    for line in header { if let (name, value) = Self.field(line) { request.fields.append(name, value) } }
    if !deflate { request.configuration.connection.deflate = nil }
    // Only what was asked for is on the wire.
    request.configuration.connection.keepalive = nil
    if token { request.redirects = RedirectPolicy(limit: 0) }
    return (request, (url.isSecure ? "wss://" : "ws://") + url.authority + url.target.prefix { $0 != "?" })
  }

  private static func socketAddress(_ text: String) -> String {
    let lowercased = text.lowercased()
    if lowercased.hasPrefix("http://") || lowercased.hasPrefix("https://") { return "ws" + text.dropFirst(4) }
    return text.contains("://") ? text : "ws://" + text
  }

  private static func adding(_ token: String, to url: WebSocketURL) throws -> WebSocketURL {
    let separator = url.target.contains("?") ? "&" : "?"
    return try WebSocketURL(
      (url.isSecure ? "wss://" : "ws://") + url.authority + url.target + separator + "token=" + token)
  }
}
