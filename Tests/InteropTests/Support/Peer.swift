import Foundation
import WebSocket

/// Somebody else's WebSocket.
enum Peer: String, CustomStringConvertible {
  case websockets, aiohttp
  case nodeWS = "node-ws"
  case undici, chromium, libwebsockets

  var description: String { rawValue }

  static let clients: [Peer] =
    [.websockets, .aiohttp, .nodeWS, .chromium, .libwebsockets] + (nodeHasItsOwn ? [.undici] : [])
  static let servers: [Peer] = [.websockets, .aiohttp, .nodeWS, .libwebsockets]

  /// What must be installed for it.
  var need: String {
    switch self {
    case .websockets, .aiohttp: "the Python package \(rawValue), in the environment that CHATAI_TEST_VENV names"
    case .nodeWS, .undici: "Debian's package node-ws"
    case .chromium: "Debian's package chromium"
    case .libwebsockets: "Debian's packages gcc, libc6-dev, pkg-config and libwebsockets-dev"
    }
  }

  // MARK: What its interface lets a program do and see

  /// Whether it sends a message in fragments. aiohttp and the WHATWG's interface have no call for it.
  var sendsFragments: Bool { [.websockets, .nodeWS, .libwebsockets].contains(self) }

  /// Whether it sends pings and tells of their pongs. The WHATWG's interface does neither.
  func sendsPings(as role: Role, _ deflate: Settings.Deflate) -> Bool {
    !isBrowserLike && takesUncompressed(as: role, deflate)
  }

  /// Whether, on a connection with permessage-deflate, it takes what is not compressed: a message too short for it, or
  /// one that would not shrink, and a pong.
  func takesUncompressed(as role: Role, _ deflate: Settings.Deflate) -> Bool {
    // libwebsockets 4.1's client gives that to its inflater too, takes "nothing to do" for more to come, and delivers
    // the same bytes for ever, whoever the server is.
    !(self == .libwebsockets && role == .client && deflate == .on)
  }

  enum Role { case client, server }

  /// Whether it tells of a ping that it has answered.
  var tellsOfPings: Bool { [.aiohttp, .nodeWS].contains(self) }

  /// Whether it has a limit for messages. A browser takes what memory takes.
  var hasLimit: Bool { !isBrowserLike }

  /// Whether it can send an empty message.
  func sendsEmptyMessages(_ deflate: Settings.Deflate) -> Bool {
    // What libwebsockets 4.1 compresses to nothing, after another message, ends its process by an assertion: "FAIL want
    // to trim out length 0".
    !(self == .libwebsockets && deflate == .on)
  }

  /// How much of a refusal it shows.
  var showsOfRefusal: RefusalDetail {
    switch self {
    case .websockets, .nodeWS: .body
    case .aiohttp: .header
    case .libwebsockets: .words("HS: ws upgrade unauthorized")
    // A script must not learn what an HTTP server says (WHATWG's standard).
    case .undici, .chromium: .nothing
    }
  }

  enum RefusalDetail {
    case nothing, words(String), header, body

    /// What it says of the refusal that the tests use.
    var line: String {
      switch self {
      case .nothing: "failed"
      case .words(let words): "failed \(words)"
      case .header: "refused 401 expired"
      case .body: "refused 401 expired not you"
      }
    }
  }

  /// The code in its answer to our Close. RFC 6455, section 5.5.1, wants what it received, "typically".
  /// aiohttp answers each Close with 1000, and shows its program ours. Many leave the reason out.
  func answer(to code: UInt16) -> UInt16 { self == .aiohttp ? 1000 : code }

  /// What it tells of the answer to a Close of its own.
  func tellsOfAnswer(as role: Role) -> AnswerDetail {
    switch self {
    case .websockets, .nodeWS, .undici, .chromium: .codeAndReason
    // Its client keeps the code and forgets the reason. Its server does not wait for the answer when its program
    // waits for a message at the time.
    case .aiohttp: role == .client ? .code : .nothing
    // It lets go when the answer is here and shows nothing of it; what its program reports is what it sent.
    case .libwebsockets: .nothing
    }
  }

  enum AnswerDetail { case nothing, code, codeAndReason }

  /// What it says of a Close of ours that has no code.
  func closedWithoutCode(as role: Role) -> String {
    // aiohttp takes it for the code 0, and its client then waits for another Close till TCP ends.
    switch (self, role) {
    case (.aiohttp, .client): "closed 1006"
    case (.aiohttp, .server): "closed 0"
    default: "closed 1005"
    }
  }

  /// The codes with which it may say that a message is too big for it.
  func codesOfTooBig(_ deflate: Settings.Deflate) -> Set<CloseCode> {
    // When the limit is reached, ws 8.11 resets its inflater within the message, and takes what is left of that for
    // broken data. Mended in later versions.
    self == .nodeWS && deflate == .on ? [.messageTooBig, .invalidPayload] : [.messageTooBig]
  }

  private var isBrowserLike: Bool { [.undici, .chromium].contains(self) }

  // MARK: How to run it

  /// The sources of all of them.
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Peers")

  /// Trusted by the clients of the tests with TLS, and by nobody else; its key is gone.
  static let authority = folder.appending(path: "TLS/ca.pem").path
  static let certificate = folder.appending(path: "TLS/server.pem").path
  static let key = folder.appending(path: "TLS/server.key").path

  /// The program and its arguments; what has to be built goes into `directory`.
  func command(in directory: URL) throws -> [String] {
    func source(_ name: String) -> String { Peer.folder.appending(path: name).path }
    switch self {
    case .websockets: return [try Peer.python(), "-B", source("websockets_peer.py")]
    case .aiohttp: return [try Peer.python(), "-B", source("aiohttp_peer.py")]
    case .chromium: return [try Peer.python(), "-B", source("chromium_peer.py")]
    case .nodeWS: return ["node", source("ws_peer.js")]
    case .undici: return ["node", Peer.flagOfUndici, source("undici_peer.js")]
    case .libwebsockets:
      let program = directory.appending(path: "libwebsockets_peer").path
      let flags = try Tool.output(of: ["pkg-config", "--cflags", "--libs", "libwebsockets"]).split(separator: " ")
      _ = try Tool.output(
        of: ["cc", "-std=gnu11", "-O1", source("libwebsockets_peer.c"), "-o", program] + flags.map(String.init))
      return [program]
    }
  }

  static let environment = [
    // Where Debian has Node's modules, for a Node that is not Debian's.
    "NODE_PATH": "/usr/share/nodejs",
    // The only way to tell Node's own WebSocket whom to trust.
    "NODE_EXTRA_CA_CERTS": authority,
    // Its WebSocket is said to be an experiment, each time.
    "NODE_NO_WARNINGS": "1",
  ]

  private static let flagOfUndici = "--experimental-websocket"

  /// Node has one since version 20, and Debian 12's own Node is older: not a package that could be installed.
  private static let nodeHasItsOwn: Bool = {
    (try? Tool.output(of: ["node", flagOfUndici, "--print", "typeof WebSocket"])) == "function"
  }()

  /// The Python that `make test` has made.
  private static func python() throws -> String {
    let repository = folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let environment = ProcessInfo.processInfo.environment["CHATAI_TEST_VENV"]
    let python = (environment ?? repository.appending(path: ".build/venv-test").path) + "/bin/python"
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw InteropFailure("there is no \(python): `make test` makes it, or name another by CHATAI_TEST_VENV")
    }
    return python
  }
}
