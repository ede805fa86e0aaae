import ChatProtocol
import FoundationEssentials
import Testing

@Suite("Frames, told apart in the contract's order")
struct ServerFrameTests {
  static let hello = Message(id: 7, sender: .user, text: "hello", timestamp: Timestamp(milliseconds: 1000))

  static let frames: [(String, ServerFrame)] = [
    ("__ping__", .ping),
    (#"{"id":7,"sender":"user","text":"hello","timestamp":"1970-01-01T00:00:01Z"}"#, .message(hello)),
    (#" {"id":"7","sender":"user","text":"hello","timestamp":"1970-01-01 00:00:01"}"#, .message(hello)),
    (#"{"message":{"id":7,"sender":"user","text":"hello","timestamp":"1970-01-01T00:00:01.000"}}"#, .message(hello)),
    (
      #"{"message":{"id":7.0,"sender":"user","text":"hello","timestamp":"1970-01-01T00:00:01Z"},"id":9}"#,
      .message(hello)
    ),
    (
      #"{"seq":4,"id":7,"sender":"user","text":"hello","timestamp":"1970-01-01T00:00:01Z","extra":[1,{}]}"#,
      .message(hello)
    ),
    (#"{"type":null,"id":7,"sender":"user","text":"hello","timestamp":"1970-01-01T00:00:01Z"}"#, .message(hello)),
    (#"{"type":5,"id":7,"sender":"user","text":"hello","timestamp":"1970-01-01T00:00:01Z"}"#, .message(hello)),
    (#"{"message":null,"id":7,"sender":"user","text":"hello","timestamp":"1970-01-01T00:00:01Z"}"#, .message(hello)),
    (#"{"message":"text","id":7,"sender":"user","text":"hello","timestamp":"1970-01-01T00:00:01Z"}"#, .message(hello)),
    (#"{"id":1}"#, .message(Message(id: 1, sender: .other(nil), text: "", timestamp: nil))),
    (
      #"{"id":1,"sender":null,"text":null,"timestamp":null}"#,
      .message(Message(id: 1, sender: .other(nil), text: "", timestamp: nil))
    ),
    (
      #"{"id":1,"sender":"bot","text":5,"timestamp":"soon"}"#,
      .message(Message(id: 1, sender: .other("bot"), text: "5", timestamp: nil))
    ),
    (
      #"{"id":1,"sender":"manager","text":"x","client_id":"c"}"#,
      .message(Message(id: 1, sender: .manager, text: "x", timestamp: nil, clientID: "c"))
    ),
    (#"{"type":"typing_start"}"#, .event(.typingStarted(by: nil))),
    (#"{"type":"typing_start","sender":"manager"}"#, .event(.typingStarted(by: .manager))),
    (#"{"type":"typing_stop","sender":"user"}"#, .event(.typingStopped(by: .user))),
    (#"{"type":"typing_stop","sender":[1]}"#, .event(.typingStopped(by: nil))),
    (#"{"type":"handoff_requested","dialog_id":4}"#, .event(.handoff(.requested, dialogID: 4, manager: nil))),
    (
      #"{"type":"handoff_started","dialog_id":"4","manager":{"id":2,"name":"Ann"}}"#,
      .event(.handoff(.active, dialogID: 4, manager: Manager(id: 2, name: "Ann")))
    ),
    (#"{"type":"handoff_released","manager":"Ann"}"#, .event(.handoff(.released, dialogID: nil, manager: nil))),
    (#"{"type":"handoff_cancelled","manager":{}}"#, .event(.handoff(.cancelled, dialogID: nil, manager: nil))),
    (#"{"type":"message_received","message":"a string"}"#, .event(.other(type: "message_received"))),
    (#"{"type":"message","message":{"id":7},"id":7}"#, .event(.other(type: "message"))),
    (#"{"type":""}"#, .event(.other(type: ""))),
  ]

  @Test(arguments: frames)
  func parses(text: String, frame: ServerFrame) {
    #expect(ServerFrame.parse(text) == frame)
  }

  static let ignored = [
    "", " ", "ping", "__PING__", "__ping__ ", "__pong__", "null", "true", "5", "\"__ping__\"", "[]", #"[{"id":1}]"#,
    "{", "}", "{}", #"{"id":1"#, #"{"id":null}"#, #"{"id":"x"}"#, #"{"id":1.5e400}"#, #"{"id":{}}"#,
    #"{"message":"text"}"#, #"{"message":{}}"#, #"{"message":[]}"#, #"{"id":99999999999999999999}"#,
    #"{"id":1}{"id":2}"#, #"{'id':1}"#, "\u{FEFF}", "\u{0}", #"{"text":"no id"}"#,
  ]

  @Test(arguments: ignored)
  func ignores(text: String) {
    guard case .ignored = ServerFrame.parse(text) else {
      Issue.record("\(ServerFrame.parse(text))")
      return
    }
  }

  // MARK: Hostile frames

  @Test("deep nesting neither crashes nor hangs", arguments: [100, 1000, 100_000, 1_000_000])
  func deep(depth: Int) {
    for (open, close) in [("[", "]"), (#"{"a":"#, "}"), (#"{"message":"#, "}")] {
      let nested = String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
      _ = ServerFrame.parse(#"{"id":1,"text":"# + nested + "}")
      _ = ServerFrame.parse(#"{"message":"# + nested + "}")
      _ = ServerFrame.parse(String(repeating: open, count: depth))
    }
  }

  @Test(
    "huge, odd and broken values leave the frame readable or ignored, never fatal",
    arguments: [
      "1e999", "-1e999", "1e-999", String(repeating: "9", count: 10_000), "0." + String(repeating: "9", count: 10_000),
      "-0", "1E5", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "NaN", "Infinity", "0x10",
      "01",
      #""\ud800""#, #""\udc00\ud800""#, #""\ud83d\ude00""#, #""\u0000""#, #""\q""#, "\"\u{1}\"", "[[[[", #"{"id":"#,
    ])
  func oddValues(value: String) {
    for key in ["id", "sender", "text", "timestamp", "type", "message", "dialog_id", "manager", "client_id"] {
      _ = ServerFrame.parse(#"{"\#(key)":\#(value)}"#)
      _ = ServerFrame.parse(#"{"id":1,"\#(key)":\#(value)}"#)
      _ = ServerFrame.parse(#"{"type":"handoff_started","\#(key)":\#(value)}"#)
      _ = ServerFrame.parse(#"{"message":{"id":1,"\#(key)":\#(value)}}"#)
    }
  }

  @Test("megabytes of text arrive whole")
  func long() {
    let text = String(repeating: "a\u{1F600}é", count: 300_000)
    guard case .message(let message) = ServerFrame.parse(#"{"id":1,"text":"\#(text)"}"#) else {
      Issue.record("not a message")
      return
    }
    #expect(message.text == text)
  }

  @Test("a frame of many keys, and of one key many times")
  func manyKeys() {
    let many = (0..<50_000).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
    #expect(
      ServerFrame.parse(#"{"id":3,\#(many)}"#)
        == .message(Message(id: 3, sender: .other(nil), text: "", timestamp: nil)))
    let repeated = Array(repeating: #""id":3"#, count: 10_000).joined(separator: ",")
    _ = ServerFrame.parse("{" + repeated + "}")
  }

  @Test("text is kept as it came: controls, bidi, entities")
  func raw() {
    guard case .message(let message) = ServerFrame.parse(#"{"id":1,"text":"\u001b[31m\u202e&lt;b&gt;\r\n\u0000"}"#)
    else {
      Issue.record("not a message")
      return
    }
    #expect(message.text == "\u{1B}[31m\u{202E}&lt;b&gt;\r\n\u{0}")
  }

  @Test("random damage to a good frame never traps", arguments: 0..<50)
  func damaged(seed: Int) {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for (text, _) in Self.frames {
      var bytes = Array(text.utf8)
      for _ in 0...random(4) {
        guard !bytes.isEmpty else { break }
        switch random(3) {
        case 0: bytes[random(bytes.count)] = UInt8(random(256))
        case 1: bytes.remove(at: random(bytes.count))
        default: bytes.insert(UInt8(random(256)), at: random(bytes.count + 1))
        }
      }
      _ = ServerFrame.parse(String(decoding: bytes, as: UTF8.self))
    }
  }

  // MARK: Writing

  static let events: [DialogEvent] = [
    .typingStarted(by: nil), .typingStarted(by: .user), .typingStopped(by: .manager),
    .handoff(.requested, dialogID: 4, manager: nil), .handoff(.active, dialogID: 4, manager: Manager(id: 1, name: "A")),
    .handoff(.released, dialogID: nil, manager: Manager(id: 1, name: nil)),
    .handoff(.cancelled, dialogID: 4, manager: nil),
    .handoff(.requested, dialogID: 4, manager: nil, reason: "operator_lost"),
    .handoffOverdue(.takeover, dialogID: 4, waitedSeconds: 130),
    .handoffOverdue(.answer, dialogID: 4, waitedSeconds: 0),
    .other(type: "receipt"),
  ]

  @Test("an event that is written is read back", arguments: events)
  func eventRoundTrip(event: DialogEvent) throws {
    let text = String(decoding: try JSONEncoder().encode(event), as: UTF8.self)
    #expect(ServerFrame.parse(text) == .event(event))
  }

  @Test(
    "a message that is written is read back",
    arguments: [
      Message(id: 1, sender: .user, text: "hello", timestamp: Timestamp(milliseconds: 5)),
      Message(id: .max, sender: .other(nil), text: "", timestamp: nil),
      Message(id: .min, sender: .other("bot"), text: "\u{0}\u{1F600}\"\\/", timestamp: nil, clientID: "c"),
    ])
  func messageRoundTrip(message: Message) throws {
    let text = String(decoding: try JSONEncoder().encode(message), as: UTF8.self)
    #expect(ServerFrame.parse(text) == .message(message))
  }
}

@Suite struct MessageAuthorTests {
  private static let cases: [(String, Manager?, MessageKind)] = [
    (#"{"id":1,"author":{"id":2,"name":"Ann"}}"#, Manager(id: 2, name: "Ann"), .message),
    (#"{"id":1,"author":{"id":"2"},"kind":"note"}"#, Manager(id: 2, name: nil), .note),
    (#"{"id":1,"author":"Ann","kind":7}"#, nil, .message),
    (#"{"id":1,"author":null,"kind":"memo"}"#, nil, .message),
  ]

  @Test(arguments: cases) func readLeniently(json: String, author: Manager?, kind: MessageKind) {
    let message = Message(id: 1, sender: .other(nil), text: "", timestamp: nil, author: author, kind: kind)
    #expect(ServerFrame.parse(json) == .message(message))
  }
}
