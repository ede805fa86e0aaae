import Testing

@testable import WebSocket

/// A network may cut a conversation anywhere: opening handshake, frames and closing, seen from either end.
@Suite("Every split point of a conversation, both roles") struct SplitConversationTests {
  /// One end from its first byte on: what it has understood, and what it says.
  private final class End {
    enum Handshake {
      case server(ServerHandshake)
      case client(ClientHandshake)
    }

    private var handshake: Handshake
    private var connection: WebSocketConnection?
    private var opening: String?
    private(set) var events: [Event] = []
    private var said: [UInt8] = []

    init(_ handshake: Handshake) { self.handshake = handshake }

    func feed(_ bytes: ArraySlice<UInt8>) {
      let bytes = Array(bytes)
      var offset = 0
      if connection == nil {
        open(bytes, &offset)
        // Bytes behind the opening belong to the frames.
        guard connection != nil, offset < bytes.count else { return }
      }
      events += connection?.feed(Array(bytes[offset...])) ?? []
      said += connection?.takeOutput() ?? []
    }

    private func open(_ bytes: [UInt8], _ offset: inout Int) {
      do {
        switch handshake {
        case .server(var server):
          defer { handshake = .server(server) }
          guard let request = try server.receive(bytes.span.bytes, from: &offset) else { return }
          opening = "\(request.target) \(request.fields.fields)"
          said += request.acceptance()
          connection = WebSocketTests.connection(.server, limit: 1000)
        case .client(var client):
          defer { handshake = .client(client) }
          guard let outcome = try client.receive(bytes.span.bytes, from: &offset) else { return }
          opening = "\(outcome)"
          connection = WebSocketTests.connection(.client, limit: 1000)
        }
      } catch {
        Issue.record(error)
      }
    }

    func agrees(with other: End) -> Bool {
      opening == other.opening && events == other.events && said == other.said
        && connection?.violation == other.connection?.violation
    }
  }

  /// What comes after the opening: sound to its Close frame, or up to a fault.
  private static func frames(masked: Bool) -> [(name: String, bytes: [UInt8])] {
    func part(_ opcode: UInt8, _ payload: [UInt8] = [], fin: Bool = true) -> [UInt8] {
      frame(opcode, payload, fin: fin, masked: masked)
    }
    let talk =
      part(1, Array("При".utf8), fin: false) + part(9, [1, 2, 3]) + part(0, Array("вет 👋".utf8))
      + part(2, Array(repeating: 0xAB, count: 300)) + part(10) + part(1)
    return [
      ("to its Close frame", talk + close(1001, Array("до".utf8), masked: masked) + part(1, [0x61])),
      ("to bad UTF-8", talk + part(1, [0x61, 0xE2, 0x28, 0xA1]) + part(1, [0x61])),
      ("to a frame of the wrong mask", talk + frame(1, [0x61], masked: !masked)),
      ("to a message over the limit", talk + part(2, Array(repeating: 0, count: 1001))),
      ("to a length over 63 bits", talk + frame(2, masked: masked, length: .max, lengthBytes: 8)),
    ]
  }

  private func server(_ frames: [UInt8]) -> (handshake: End.Handshake, bytes: [UInt8]) {
    (.server(ServerHandshake()), ServerHandshakeTests.request() + frames)
  }

  private func client(_ frames: [UInt8]) throws -> (handshake: End.Handshake, bytes: [UInt8]) {
    var generator = CountingGenerator()
    let client = try ClientHandshake(.init(authority: "example.com", target: "/"), using: &generator)
    var handshake = ServerHandshake()
    var offset = 0
    let request = try #require(try handshake.receive(client.requestBytes.span.bytes, from: &offset))
    let interim = Array("HTTP/1.1 103 Early Hints\r\nLink: </style>\r\n\r\n".utf8)
    return (.client(client), interim + request.acceptance() + frames)
  }

  @Test("Two reads, cut anywhere; three, cut anywhere twice; and every size of read")
  func everySplit() throws {
    for masked in [true, false] {
      for (name, frames) in Self.frames(masked: masked) {
        let (handshake, bytes) = masked ? server(frames) : try client(frames)
        let whole = End(handshake)
        whole.feed(bytes[...])
        #expect(whole.events.count >= 5, "\(name)")
        func check(_ cuts: [Int]) {
          let end = End(handshake)
          var start = 0
          for cut in cuts + [bytes.count] {
            end.feed(bytes[start..<cut])
            start = cut
          }
          if !end.agrees(with: whole) { Issue.record("\(name), masked: \(masked), cut at \(cuts)") }
        }
        for cut in 0...bytes.count { check([cut]) }
        for size in 1...40 { check(Array(stride(from: size, to: bytes.count, by: size))) }
        var generator = CountingGenerator()
        for _ in 0..<200 {
          check((0..<2).map { _ in Int.random(in: 0...bytes.count, using: &generator) }.sorted())
        }
      }
    }
  }
}
