import ChatProtocol
import Testing

@Suite struct StreamFrameTests {
  private func event(_ text: String) -> StreamEvent? {
    if case .events(let events) = StreamFrame.parse(text), events.count == 1 { events[0] } else { nil }
  }

  @Test func theHeartbeatIsBareText() {
    #expect(StreamFrame.parse("__ping__") == .ping)
  }

  @Test func hello() {
    #expect(
      StreamFrame.parse(#"{"type":"hello","seq":4,"epoch":"a1","resumed":true,"last":9}"#)
        == .hello(StreamHello(sequence: 4, epoch: "a1", isResumed: true, lastMissed: 9)))
    #expect(
      StreamFrame.parse(#"{"type":"hello","seq":"4","epoch":17}"#)
        == .hello(StreamHello(sequence: 4, epoch: "17", isResumed: false)))
  }

  @Test func aMessageHasItsDialog() {
    let text = #"{"seq":812,"type":"message","dialog_id":4,"message":{"id":9,"sender":"user","text":"hi"}}"#
    let message = Message(id: 9, sender: .user, text: "hi", timestamp: nil)
    #expect(event(text) == StreamEvent(sequence: 812, dialogID: 4, content: .message(message)))
  }

  @Test(
    arguments: [
      (#"{"seq":1,"dialog_id":4,"type":"typing_start","sender":"user"}"#, DialogEvent.typingStarted(by: .user), 4),
      (
        #"{"seq":1,"dialog_id":4,"type":"typing_stop","sender":"manager","by":{"id":8,"name":"Omar"}}"#,
        .operatorTyping(false, by: Manager(id: 8, name: "Omar")), 4
      ),
      (#"{"seq":1,"dialog_id":4,"type":"presence","sender":"user","status":"offline"}"#, .visitorPresence(false), 4),
      (
        #"{"seq":1,"type":"presence","operator":{"id":8,"name":"Omar"},"status":"away"}"#,
        .operatorPresence(Manager(id: 8, name: "Omar"), .away), nil
      ),
      (
        #"{"seq":1,"dialog_id":4,"type":"viewing","viewers":[{"id":8,"name":"Omar"},{"name":"?"}]}"#,
        .viewing([Manager(id: 8, name: "Omar")]), 4
      ),
      (
        #"{"seq":1,"dialog_id":4,"type":"receipt","message_id":9,"by":"user"}"#,
        .receipt(9, dialogID: 4, by: .user, manager: nil), 4
      ),
      (
        #"{"seq":1,"dialog_id":4,"type":"handoff_started","manager":{"id":8}}"#,
        .handoff(.active, dialogID: 4, manager: Manager(id: 8, name: nil)), 4
      ),
      (#"{"seq":1,"type":"from_the_future"}"#, .other(type: "from_the_future"), nil),
    ] as [(String, DialogEvent, DialogID?)])
  func anyOtherEvent(text: String, expected: DialogEvent, dialogID: DialogID?) {
    #expect(event(text) == StreamEvent(sequence: 1, dialogID: dialogID, content: .event(expected)))
  }

  @Test func aBatchIsItsEventsWithoutThoseThatHaveNoNumber() {
    let text =
      #"{"batch":[{"seq":1,"type":"a"},{"type":"b"},null,{"seq":2,"type":"message","dialog_id":1,"message":7}]}"#
    #expect(
      StreamFrame.parse(text)
        == .events([
          StreamEvent(sequence: 1, dialogID: nil, content: .event(.other(type: "a"))),
          StreamEvent(sequence: 2, dialogID: 1, content: .unreadable),
        ]))
  }

  @Test(arguments: ["", "__pong__", "[]", "7", "{}", #"{"batch":{}}"#, #"{"type":"hello"}"#, #"{"seq":1.5}"#, "{\"a"])
  func allElseIsIgnored(text: String) {
    guard case .ignored = StreamFrame.parse(text) else {
      Issue.record("\(StreamFrame.parse(text))")
      return
    }
  }

  @Test func signals() {
    #expect(StreamSignal.typing(true, 4).text == #"{"type":"typing_start","dialog_id":4}"#)
    #expect(StreamSignal.typing(false, 4).text == #"{"type":"typing_stop","dialog_id":4}"#)
    #expect(StreamSignal.read(9, 4).text == #"{"type":"read","dialog_id":4,"message_id":9}"#)
    #expect(StreamSignal.viewing(4).text == #"{"type":"viewing","dialog_id":4}"#)
    #expect(StreamSignal.viewing(nil).text == #"{"type":"viewing","dialog_id":null}"#)
  }
}
