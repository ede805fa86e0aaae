import ChatProtocol
import Testing

@testable import ChatServer

@Suite struct DemoVisitorCrowdTests {
  /// A shop in which the AI always answers, a request is always granted, and operators do what a closure says.
  private struct Shop {
    var crowd: VisitorCrowd
    var now: Duration = .zero
    var arrivals: [(at: Duration, identity: VisitorIdentity)] = []
    var posts: [(at: Duration, text: String)] = []
    var mostNeedingOperator = 0
    var mostPresent = 0

    init(_ crowd: VisitorCrowd) { self.crowd = crowd }

    mutating func run(until end: Duration, operatorServes: Bool) {
      carryOut(crowd.handle(.opened, at: now), operatorServes)
      while let next = crowd.wakesAt, next <= end {
        now = next
        carryOut(crowd.handle(.timer, at: now), operatorServes)
        mostNeedingOperator = max(mostNeedingOperator, crowd.needingOperatorCount)
        mostPresent = max(mostPresent, crowd.presentCount)
      }
    }

    private mutating func carryOut(_ actions: [VisitorCrowd.Action], _ operatorServes: Bool) {
      for action in actions {
        func tell(_ event: VisitorSimulation.Event) {
          carryOut(crowd.handle(.visitor(action.visitor, event), at: now), operatorServes)
        }
        switch action.action {
        case .openDialog:
          if let identity = crowd.identity(of: action.visitor) { arrivals.append((now, identity)) }
          tell(.connected)
        case .post("human?"):
          posts.append((now, "human?"))
          tell(.handoff(.requested))
          if operatorServes {
            tell(.handoff(.active))
            tell(.received(.manager))
          }
        case .post(let text):
          posts.append((now, text))
          tell(.received(operatorServes && text == "reply" ? .manager : .assistant))
        case .startTyping, .stopTyping, .goAway:
          break
        }
      }
    }
  }

  private static let cast = [
    DemoCast.Role(
      people: ["Ann", "Bob", "Cid", "Dee", "Eva"],
      script: VisitorScript(
        questions: ["q"], askForPerson: "human?", whileWaiting: ["hello?"], toOperator: ["reply"], goodbye: ["bye"])),
    DemoCast.Role(
      people: ["Fay", nil, "Gus"],
      script: VisitorScript(questions: ["question"], goodbye: ["thanks"])),
    DemoCast.Role(
      people: ["Hal", "Ida", "Jan", "Kai"],
      script: VisitorScript(questions: ["q"], askForPerson: "human?", goodbye: ["bye"])),
  ]

  @Test func everyVisitHappensOnceWhenOperatorsServe() {
    var shop = Shop(VisitorCrowd(cast: Self.cast, seed: 7))
    shop.run(until: .seconds(24 * 3600), operatorServes: true)
    #expect(shop.arrivals.count == 12)
    #expect(shop.posts.count { $0.text == "human?" } == 9)
    #expect(Set(shop.arrivals.map(\.identity.guestID)).count == 12)
    #expect(shop.arrivals.compactMap(\.identity.name).count == 11)
    #expect(shop.crowd.presentCount == 0)
    #expect(shop.crowd.wakesAt == nil)
  }

  @Test func leftAloneItStopsAtTheLimitAndNothingTicks() {
    var shop = Shop(VisitorCrowd(cast: Self.cast, seed: 7))
    shop.run(until: .seconds(24 * 3600), operatorServes: false)
    #expect(shop.mostNeedingOperator == 5)
    #expect(shop.crowd.needingOperatorCount == 5)
    #expect(shop.posts.count < 40)
  }

  @Test func requestsComeAtTheirPace() {
    var shop = Shop(VisitorCrowd(cast: Self.cast, seed: 3))
    shop.run(until: .seconds(24 * 3600), operatorServes: true)
    let requests = shop.posts.filter { $0.text == "human?" }.map(\.at)
    let gaps = zip(requests, requests.dropFirst()).map { $1 - $0 }
    #expect(gaps.allSatisfy { $0 > .seconds(15) && $0 < .seconds(120) }, "\(gaps)")
    #expect(shop.arrivals[0].at == .seconds(2))
  }

  @Test func residentsComeFirstAndCountAsWaiting() throws {
    let script = VisitorScript(whileWaiting: ["hello?"], goodbye: ["bye"])
    let residents = (0..<5).map { number in
      VisitorCrowd.Resident(
        identity: VisitorIdentity(guestID: "resident-\(number)", name: nil), script: script, stage: .waiting)
    }
    var shop = Shop(VisitorCrowd(cast: Self.cast, residents: residents, seed: 5))
    shop.run(until: .seconds(24 * 3600), operatorServes: false)
    #expect(shop.arrivals.prefix(5).map(\.identity.guestID) == residents.map(\.identity.guestID))
    #expect(!shop.posts.contains { $0.text == "human?" })
    #expect(shop.mostNeedingOperator == 5)
  }

  @Test func theShopHoldsOnlySoMany() {
    var limits = VisitorCrowd.Limits()
    limits.present = 2
    var shop = Shop(VisitorCrowd(cast: Self.cast, limits: limits, seed: 9))
    shop.run(until: .seconds(24 * 3600), operatorServes: true)
    #expect(shop.mostPresent == 2)
    #expect(shop.arrivals.count == 12)
  }

  @Test func theSameSeedPlaysTheSameShow() {
    func show(_ seed: UInt64) -> [String] {
      var shop = Shop(VisitorCrowd(cast: Self.cast, seed: seed))
      shop.run(until: .seconds(24 * 3600), operatorServes: true)
      return shop.posts.map { "\($0.at) \($0.text)" }
    }
    #expect(show(11) == show(11))
    #expect(show(11) != show(12))
  }

  @Test func unknownVisitorsAreIgnored() {
    var crowd = VisitorCrowd(cast: Self.cast, seed: 1)
    #expect(crowd.handle(.visitor(99, .received(.manager)), at: .zero) == [])
  }
}
