import Testing

@testable import ChatServer

@Suite struct DeliveryPaceTests {
  private typealias Step = (event: DeliveryPace.Event, microseconds: Int, after: Int?)

  private func run(_ script: [Step]) {
    var pace = DeliveryPace()
    for step in script {
      #expect(
        pace.handle(step.event, at: .microseconds(step.microseconds)) == step.after.map { .microseconds($0) },
        "\(step.event) at \(step.microseconds) µs")
    }
  }

  @Test func theFirstGoesAtOnceAndIsAskedForOnce() {
    run([(.posted, 0, 0), (.posted, 1, nil), (.posted, 2, nil)])
  }

  @Test func afterwardsItRestsFourTimesAsLong() {
    run([
      (.posted, 0, 0), (.began, 100, nil), (.ended, 600, nil),
      (.posted, 700, 1_900), (.posted, 800, nil), (.began, 2_600, nil), (.ended, 2_700, nil),
      // 2,700 and 4 times 100.
      (.posted, 3_000, 100), (.began, 3_100, nil), (.ended, 3_200, nil),
      (.posted, 3_600, 0),
    ])
  }

  @Test func whatComesDuringDeliveriesIsDeliveredBehindThem() {
    run([(.posted, 0, 0), (.began, 0, nil), (.posted, 50, nil), (.posted, 60, nil), (.ended, 100, 400)])
  }

  @Test func theRestHasABound() {
    run([(.posted, 0, 0), (.began, 0, nil), (.posted, 1, nil), (.ended, 1_000_000, 20_000)])
  }

  @Test func whatWasDeliveredBeforeItsTimeIsNotAskedForAgain() {
    run([
      (.posted, 0, 0), (.began, 0, nil), (.ended, 100, nil), (.posted, 100, 400),
      // A socket is closed: what is on its way to it goes first.
      (.began, 150, nil), (.ended, 200, nil), (.posted, 400, 0),
    ])
  }

  @Test func deliveriesWithinDeliveriesEndOnce() {
    run([
      (.posted, 0, 0), (.began, 0, nil), (.posted, 10, nil), (.began, 20, nil), (.ended, 100, nil), (.ended, 110, nil),
      (.posted, 600, 0),
    ])
  }
}
