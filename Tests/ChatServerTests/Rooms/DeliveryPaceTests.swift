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
      (.posted, 0, 0), (.began, 100, nil), (.ended, 300, nil),
      (.posted, 400, 700), (.posted, 800, nil), (.began, 1_100, nil), (.ended, 1_200, nil),
      // 1,200 and 4 times 100.
      (.posted, 1_500, 100), (.began, 1_600, nil), (.ended, 1_700, nil),
      (.posted, 2_100, 0),
    ])
  }

  @Test func whatComesDuringDeliveriesIsDeliveredBehindThem() {
    run([(.posted, 0, 0), (.began, 0, nil), (.posted, 50, nil), (.posted, 60, nil), (.ended, 100, 400)])
  }

  @Test func theRestGrowsUnderLoadUpToABound() {
    run([
      (.posted, 0, 0),
      (.began, 0, nil), (.posted, 1, nil), (.ended, 100_000, 1_000),
      (.began, 101_000, nil), (.posted, 101_001, nil), (.ended, 201_000, 3_000),
      (.began, 204_000, nil), (.posted, 204_001, nil), (.ended, 304_000, 7_000),
      (.began, 311_000, nil), (.posted, 311_001, nil), (.ended, 411_000, 15_000),
      (.began, 426_000, nil), (.posted, 426_001, nil), (.ended, 526_000, 20_000),
      (.began, 546_000, nil), (.posted, 546_001, nil), (.ended, 646_000, 20_000),
      // Back at once.
      (.began, 666_000, nil), (.posted, 666_001, nil), (.ended, 666_010, 40),
    ])
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
