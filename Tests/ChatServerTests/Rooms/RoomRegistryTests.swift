import Testing

@testable import ChatServer

@Suite struct RoomRegistryTests {
  private var registry = RoomRegistry(limits: .init(socketsPerPool: 2, sockets: 5, connectsPerMinute: 100))
  private let adminSeat = Seat(dialogID: 1, pool: .admin)
  private let visitorSeat = Seat(dialogID: 1, pool: .visitor)

  private mutating func seat(_ number: UInt64, _ seat: Seat) -> [RoomRegistry.Action] {
    let socket = SocketID(rawValue: number)
    #expect(registry.handle(.connect(socket, address: "a"), at: .zero) == [.authenticate(socket)])
    return registry.handle(.admit(socket, to: seat), at: .zero)
  }

  private func socket(_ number: UInt64) -> SocketID { SocketID(rawValue: number) }

  /// The sockets that a frame for dialog 1 goes to.
  private mutating func receivers(_ audience: Audience) -> [UInt64] {
    let frame = Frame(text: "{}")
    return registry.handle(.deliver(frame, to: 1, audience), at: .zero).flatMap { action -> [UInt64] in
      guard case .send(frame, let sockets) = action else { return [] }
      return sockets.map(\.rawValue).sorted()
    }
  }

  @Test mutating func seatedInItsPool() {
    #expect(seat(1, adminSeat) == [.seated(socket(1), adminSeat, poolSize: 1)])
    #expect(seat(2, adminSeat) == [.seated(socket(2), adminSeat, poolSize: 2)])
    #expect(seat(3, visitorSeat) == [.seated(socket(3), visitorSeat, poolSize: 1)])
    #expect(registry.socketCount == 3)
  }

  @Test mutating func audiencesReachTheirPoolsOfTheirDialogOnly() {
    _ = seat(1, adminSeat)
    _ = seat(2, visitorSeat)
    _ = seat(3, Seat(dialogID: 2, pool: .admin))
    #expect(receivers(.admins) == [1])
    #expect(receivers(.visitors) == [2])
    #expect(receivers(.everyone) == [1, 2])
  }

  @Test mutating func nobodyToDeliverTo() {
    #expect(registry.handle(.deliver(Frame(text: "{}"), to: 9, .everyone), at: .zero) == [])
  }

  @Test mutating func poolLimitIsPerPoolAndPerDialog() {
    _ = seat(1, adminSeat)
    _ = seat(2, adminSeat)
    #expect(seat(3, adminSeat) == [.refuse(socket(3), .poolFull)])
    #expect(registry.socketCount == 2)
    #expect(seat(4, visitorSeat) == [.seated(socket(4), visitorSeat, poolSize: 1)])
    let other = Seat(dialogID: 2, pool: .admin)
    #expect(seat(5, other) == [.seated(socket(5), other, poolSize: 1)])
  }

  @Test mutating func placeIsFreeAgainWhenItsSocketGoes() {
    _ = seat(1, adminSeat)
    _ = seat(2, adminSeat)
    #expect(registry.handle(.disconnect(socket(1)), at: .zero) == [.left(socket(1), adminSeat, poolSize: 1)])
    #expect(seat(3, adminSeat) == [.seated(socket(3), adminSeat, poolSize: 2)])
  }

  @Test mutating func totalLimitCountsSocketsAtTheDoor() {
    for number in 1...5 as ClosedRange<UInt64> {
      #expect(
        registry.handle(.connect(socket(number), address: "a"), at: .zero) == [.authenticate(socket(number))])
    }
    #expect(registry.handle(.connect(socket(6), address: "a"), at: .zero) == [.refuse(socket(6), .serverFull)])
    #expect(registry.handle(.disconnect(socket(1)), at: .zero) == [])
    #expect(registry.handle(.connect(socket(7), address: "a"), at: .zero) == [.authenticate(socket(7))])
  }

  @Test func defaultLimitsAreThoseOfTheContract() {
    var registry = RoomRegistry()
    var number: UInt64 = 0
    var refusals: [RoomRegistry.Refusal] = []
    for dialogID in 1...21 {
      for pool in 0..<51 where dialogID < 21 || pool == 0 {
        number += 1
        let socket = SocketID(rawValue: number)
        // An address each, so that the rate has no say.
        let actions =
          registry.handle(.connect(socket, address: "\(number)"), at: .zero)
          + registry.handle(.admit(socket, to: Seat(dialogID: dialogID, pool: .admin)), at: .zero)
        for case .refuse(_, let refusal) in actions { refusals.append(refusal) }
      }
    }
    // 20 dialogs with 51 each: the 51st of each is one too many; then the server holds 1000 and the next is too.
    #expect(refusals == Array(repeating: .poolFull, count: 19) + [.serverFull, .serverFull])
    #expect(registry.socketCount == 1000)
  }

  @Test func connectRatePerAddress() {
    var registry = RoomRegistry(limits: .init(connectsPerMinute: 2))
    for number in 1...2 as ClosedRange<UInt64> {
      _ = registry.handle(.connect(SocketID(rawValue: number), address: "a"), at: .zero)
    }
    let third = SocketID(rawValue: 3)
    #expect(
      registry.handle(.connect(third, address: "a"), at: .zero)
        == [.refuse(third, .connectRate(retryAfter: .seconds(30)))])
    #expect(registry.socketCount == 2)
    #expect(registry.handle(.connect(third, address: "b"), at: .zero) == [.authenticate(third)])
    #expect(
      registry.handle(.connect(SocketID(rawValue: 4), address: "a"), at: .seconds(30))
        == [.authenticate(SocketID(rawValue: 4))])
  }

  @Test mutating func memoryGoesWithTheLastSocket() {
    for number in 1...3 as ClosedRange<UInt64> { _ = seat(number, Seat(dialogID: Int(number), pool: .admin)) }
    #expect(registry.poolCount == 3)
    for number in 1...3 as ClosedRange<UInt64> { _ = registry.handle(.disconnect(socket(number)), at: .zero) }
    #expect(registry.poolCount == 0)
    #expect(registry.socketCount == 0)
  }

  @Test mutating func lateEventsAreIgnored() {
    _ = registry.handle(.connect(socket(1), address: "a"), at: .zero)
    #expect(registry.handle(.disconnect(socket(1)), at: .zero) == [])
    // Its token turned out good, but it has gone.
    #expect(registry.handle(.admit(socket(1), to: adminSeat), at: .zero) == [])
    #expect(registry.handle(.disconnect(socket(1)), at: .zero) == [])
    _ = seat(2, adminSeat)
    #expect(registry.handle(.admit(socket(2), to: visitorSeat), at: .zero) == [])
    #expect(registry.socketCount == 1)
  }

  @Test mutating func shutDownClosesAllAndLetsNobodyIn() {
    _ = seat(1, adminSeat)
    _ = seat(2, visitorSeat)
    _ = registry.handle(.connect(socket(3), address: "a"), at: .zero)
    #expect(registry.handle(.shutDown, at: .zero) == [.close([socket(1), socket(2)])])
    #expect(registry.handle(.connect(socket(4), address: "a"), at: .zero) == [.refuse(socket(4), .shuttingDown)])
    #expect(registry.handle(.admit(socket(3), to: adminSeat), at: .zero) == [.refuse(socket(3), .shuttingDown)])
    #expect(registry.handle(.disconnect(socket(1)), at: .zero) == [.left(socket(1), adminSeat, poolSize: 0)])
  }
}
