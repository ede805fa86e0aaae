import ChatProtocol
import Foundation
import Testing
import WebSocket

@testable import ChatServer

@Suite struct OperatorStreamsTests {
  private var streams = OperatorStreams(limits: .init(log: .init(events: 3, bytes: 1000), keptFor: .seconds(120)))
  private let ada = 1
  private let ann = 2

  private func socket(_ number: UInt64) -> SocketID { SocketID(rawValue: number) }

  private mutating func attach(
    _ number: UInt64, _ user: UserID, since: (Int, String)? = nil, scope: OperatorStreams.Scope? = nil,
    epoch: String = "e", at seconds: Int = 0
  ) -> [OperatorStreams.Action] {
    let since = since.map { OperatorStreams.Position(sequence: $0.0, epoch: $0.1) }
    return streams.handle(
      .attach(
        socket(number), user, scope ?? (user == ada ? .everything : .account(user)), since: since, newEpoch: epoch),
      at: .seconds(seconds))
  }

  /// What a socket is sent until it has all.
  private mutating func drain(_ number: UInt64) -> [String] {
    var frames: [String] = []
    while true {
      let actions = streams.handle(.ready(socket(number)), at: .zero)
      for case .send(let frame, socket(number)) in actions { frames.append(frame.message.string) }
      guard actions.contains(.wake(socket(number))) else { return frames }
    }
  }

  private mutating func publish(_ event: String, in dialog: DialogID, except: UserID? = nil) -> [OperatorStreams.Action]
  {
    streams.handle(.publish(event, about: .dialog(dialog), except: except), at: .zero)
  }

  private mutating func owner(_ user: UserID?, of dialog: DialogID) -> [OperatorStreams.Action] {
    streams.handle(.owner(user, of: dialog), at: .zero)
  }

  private func hello(_ sequence: Int, resumed: Bool = false, epoch: String = "e", last: Int? = nil) -> String {
    "{\"type\":\"hello\",\"seq\":\(sequence),\"epoch\":\"\(epoch)\",\"resumed\":\(resumed),"
      + "\"last\":\(last ?? sequence)}"
  }

  @Test mutating func helloComesFirstAndNumbersRiseByOne() {
    #expect(attach(1, ada) == [.wake(socket(1))])
    #expect(publish("a", in: 7) == [.lookUp(7)])
    #expect(owner(ann, of: 7) == [])  // Awake already: its hello waits.
    #expect(drain(1) == [hello(0), #"{"seq":1,a}"#])
    #expect(publish("b", in: 7) == [.wake(socket(1))])
    #expect(publish("c", in: 7) == [])
    #expect(drain(1) == [#"{"batch":[{"seq":2,b},{"seq":3,c}]}"#])
    #expect(publish("d", in: 7) == [.wake(socket(1))])
    #expect(drain(1) == [#"{"seq":4,d}"#])
    #expect(drain(1) == [])
  }

  @Test mutating func eachSeesItsOwnAndAnAdminAll() {
    _ = attach(1, ada)
    _ = attach(2, ann)
    _ = attach(3, 3)
    for number in 1...3 as ClosedRange<UInt64> { _ = drain(number) }
    _ = publish("a", in: 7)
    #expect(owner(ann, of: 7) == [.wake(socket(1)), .wake(socket(2))])
    _ = publish("b", in: 8)
    #expect(owner(3, of: 8) == [.wake(socket(3))])
    #expect(drain(1) == [#"{"batch":[{"seq":1,a},{"seq":2,b}]}"#])
    #expect(drain(2) == [#"{"seq":1,a}"#])
    #expect(drain(3) == [#"{"seq":1,b}"#])
  }

  @Test mutating func aDialogThatIsGoneIsForAdminsOnly() {
    _ = attach(1, ada)
    _ = attach(2, ann)
    _ = (drain(1), drain(2))
    _ = publish("a", in: 7)
    #expect(owner(nil, of: 7) == [.wake(socket(1))])
    #expect(drain(2) == [])
  }

  @Test mutating func whoDidItMayBeSpared() {
    _ = attach(1, ada)
    _ = attach(2, ann)
    _ = (drain(1), drain(2))
    _ = publish("a", in: 7, except: ann)
    #expect(owner(ann, of: 7) == [.wake(socket(1))])
    // An account's own affair is for itself and for admins.
    #expect(streams.handle(.publish("b", about: .account(ann), except: nil), at: .zero) == [.wake(socket(2))])
    #expect(streams.handle(.publish("c", about: .account(ada), except: nil), at: .zero) == [])
    #expect(drain(1) == [#"{"batch":[{"seq":1,a},{"seq":2,b},{"seq":3,c}]}"#])
    #expect(drain(2) == [#"{"seq":1,b}"#])
  }

  @Test mutating func aDialogsEventsStayInOrderWhileItsOwnerIsLookedUp() {
    _ = attach(1, ann)
    _ = drain(1)
    #expect(publish("a", in: 7) == [.lookUp(7)])
    #expect(publish("b", in: 7) == [])
    #expect(publish("c", in: 8) == [.lookUp(8)])
    #expect(owner(ann, of: 8) == [.wake(socket(1))])
    #expect(owner(ann, of: 7) == [])
    #expect(drain(1) == [#"{"batch":[{"seq":1,c},{"seq":2,a},{"seq":3,b}]}"#])
  }

