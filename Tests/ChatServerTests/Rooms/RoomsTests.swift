import ChatProtocol
import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import Testing
import WebSocket

@testable import ChatServer

/// The shell around the registry: what reaches the sockets, and in which order.
@Suite struct RoomsTests {
  /// A socket that writes down what it is told.
  private final class Member: RoomMember {
    let eventLoop: any EventLoop
    let user: User? = nil
    let sessionID: SessionID?
    let logMetadata: Logger.Metadata = [:]
    private let log = Mutex<[String]>([])

    init(on eventLoop: any EventLoop, session: SessionID? = nil) {
      self.eventLoop = eventLoop
      sessionID = session
    }

    var told: [String] { log.withLock(\.self) }

    func send(_ frame: Frame) { log.withLock { $0.append(frame.message.string) } }
    func close(_ ending: SocketEnding) { log.withLock { $0.append("closed: \(ending.name)") } }
  }

  private let eventLoop = EmbeddedEventLoop()
  private let rooms: Rooms

  init() {
    let logger = Logger(label: "rooms") { _ in SwiftLogNoOpLogHandler() }
    rooms = Rooms(
      limits: RoomRegistry.Limits(), streams: StreamHub(limits: OperatorStreams.Limits(), logger: logger) { _ in nil },
      presenceGrace: .zero, metrics: ServerMetrics(), logger: logger)
  }

  private func seat(_ member: Member, at dialogID: DialogID) throws {
    try rooms.admit(try rooms.connect(from: "127.0.0.1"), member, to: .dialog(dialogID, .visitor))
  }

  private func deliver(_ text: String, to dialogID: DialogID = 1) {
    rooms.deliver(Frame(text: text), to: dialogID, .visitors)
  }

  @Test func framesComeInTheirOrderToThoseOfTheDialog() throws {
    let (member, stranger) = (Member(on: eventLoop), Member(on: eventLoop))
    try seat(member, at: 1)
    try seat(stranger, at: 2)
    for text in ["a", "b", "c"] { deliver(text) }
    eventLoop.run()
    #expect(member.told == ["a", "b", "c"])
    #expect(stranger.told.isEmpty)
  }

  @Test func whatComesInTheRestBehindDeliveriesComesAfterIt() throws {
    let member = Member(on: eventLoop)
    try seat(member, at: 1)
    for count in 1...5 {
      deliver("\(count)")
      deliver("\(count)")
      eventLoop.run()
      eventLoop.advanceTime(by: TimeAmount(DeliveryPace.longestRest))
      #expect(member.told.count == 2 * count)
    }
  }

  @Test func aSocketThatIsClosedGetsItsLastFramesFirst() throws {
    let session = SessionID(7)
    let member = Member(on: eventLoop, session: session)
    try seat(member, at: 1)
    deliver("a")
    eventLoop.run()
    // Within the rest, or not, as fast as this machine is.
    deliver("b")
    deliver("c")
    rooms.end(session)
    eventLoop.run()
    #expect(member.told == ["a", "b", "c", "closed: tokenExpired"])
    deliver("d")
    eventLoop.run()
    eventLoop.advanceTime(by: TimeAmount(DeliveryPace.longestRest))
    #expect(member.told.last == "d")
  }

  @Test func theEndComesBehindTheLastFrames() throws {
    let member = Member(on: eventLoop)
    try seat(member, at: 1)
    deliver("a")
    rooms.shutDown()
    eventLoop.run()
    #expect(member.told == ["a", "closed: serverStops"])
  }
}
