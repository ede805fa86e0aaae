import Testing

@testable import WebSocket

/// RFC 7692, sections 5 and 7.1, and the header's grammar in RFC 6455, section 9.1.
@Suite("RFC 7692, negotiation") struct DeflateNegotiationTests {
  private typealias Wishes = PermessageDeflate.Configuration

  // MARK: Grammar

  private static func list(_ lines: [String]) -> [String]? {
    WebSocketExtension.list(in: HeaderFields(lines.map { ("Sec-WebSocket-Extensions", $0) }))?.map(\.serialized)
  }

  @Test(
    "RFC 6455, 9.1: what the header says",
    arguments: [
      (["foo"], ["foo"]),
      (["foo, bar; baz=2"], ["foo", "bar; baz=2"]),
      (["foo", "bar; baz=2"], ["foo", "bar; baz=2"]),
      (
        ["deflate-stream", "mux; max-channels=4; flow-control, x"],
        ["deflate-stream", "mux; max-channels=4; flow-control", "x"]
      ),
      (["  foo ;\ta = 1 ;b=\t2  ,bar "], ["foo; a=1; b=2", "bar"]),
      (["foo; a=\"10\""], ["foo; a=10"]),
      (["foo; a=\"1\\0\""], ["foo; a=10"]),
      (["foo; a=1; a=2"], ["foo; a=1; a=2"]),
      ([",, foo ,,bar,"], ["foo", "bar"]),
    ] as [([String], [String])])
  func grammar(lines: [String], elements: [String]) {
    #expect(Self.list(lines) == elements)
  }

  @Test(
    "RFC 6455, 9.1: what breaks the grammar",
    arguments: [
      "", " ", ",", "foo;", "foo; ", "foo; ;a", "; a", "foo bar", "foo; a=", "foo; a=\"\"", "foo; a=\"b",
      "foo; a=\"b\\",
      "foo; a=\"b c\"", "foo; a=\"b\"c", "foo; a=b c", "foo; =b", "foo; a==b", "foo/bar", "foo; a=\"b\\\"\"",
      "fo\u{F6}",
      "foo; a=b\u{37E} c",
    ])
  func malformed(value: String) {
    #expect(Self.list([value]) == nil)
    #expect(Self.list(["foo", value]) == nil)
    let request = ServerHandshakeTests.request(adding: [("Sec-WebSocket-Extensions", value)])
    var handshake = ServerHandshake()
    var offset = 0
    let refusal = #expect(throws: HTTPRefusal.self) { try handshake.receive(request.span.bytes, from: &offset) }
    #expect(refusal?.status == 400)
  }