  @Test mutating func socketsOfOneOperatorShareTheNumbers() {
    _ = attach(1, ada)
    _ = drain(1)
    _ = publish("a", in: 7)
    _ = owner(ann, of: 7)
    #expect(drain(1) == [#"{"seq":1,a}"#])
    _ = attach(2, ada, epoch: "other")
    #expect(drain(2) == [hello(1)])
    #expect(publish("b", in: 7) == [.wake(socket(1)), .wake(socket(2))])
    #expect(drain(1) == drain(2))
  }

  /// Where a client was, and what it gets; four events were sent and the last three are kept.
  @Test(arguments: [
    (4, "e", 4, true, 0), (2, "e", 2, true, 2), (1, "e", 1, true, 3), (0, "e", 4, false, 0), (5, "e", 4, false, 0),
    (-1, "e", 4, false, 0), (3, "f", 4, false, 0), (Int.max, "e", 4, false, 0),
  ]) mutating func replay(since: Int, epoch: String, from: Int, resumed: Bool, events: Int) {
    _ = attach(1, ada)
    _ = drain(1)
    for number in 1...4 {
      _ = publish("x", in: 7)
      if number == 1 { _ = owner(ann, of: 7) }
      _ = drain(1)
    }
    _ = streams.handle(.detach(socket(1)), at: .zero)
    _ = attach(2, ada, since: (since, epoch))
    let frames = drain(2)
    #expect(frames.first == hello(from, resumed: resumed, last: 4))
    let replayed = frames.dropFirst().joined()
    #expect(replayed.components(separatedBy: "seq").count - 1 == events)
    if events > 0 { #expect(replayed.contains("\"seq\":\(from + 1),") && replayed.contains("\"seq\":4,")) }
  }

  @Test mutating func whoMissesEventsWhileAwayGetsThem() {
    _ = attach(1, ada)
    _ = drain(1)
    #expect(streams.handle(.detach(socket(1)), at: .zero) == [.setAlarm(after: .seconds(120))])
    _ = publish("a", in: 7)
    _ = owner(ann, of: 7)
    _ = attach(2, ada, since: (0, "e"))
    #expect(drain(2) == [hello(0, resumed: true, last: 1), #"{"seq":1,a}"#])
  }

  @Test mutating func aStreamIsFreedWhenItsTimeIsOver() {
    _ = attach(1, ada)
    _ = attach(2, ann)
    #expect(streams.handle(.detach(socket(1)), at: .seconds(10)) == [.setAlarm(after: .seconds(120))])
    #expect(streams.handle(.detach(socket(1)), at: .seconds(10)) == [])
    #expect(streams.handle(.detach(socket(2)), at: .seconds(40)) == [])
    #expect(streams.handle(.alarm, at: .seconds(130)) == [.setAlarm(after: .seconds(30))])
    #expect(streams.streamCount == 1)
    _ = attach(3, ann, at: 150)
    #expect(streams.handle(.alarm, at: .seconds(160)) == [])
    #expect(streams.streamCount == 1)
    #expect(streams.handle(.detach(socket(3)), at: .seconds(200)) == [.setAlarm(after: .seconds(120))])
    #expect(streams.handle(.alarm, at: .seconds(320)) == [])
    #expect(streams.streamCount == 0)
    // Nobody there: nothing is kept, not even looked up.
    #expect(publish("a", in: 7) == [])
    _ = attach(4, ann, since: (0, "e"), epoch: "f", at: 330)
    #expect(drain(4) == [hello(0, epoch: "f")])
  }

  @Test mutating func whoFellBehindIsClosed() {
    _ = attach(1, ada)
    _ = attach(2, ada)
    _ = (drain(1), drain(2))
    for number in 1...4 {
      _ = publish("x", in: 7)
      if number == 1 { _ = owner(ann, of: 7) }
      if number < 4 { _ = drain(2) }
    }
    #expect(streams.handle(.ready(socket(1)), at: .zero) == [.close(socket(1))])
    #expect(streams.handle(.ready(socket(1)), at: .zero) == [])
    #expect(drain(2) == [#"{"seq":4,x}"#])
  }

  @Test mutating func otherRightsAreAnotherStream() {
    _ = attach(1, ann, scope: .everything)
    _ = drain(1)
    _ = publish("secret", in: 7)
    _ = owner(ada, of: 7)
    #expect(attach(2, ann, since: (0, "e"), epoch: "f") == [.close(socket(1)), .wake(socket(2))])
    #expect(drain(2) == [hello(0, epoch: "f")])
    #expect(drain(1) == [])
  }

  @Test mutating func withoutAnOwnerAllBeginAnew() {
    _ = attach(1, ada)
    _ = attach(2, ann)
    _ = publish("a", in: 7)
    #expect(streams.handle(.lookUpFailed, at: .zero) == [.close(socket(1)), .close(socket(2))])
    #expect(streams.streamCount == 0)
    #expect(owner(ann, of: 7) == [])
    _ = attach(3, ada, since: (0, "e"), epoch: "f")
    #expect(drain(3) == [hello(0, epoch: "f")])
  }
}
