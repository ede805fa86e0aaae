import ChatProtocol
import ConsoleView
import Testing

@testable import ConsoleModel
@testable import LiveLink

@Suite("Screens of a console on a stream")
struct StreamScreenTests {
  private static let omar = Manager(id: 9, name: "Omar")
  private static let eva = Manager(id: 12, name: "Eva")

  /// A shop whose server has a stream.
  private func shop(_ phase: LiveLink.Phase = .live(since: Shop.monotonic - .seconds(60))) -> Shop {
    var shop = Shop()
    var stream = OperatorStream(seed: 1)
    stream.phase = phase
    stream.completeAt = Shop.monotonic - .seconds(12)
    if case .live = phase {
      stream.stage = .live(since: Shop.monotonic - .seconds(60))
      stream.roundTrip = .milliseconds(42)
    } else {
      stream.problem = "connection refused"
    }
    shop.state.stream = stream
    shop.state.health.isPushed = shop.state.isStreamLive
    shop.state.list.update(Shop.ana) {
      $0.dialog.visitorOnline = true
      $0.dialog.viewers = [Self.omar, Manager(id: 7, name: "Maria")]
      $0.typists = [.visitor]
    }
    shop.state.list.update(4790) {
      $0.dialog.visitorLastRead = 50
      $0.lastLine?.messageID = 50
      $0.dialog.visitorOnline = false
    }
    shop.state.list.update(4788) {
      $0.dialog.visitorOnline = true
      $0.typists = [.colleague(Self.omar)]
      $0.unansweredSince = Shop.ago(4)
    }
    shop.state.list.update(4779) { $0.dialog.viewers = [Self.omar, Self.eva, Manager(id: 14, name: "Kim")] }
    return shop
  }

  /// Ana's dialog is mine, some of it was missed and some of it read.
  private func conversation(_ phase: LiveLink.Phase = .live(since: Shop.monotonic - .seconds(60))) -> Shop {
    var shop = shop(phase)
    shop.open(Shop.ana)
    var reply = Message(id: 900, sender: .manager, text: "I am looking at both payments", timestamp: Shop.ago(1))
    _ = shop.state.links[Shop.ana]?.timeline.merge(reply)
    reply.id = 901
    reply.text = "One of them is a reservation"
    reply.timestamp = Shop.now
    _ = shop.state.links[Shop.ana]?.timeline.merge(reply)
    shop.state.list.update(Shop.ana) {
      $0.holder = .me
      $0.dialog.handoffStartedAt = Shop.ago(5)
      $0.dialog.visitorLastRead = 900
      $0.unread = Unread()
    }
    let messages = shop.state.links[Shop.ana]?.timeline
    shop.state.gaps[Shop.ana] = [
      GapMark(first: messages?.dropLast(2).last?.id ?? 0, count: 2, from: Shop.ago(9), until: Shop.ago(6))
    ]
    shop.setPhase(phase)
    return shop
  }

  @Test(arguments: [(80, 24), (120, 40), (160, 50)])
  func list(columns: Int, rows: Int) throws {
    try Golden.expect(shop().canvas(columns, rows), is: "stream-list-\(columns)x\(rows)")
  }

  @Test(arguments: [(50, 12), (80, 24), (120, 40), (160, 50)])
  func chat(columns: Int, rows: Int) throws {
    try Golden.expect(conversation().canvas(columns, rows), is: "stream-chat-\(columns)x\(rows)")
  }

  @Test func asciiAndMono() throws {
    try Golden.expect(
      conversation().canvas(80, 24, theme: Theme.mono.asciiOnly), is: "stream-ascii-80x24", styles: true)
  }

  @Test(arguments: [(80, 24), (120, 40)])
  func polling(columns: Int, rows: Int) throws {
    let shop = conversation(
      .polling(attempt: 6, nextPollAt: Shop.monotonic + .seconds(1), nextSocketAt: Shop.monotonic + .seconds(21)))
    try Golden.expect(shop.canvas(columns, rows), is: "stream-polling-\(columns)x\(rows)")
  }

  static let phases: [(LiveLink.Phase, String)] = [
    (.connecting(attempt: 0), "connecting"),
    (.connecting(attempt: 3), "reconnecting 3/5"),
    (.reconnecting(attempt: 2, retryAt: Shop.monotonic + .milliseconds(3200)), "reconnecting 2/5 in 4s · data 12s old"),
    (
      .polling(attempt: 7, nextPollAt: nil, nextSocketAt: Shop.monotonic + .seconds(8)),
      "polling, 12s old · next try in 8s"
    ),
    (.polling(attempt: 7, nextPollAt: nil, nextSocketAt: nil), "polling, 12s old · trying now"),
    (.stopped(.signedOut), "disconnected · the login has expired · data 12s old"),
    (.stopped(.closedByServer), "disconnected · the server closed the connection · data 12s old"),
  ]

  /// No dialog need be open for it, and none may be shown as fresh while the stream is not.
  @Test("the bar says how the stream stands", arguments: phases)
  func bar(phase: LiveLink.Phase, words: String) throws {
    for shop in [shop(phase), conversation(phase)] {
      let bar = try #require(shop.canvas(140, 40).dump().first)
      #expect(bar.contains(words))
      #expect(!bar.contains("● live"))
    }
  }

  @Test func theWayIsMeasured() throws {
    let bar = try #require(shop().canvas(120, 40).dump().first)
    #expect(bar.contains("● live 42ms"))
  }

  @Test func whoIsAwayIsRemindedOfIt() throws {
    var shop = shop()
    shop.state.status = .away
    #expect(try #require(shop.canvas(80, 24).dump().first).contains("away"))
  }
}
