import Testing

@testable import ChatServer

@Suite struct ClientFrameTests {
  @Test(arguments: [
    ("__pong__", ClientFrame.pong),
    (#"{"type":"typing_start"}"#, .typing(true)),
    (#"{"type":"typing_stop","sender":"manager"}"#, .typing(false)),
    (#" {"type" : "typing_start"} "#, .typing(true)),
  ])
  func known(_ text: String, _ frame: ClientFrame) {
    #expect(ClientFrame.parse(text) == frame)
  }

  @Test(arguments: [
    "", "__ping__", "null", "[]", "42", #""typing_start""#, "{}", #"{"type":3}"#, #"{"type":null}"#,
    #"{"type":"message","text":"hi"}"#, #"{"sender":"manager","text":"forged"}"#, "{\"type\":\"typing_start\"",
    String(repeating: "[", count: 100_000), "\u{0}", #"{"type":"handoff_started","dialog_id":1}"#,
  ])
  func anythingElseIsIgnored(_ text: String) {
    guard case .ignored(let reason) = ClientFrame.parse(text) else {
      Issue.record("was taken for a frame: \(text.prefix(40))")
      return
    }
    #expect(!reason.contains("forged"))
  }

  @Test func throttleHoldsStartsToARateAndLosesNoStop() {
    var throttle = TypingThrottle()
    let script: [(starts: Bool, milliseconds: Int, passes: Bool)] = [
      (false, 0, false),  // A stop without a start is no news.
      (true, 10, true),
      (true, 500, false),
      (true, 2009, false),
      (true, 2010, true),
      (false, 2011, true),
      (false, 2012, false),
      (true, 2509, false),  // Faster than hands; and its stop is no news then.
      (false, 2509, false),
      (true, 2510, true),
      (false, 2510, true),
    ]
    for step in script {
      #expect(
        throttle.passes(step.starts, at: .milliseconds(step.milliseconds)) == step.passes,
        "at \(step.milliseconds) ms")
    }
  }
}