  @Test("No header, no extensions") func absent() { #expect(Self.list([]) == []) }

  // MARK: Server

  private static let serverTable: [(offer: String, answer: String?)] = [
    // With the defaults the server names a window of 12 bits wherever it may.
    ("permessage-deflate", "permessage-deflate; server_max_window_bits=12"),
    (
      "permessage-deflate; client_max_window_bits",
      "permessage-deflate; server_max_window_bits=12; client_max_window_bits=12"
    ),
    (
      "permessage-deflate; client_max_window_bits=15",
      "permessage-deflate; server_max_window_bits=12; client_max_window_bits=12"
    ),
    (
      "permessage-deflate; client_max_window_bits=9",
      "permessage-deflate; server_max_window_bits=12; client_max_window_bits=9"
    ),
    (
      "permessage-deflate; client_max_window_bits=\"10\"",
      "permessage-deflate; server_max_window_bits=12; client_max_window_bits=10"
    ),
    // 8 bits for the client are never named in an answer; its messages are inflated all the same.
    ("permessage-deflate; client_max_window_bits=8", "permessage-deflate; server_max_window_bits=12"),
    ("permessage-deflate; server_max_window_bits=15", "permessage-deflate; server_max_window_bits=12"),
    ("permessage-deflate; server_max_window_bits=9", "permessage-deflate; server_max_window_bits=9"),
    // 8 bits for this end's compressor are more than zlib can do.
    ("permessage-deflate; server_max_window_bits=8", nil),
    (
      "permessage-deflate; server_no_context_takeover",
      "permessage-deflate; server_no_context_takeover; server_max_window_bits=12"
    ),
    (
      "permessage-deflate; client_no_context_takeover",
      "permessage-deflate; client_no_context_takeover; server_max_window_bits=12"
    ),
    (
      "permessage-deflate; client_max_window_bits=11; server_max_window_bits=10; client_no_context_takeover; "
        + "server_no_context_takeover",
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10; "
        + "client_max_window_bits=11"
    ),
    // Several offers: the first that can be kept.
    (
      "permessage-deflate; server_max_window_bits=8, permessage-deflate",
      "permessage-deflate; server_max_window_bits=12"
    ),
    (
      "permessage-deflate; server_max_window_bits=10, permessage-deflate; server_max_window_bits=9",
      "permessage-deflate; server_max_window_bits=10"
    ),
    (
      "x-webkit-deflate-frame, permessage-deflate; mystery, permessage-deflate; client_max_window_bits=14",
      "permessage-deflate; server_max_window_bits=12; client_max_window_bits=12"
    ),
    // 7.1: an offer with a fault is declined.
    ("permessage-deflate; mystery", nil),
    ("permessage-deflate; server_no_context_takeover=1", nil),
    ("permessage-deflate; client_no_context_takeover=true", nil),
    ("permessage-deflate; server_max_window_bits", nil),
    ("permessage-deflate; server_max_window_bits=7", nil),
    ("permessage-deflate; server_max_window_bits=16", nil),
    ("permessage-deflate; server_max_window_bits=09", nil),
    ("permessage-deflate; server_max_window_bits=+9", nil),
    ("permessage-deflate; server_max_window_bits=a", nil),
    ("permessage-deflate; client_max_window_bits=7", nil),
    ("permessage-deflate; client_max_window_bits=16", nil),
    ("permessage-deflate; client_max_window_bits=99999999999999999999", nil),
    ("permessage-deflate; server_no_context_takeover; server_no_context_takeover", nil),
    ("permessage-deflate; client_max_window_bits; client_max_window_bits=10", nil),
    ("permessage-bzip2", nil),
  ]

  @Test("The server's answer to each offer", arguments: serverTable)
  func server(offer: String, answer: String?) throws {
    let bytes = ServerHandshakeTests.request(adding: [("Sec-WebSocket-Extensions", offer)])
    var handshake = ServerHandshake()
    var offset = 0
    let request = try #require(try handshake.receive(bytes.span.bytes, from: &offset))
    let deflate = PermessageDeflate.accept(request.extensions)
    #expect(deflate?.response.serialized == answer)
    let response = String(decoding: request.acceptance(deflate: deflate), as: UTF8.self)
    #expect(response.contains("\r\nSec-WebSocket-Extensions: \(answer ?? "")\r\n") == (answer != nil))
    #expect(response.contains("Sec-WebSocket-Extensions") == (answer != nil))
  }

  @Test("A server's own wishes") func serverConfiguration() throws {
    let offers = [
      WebSocketExtension("permessage-deflate"),
      WebSocketExtension("permessage-deflate", [.init("client_max_window_bits")]),
    ]
    var wide = Wishes()
    wide.windowBits = 15
    wide.peerWindowBits = 15
    #expect(PermessageDeflate.accept(offers, configuration: wide)?.response.serialized == "permessage-deflate")
    var forgetful = wide
    forgetful.keepsContext = false
    forgetful.peerKeepsContext = false
    let answer = try #require(PermessageDeflate.accept(offers, configuration: forgetful))
    #expect(
      answer.response.serialized == "permessage-deflate; server_no_context_takeover; client_no_context_takeover")
    #expect(!answer.deflater.keepsContext && !answer.inflater.keepsContext)
    // Values no zlib takes become the nearest it does.
    var wild = Wishes()
    (wild.windowBits, wild.peerWindowBits, wild.level, wild.memoryLevel, wild.minimumSize) = (0, 99, 99, 0, -1)
    let tamed = try #require(PermessageDeflate.accept(offers, configuration: wild))
    #expect(
      tamed.deflater
        == Deflater.Settings(
          windowBits: 9, keepsContext: true, level: 9, memoryLevel: 1, minimumSize: 0, prefersShorter: true))
    #expect(tamed.inflater.windowBits == 15)
  }

  @Test("Which window binds whom") func serverWindows() throws {
    func accept(_ parameters: WebSocketExtension.Parameter...) throws -> PermessageDeflate {
      try #require(PermessageDeflate.accept([WebSocketExtension("permessage-deflate", parameters)]))
    }
    #expect(try accept().inflater.windowBits == 15)
    #expect(try accept(.init("client_max_window_bits")).inflater.windowBits == 12)
    #expect(try accept(.init("client_max_window_bits", "10")).inflater.windowBits == 10)
    #expect(try accept(.init("client_max_window_bits", "8")).inflater.windowBits == 15)
    #expect(try accept().deflater.windowBits == 12)
    #expect(try accept(.init("server_max_window_bits", "9")).deflater.windowBits == 9)
  }

  // MARK: Client

  @Test("What a client offers") func offers() throws {
    func header(_ configuration: PermessageDeflate.Configuration?) throws -> String? {
      var generator = CountingGenerator()
      let handshake = try ClientHandshake(
        .init(authority: "a", target: "/", deflate: configuration), using: &generator)
      let lines = String(decoding: handshake.requestBytes, as: UTF8.self).split(separator: "\r\n")
      return lines.first { $0.hasPrefix("Sec-WebSocket-Extensions: ") }.map { String($0.dropFirst(26)) }
    }
    var configuration = Wishes()
    #expect(
      try header(configuration)
        == "permessage-deflate; server_max_window_bits=12; client_max_window_bits, "
        + "permessage-deflate; client_max_window_bits")
    configuration.peerWindowBits = 15
    configuration.keepsContext = false
    #expect(try header(configuration) == "permessage-deflate; client_no_context_takeover; client_max_window_bits")
    configuration.peerKeepsContext = false
    #expect(
      try header(configuration)
        == "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits")
    #expect(try header(nil) == nil)
  }

  private static func judge(
    _ response: String, _ configuration: PermessageDeflate.Configuration? = Wishes()
  ) throws -> PermessageDeflate? {
    var generator = CountingGenerator()
    var handshake = try ClientHandshake(
      .init(authority: "a", target: "/", deflate: configuration), using: &generator)
    let lines = String(decoding: handshake.requestBytes, as: UTF8.self).split(separator: "\r\n")
    let key = lines.first { $0.hasPrefix("Sec-WebSocket-Key: ") }?.dropFirst(19) ?? ""
    let head = Array(
      """
      HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
      Sec-WebSocket-Accept: \(HandshakeKey.accept(String(key)))\r\n\(response)\r\n
      """.utf8)
    var offset = 0
    guard case .accepted(_, let deflate, _) = try handshake.receive(head.span.bytes, from: &offset) else { return nil }
    return deflate
  }

  private static let legalAnswers: [(response: String, own: Deflater.Settings, peer: Inflater.Settings)] = [
    ("", 12, true, 15, true),
    ("; server_max_window_bits=12", 12, true, 12, true),
    ("; server_max_window_bits=9; client_max_window_bits=9", 9, true, 9, true),
    ("; server_max_window_bits=\"10\"; client_max_window_bits=15", 12, true, 10, true),
    // The peer's compressor may have 8 bits: an inflater of 9 takes what it makes.
    ("; server_max_window_bits=8", 12, true, 9, true),
    ("; server_no_context_takeover", 12, true, 15, false),
    ("; client_no_context_takeover", 12, false, 15, true),
    ("; client_no_context_takeover; server_no_context_takeover; server_max_window_bits=11", 12, false, 11, false),
  ].map { response, own, ownKeeps, peer, peerKeeps in
    (
      response,
      Deflater.Settings(
        windowBits: own, keepsContext: ownKeeps, level: 1, memoryLevel: 5, minimumSize: 64, prefersShorter: true),
      Inflater.Settings(windowBits: peer, keepsContext: peerKeeps)
    )
  }

  @Test("Answers a client keeps to", arguments: legalAnswers)
  func legal(response: String, own: Deflater.Settings, peer: Inflater.Settings) throws {
    let header = "Sec-WebSocket-Extensions: permessage-deflate\(response)\r\n"
    let deflate = try #require(try Self.judge(header))
    #expect(deflate.deflater == own)
    #expect(deflate.inflater == peer)
  }

  @Test("No answer about compression is an answer") func declined() throws {
    #expect(try Self.judge("") == nil)
  }

  private static let faultyAnswers: [(response: String, fault: PermessageDeflate.Fault)] = [
    ("; mystery", .unknownParameter("mystery")),
    ("; mystery=1", .unknownParameter("mystery")),
    ("; Server_Max_Window_Bits=10", .unknownParameter("Server_Max_Window_Bits")),
    ("; server_no_context_takeover=1", .invalidValue(.init("server_no_context_takeover", "1"))),
    ("; client_no_context_takeover=0", .invalidValue(.init("client_no_context_takeover", "0"))),
    ("; server_max_window_bits", .invalidValue(.init("server_max_window_bits"))),
    ("; client_max_window_bits", .invalidValue(.init("client_max_window_bits"))),
    ("; server_max_window_bits=7", .invalidValue(.init("server_max_window_bits", "7"))),
    ("; server_max_window_bits=16", .invalidValue(.init("server_max_window_bits", "16"))),
    ("; client_max_window_bits=010", .invalidValue(.init("client_max_window_bits", "010"))),
    ("; client_max_window_bits=x", .invalidValue(.init("client_max_window_bits", "x"))),
    ("; server_max_window_bits=9; server_max_window_bits=9", .repeatedParameter("server_max_window_bits")),
    ("; client_no_context_takeover; client_no_context_takeover", .repeatedParameter("client_no_context_takeover")),
    // 8 bits bind this end's compressor, which cannot do it.
    ("; client_max_window_bits=8", .unsupportedWindow),
  ]

  @Test("Answers that fail the connection", arguments: faultyAnswers)
  func faulty(response: String, fault: PermessageDeflate.Fault) {
    #expect(throws: HandshakeError.invalidDeflate(fault)) {
      try Self.judge("Sec-WebSocket-Extensions: permessage-deflate\(response)\r\n")
    }
    #expect(!fault.description.isEmpty)
  }

  @Test("Answers that do not heed the offer") func unheeded() {
    var strict = Wishes()
    strict.peerKeepsContext = false
    strict.peerWindowBits = 15
    #expect(throws: HandshakeError.invalidDeflate(.offerIgnored("server_no_context_takeover"))) {
      try Self.judge("Sec-WebSocket-Extensions: permessage-deflate\r\n", strict)
    }
    // One offer alone: the client's own send a second one for servers without limits.
    var offer = PermessageDeflate.Parameters()
    offer.serverMaxWindowBits = 12
    for answer in ["", "13"] {
      let parameters = answer.isEmpty ? [] : [WebSocketExtension.Parameter("server_max_window_bits", answer)]
      #expect(throws: PermessageDeflate.Fault.offerIgnored("server_max_window_bits")) {
        try PermessageDeflate.Parameters(WebSocketExtension("permessage-deflate", parameters), isResponse: true)
          .check(against: offer)
      }
    }
    offer.serverMaxWindowBits = nil
    let limited = WebSocketExtension("permessage-deflate", [.init("client_max_window_bits", "10")])
    #expect(throws: PermessageDeflate.Fault.unofferedParameter("client_max_window_bits")) {
      try PermessageDeflate.Parameters(limited, isResponse: true).check(against: offer)
    }
    offer.clientMaxWindowBits = .bits(9)
    #expect(throws: PermessageDeflate.Fault.offerIgnored("client_max_window_bits")) {
      try PermessageDeflate.Parameters(limited, isResponse: true).check(against: offer)
    }
  }

  @Test(
    "Other extensions, and one twice",
    arguments: [
      ("foo", "foo"), ("permessage-deflate, foo", "foo"), ("foo, permessage-deflate", "foo"),
      ("permessage-deflate, permessage-deflate", "permessage-deflate"),
      ("permessage-deflate\r\nSec-WebSocket-Extensions: permessage-deflate", "permessage-deflate"),
    ])
  func unexpected(response: String, name: String) {
    #expect(throws: HandshakeError.unexpectedExtension(name)) {
      try Self.judge("Sec-WebSocket-Extensions: \(response)\r\n")
    }
  }

  @Test("An extension nobody offered") func unoffered() {
    #expect(throws: HandshakeError.unexpectedExtension("permessage-deflate")) {
      try Self.judge("Sec-WebSocket-Extensions: permessage-deflate\r\n", nil)
    }
    #expect(throws: HandshakeError.malformedExtensions) {
      try Self.judge("Sec-WebSocket-Extensions: permessage-deflate;\r\n")
    }
  }
}
