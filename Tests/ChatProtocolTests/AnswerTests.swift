import ChatProtocol
import FoundationEssentials
import Testing

@Suite("Answers of the HTTP API, tolerant of what part-1 servers do")
struct AnswerTests {
  private func decode<Value: Decodable>(_ type: Value.Type = Value.self, _ json: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(json.utf8))
  }

  private func roundTrip<Value: Codable & Equatable>(_ value: Value) throws {
    #expect(try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value)) == value)
  }

  // MARK: Errors

  static let details: [(String, String, String?)] = [
    (#"{"detail":"Not found"}"#, "Not found", nil),
    (#"{"detail":{"error":"validation","message":"Text is empty","field":"text"}}"#, "Text is empty", "text"),
    (#"{"detail":{"error":"validation"}}"#, "validation", nil),
    (#"{"detail":[{"loc":["body","text"],"msg":"field required"}]}"#, "field required", "text"),
    (#"{"detail":[{"loc":["body",0],"msg":"a"},{"loc":["query","q"],"msg":"b"}]}"#, "a; b", "0"),
    (#"{"detail":[5,{"msg":"b"}]}"#, "b", nil),
    (#"{"error":"Internal"}"#, "Internal", nil),
    (#"{"message":"Nope"}"#, "Nope", nil),
    (#"{"detail":42}"#, "42", nil),
    (#"{"detail":null,"error":"x"}"#, "x", nil),
    ("{}", "HTTP 500", nil), ("[]", "HTTP 500", nil), ("", "HTTP 500", nil), ("null", "HTTP 500", nil),
    ("<html>502 Bad Gateway</html>", "HTTP 500", nil), (#"{"detail":[]}"#, "HTTP 500", nil),
    (#"{"detail":{}}"#, "HTTP 500", nil), (#"{"detail":[{}]}"#, "HTTP 500", nil), (#"{"detail":""}"#, "HTTP 500", nil),
    (#"{"detail":[[],[[]]]}"#, "HTTP 500", nil), (#"{"detail":true}"#, "HTTP 500", nil),
  ]

  @Test(arguments: details)
  func errorDetail(body: String, description: String, field: String?) {
    let detail = ErrorDetail(body: Array(body.utf8), status: 500)
    #expect(detail.description == description)
    #expect(detail.field == field)
  }

  @Test("bytes that are not UTF-8, and bodies without end or bottom")
  func hostileErrors() {
    #expect(ErrorDetail(body: [0xFF, 0xFE, 0x00], status: 502).description == "HTTP 502")
    let deep = #"{"detail":"# + String(repeating: "[", count: 100_000)
    #expect(ErrorDetail(body: Array(deep.utf8), status: 400).description == "HTTP 400")
    let many = #"{"detail":["# + Array(repeating: #"{"msg":"m"}"#, count: 10_000).joined(separator: ",") + "]}"
    #expect(ErrorDetail(body: Array(many.utf8), status: 422).description.hasPrefix("m; m; "))
  }

  // MARK: Accounts

  @Test func tokens() throws {
    let tokens = try decode(AccountTokens.self, #"{"access_token":"A","refresh_token":"R","token_type":"bearer"}"#)
    #expect(tokens == AccountTokens(accessToken: "A", refreshToken: "R"))
    #expect(
      try decode(AccountTokens.self, #"{"access_token":"A"}"#) == AccountTokens(accessToken: "A", refreshToken: nil))
    #expect(throws: DecodingError.self) { try decode(AccountTokens.self, "{}") }
    #expect(throws: DecodingError.self) { try decode(AccountTokens.self, #"{"access_token":null}"#) }
    try roundTrip(tokens)
  }

  @Test("tokens are shown nowhere")
  func tokensAreSecret() {
    let tokens = AccountTokens(accessToken: "SECRET-A", refreshToken: "SECRET-R")
    var dumped = ""
    dump(tokens, to: &dumped)
    dump([tokens], to: &dumped)
    for shown in ["\(tokens)", String(reflecting: tokens), "\([tokens])", "\(Optional(tokens) as Any)", dumped] {
      #expect(!shown.contains("SECRET"), "\(shown.count) characters")
    }
  }

  @Test func account() throws {
    let account = try decode(
      Account.self, #"{"id":"3","email":"a@b.c","role":"admin","first_name":"Ann","last_name":null}"#)
    #expect(account == Account(id: 3, email: "a@b.c", role: "admin", firstName: "Ann"))
    #expect(account.isAdmin)
    #expect(try !decode(Account.self, #"{"id":3}"#).isAdmin)
    #expect(throws: DecodingError.self) { try decode(Account.self, #"{"email":"a"}"#) }
  }

  static let capabilitiesOnTheWire: [(String, Int, Set<String>)] = [
    (#"{"protocol":2,"features":["client-id","paging"]}"#, 2, ["client-id", "paging"]),
    (#"{"protocol":"2","features":["client-id",5,null,["x"]]}"#, 2, ["client-id"]),
    (#"{"protocol":2}"#, 2, []), (#"{"features":"client-id"}"#, 1, []), ("{}", 1, []),
  ]

  @Test(arguments: capabilitiesOnTheWire)
  func capabilities(json: String, version: Int, features: Set<String>) throws {
    let capabilities = try decode(Capabilities.self, json)
    #expect(capabilities == Capabilities(version: version, features: features))
    #expect(capabilities.hasClientID == features.contains("client-id"))
    #expect(capabilities.hasPaging == features.contains("paging"))
    try roundTrip(capabilities)
  }

  // MARK: Dialogs

  @Test func dialogWithEverything() throws {
    let dialog = try decode(
      Dialog.self,
      """
      {"id":4,"user_id":1,"assistant_id":2,"started_at":"1970-01-01T00:00:01Z","ended_at":"1970-01-01 00:00:02",
       "last_message_at":"1970-01-01T00:00:03.5","last_message_text":"hi","first_name":"A","last_name":"B","name":"A B",
       "guest_id":"g","channel_type":"web","handoff_status":"active","handoff_requested_at":"1970-01-01T00:00:04Z",
       "handoff_started_at":"1970-01-01T00:00:05Z","handoff_resolved_at":null,"handoff_reason":"why",
       "assigned_manager_id":"9","is_taken_over":1,"auto_response":0}
      """)
    #expect(dialog.handoffStatus == .active)
    #expect(dialog.lastMessageAt?.milliseconds == 3500)
    #expect(dialog.assignedManagerID == 9)
    #expect(dialog.isTakenOver == true)
    #expect(dialog.autoResponse == false)
    try roundTrip(dialog)
  }

  @Test(
    "only the id is needed; any field may be of the wrong type",
    arguments: [
      "null", "5", "-1.5", "true", "\"x\"", "[]", "{}", "1e999", #""\ud800""#,
    ])
  func dialogWithOddFields(value: String) throws {
    let keys = [
      "user_id", "assistant_id", "started_at", "ended_at", "last_message_at", "last_message_text", "first_name",
      "last_name", "name", "guest_id", "channel_type", "handoff_status", "handoff_requested_at", "handoff_started_at",
      "handoff_resolved_at", "handoff_reason", "assigned_manager_id", "is_taken_over", "auto_response",
    ]
    for key in keys where value != "1e999" && value != #""\ud800""# {
      #expect(try decode(Dialog.self, #"{"id":4,"\#(key)":\#(value)}"#).id == 4, "\(key)")
    }
    // What JSON itself does not allow may make the whole unreadable; it must not be fatal.
    for key in keys { _ = try? decode(Dialog.self, #"{"id":4,"\#(key)":\#(value)}"#) }
  }

  static let booleansOnTheWire: [(String, Bool?)] = [
    ("1", true), ("0", false), ("true", true), ("false", false), (#""1""#, true), (#""0""#, false), (#""true""#, true),
    (#""False""#, false), ("null", nil), (#""maybe""#, nil), ("[]", nil), ("2", true),
  ]

  @Test(arguments: booleansOnTheWire)
  func booleans(json: String, value: Bool?) throws {
    #expect(try decode(Dialog.self, #"{"id":4,"is_taken_over":\#(json)}"#).isTakenOver == value)
  }

  static let idsOnTheWire: [(String, Int?)] = [
    ("4", 4), (#""4""#, 4), ("4.0", 4), ("4.4", nil), ("1e3", 1000), ("-4", -4), ("null", nil), ("true", nil),
    ("[]", nil),
    (#""""#, nil), (#"" 4""#, nil), (#""4x""#, nil), ("99999999999999999999", nil), (#""99999999999999999999""#, nil),
  ]

  @Test(arguments: idsOnTheWire)
  func ids(json: String, value: Int?) {
    #expect((try? decode(Dialog.self, #"{"id":\#(json)}"#))?.id == value)
  }

  static let states: [(String, HandoffState)] = [
    (#""none""#, .none), (#""""#, .none), ("null", .none), (#""requested""#, .requested), (#""active""#, .active),
    (#""released""#, .released), (#""cancelled""#, .cancelled), (#""paused""#, .other("paused")), ("5", .none),
  ]

  @Test(arguments: states)
  func handoffStates(json: String, state: HandoffState) throws {
    #expect(try decode(Dialog.self, #"{"id":4,"handoff_status":\#(json)}"#).handoffStatus == state)
    #expect(state.silencesAssistant == (state == .requested || state == .active))
    try roundTrip(state)
  }

  // MARK: Lists

  @Test("what cannot be read is left out of a page, not the page")
  func page() throws {
    let page = try decode(
      Page<Dialog>.self,
      #"{"items":[{"id":1},{"no":"id"},null,5,[],{"id":"2"}],"total":"40","page":2,"pages":8,"limit":5}"#)
    #expect(page.items.map(\.id) == [1, 2])
    #expect([page.total, page.page, page.pages, page.limit] == [40, 2, 8, 5])
    let bare = try decode(Page<Dialog>.self, #"{"items":[{"id":1}]}"#)
    #expect([bare.total, bare.page, bare.pages, bare.limit] == [1, 1, 1, 1])
    #expect(throws: DecodingError.self) { try decode(Page<Dialog>.self, "{}") }
    #expect(throws: DecodingError.self) { try decode(Page<Dialog>.self, #"{"items":5}"#) }
  }

  @Test func queueEntry() throws {
    let entry = try decode(
      QueueEntry.self,
      #"{"dialog_id":"4","requested_at":"1970-01-01T00:00:01Z","reason":null,"last_user_text":"x","wait_time_minutes":"2.5","priority":"high"}"#
    )
    #expect(
      entry
        == QueueEntry(
          dialogID: 4, requestedAt: Timestamp(milliseconds: 1000), lastUserText: "x", waitTimeMinutes: 2.5,
          priority: "high"))
    #expect(throws: DecodingError.self) { try decode(QueueEntry.self, "{}") }
    try roundTrip(entry)
  }

  @Test func handoffStatus() throws {
    let status = try decode(
      HandoffStatus.self,
      #"{"status":"active","assigned_manager":{"id":1,"name":"A","avatar":"x"},"queue_position":null}"#)
    #expect(status == HandoffStatus(status: .active, assignedManager: Manager(id: 1, name: "A")))
    #expect(try decode(HandoffStatus.self, "{}").status == .none)
    #expect(
      try decode(HandoffStatus.self, #"{"status":"requested","assigned_manager":{},"queue_position":"3"}"#)
        .queuePosition == 3)
    try roundTrip(status)
  }

  @Test(
    "numbers are what JSON says, whatever they are",
    arguments: ["1e400", "-1e400", "NaN", "\"inf\"", "\"nan\"", "\"1e400\""])
  func waits(value: String) throws {
    let entry = try? decode(QueueEntry.self, #"{"dialog_id":1,"wait_time_minutes":\#(value)}"#)
    #expect(entry?.waitTimeMinutes?.isFinite != false)
  }

  // MARK: Escaping

  static let escaped: [(String, String)] = [
    ("", ""), ("plain", "plain"), ("&lt;b&gt; &amp; &quot;x&quot; &#39;y&#x27;", #"<b> & "x" 'y'"#),
    ("&amp;lt;", "&lt;"), ("&amp;amp;", "&amp;"), ("&", "&"), ("&&lt;", "&<"), ("&lt", "&lt"), ("&nbsp;", "&nbsp;"),
    ("&LT;", "&LT;"), ("a&amp", "a&amp"), ("\u{1F600}&lt;\u{1F600}", "\u{1F600}<\u{1F600}"),
    ("&amp;\u{301}", "&\u{301}"),
  ]

  @Test(arguments: escaped)
  func entities(text: String, decoded: String) {
    #expect(text.decodingHTMLEntities.unicodeScalars.elementsEqual(decoded.unicodeScalars))
  }

  @Test("a megabyte of ampersands takes no time to speak of")
  func manyEntities() {
    #expect(String(repeating: "&", count: 1_000_000).decodingHTMLEntities.utf8.count == 1_000_000)
    #expect(String(repeating: "&lt;", count: 250_000).decodingHTMLEntities.utf8.count == 250_000)
  }

  // MARK: Closes

  static let meanings: [(Int?, CloseMeaning)] = [
    (nil, .backoff), (1000, .stop), (1001, .backoff), (1006, .backoff), (1011, .backoff), (1012, .backoff),
    (1013, .longBackoff), (4001, .refreshToken), (4008, .longBackoff), (4009, .reconnectAtOnce), (4242, .backoff),
  ]

  @Test(arguments: meanings)
  func closeMeaning(code: Int?, meaning: CloseMeaning) {
    #expect(CloseMeaning(code: code) == meaning)
  }

  @Test("these stop and say why", arguments: [1002, 4002, 4003, 4004])
  func refusals(code: Int) {
    guard case .refused(let reason) = CloseMeaning(code: code) else {
      Issue.record("\(CloseMeaning(code: code))")
      return
    }
    #expect(!reason.isEmpty)
  }
}
