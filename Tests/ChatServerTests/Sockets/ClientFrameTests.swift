import Testing

@testable import ChatServer

@Suite struct ClientFrameTests {
  @Test(arguments: [
    ("__pong__", ClientFrame.pong),
    (#"{"type":"typing_start"}"#, .typing(true)),
    (#"{"type":"typing_stop","sender":"manager"}"#, .typing(false)),
    (#" {"type" : "typing_start"} "#, .typing(true)),
    (#"{"type":"typing_stop","dialog_id":4}"#, .typing(false, dialogID: 4)),
    (#"{"type":"viewing","dialog_id":4}"#, .viewing(4)),
    (#"{"type":"viewing","dialog_id":null}"#, .viewing(nil)),
    (#"{"type":"read","dialog_id":4,"message_id":9}"#, .read(9, dialogID: 4)),
  ])
  func known(_ text: String, _ frame: ClientFrame) {
    #expect(ClientFrame.parse(text) == frame)
  }

  @Test(arguments: [
    "", "__ping__", "null", "[]", "42", #""typing_start""#, "{}", #"{"type":3}"#, #"{"type":null}"#,
    #"{"type":"message","text":"hi"}"#, #"{"sender":"manager","text":"forged"}"#, "{\"type\":\"typing_start\"",
    String(repeating: "[", count: 100_000), "\u{0}", #"{"type":"handoff_started","dialog_id":1}"#,
    #"{"type":"read","dialog_id":4}"#, #"{"type":"read","message_id":4}"#, #"{"type":"viewing","dialog_id":"4"}"#,
    #"{"type":"typing_start","dialog_id":99999999999999999999}"#, #"{"type":"read","dialog_id":4,"message_id":1.5}"#,
  ])
  func anythingElseIsIgnored(_ text: String) {
    guard case .ignored(let reason) = ClientFrame.parse(text) else {
      Issue.record("was taken for a frame: \(text.prefix(40))")
      return
    }
    #expect(!reason.contains("forged"))
  }
}
