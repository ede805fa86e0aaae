import ChatProtocol
import Testing

@testable import ChatServer

@Suite struct WaitEstimateTests {
  private static func minutes(_ minutes: Double...) -> [Duration] { minutes.map { .seconds($0 * 60) } }

  @Test(
    arguments: [
      // Nothing is known.
      (minutes(), 1, 1, nil), (minutes(2), 1, 0, nil),
      (minutes(2), 1, 1, 2), (minutes(1, 2), 1, 1, 1.5), (minutes(1, 2, 3), 1, 1, 2),
      // From four on the extremes are left out.
      (minutes(900, 2, 3, 0), 1, 1, 2.5), (minutes(900, 800, 2, 3, 4, 5, 0, 0), 1, 1, 3.5),
      // One round for each dialog that an operator takes before.
      (minutes(2), 2, 1, 4), (minutes(2), 2, 2, 2), (minutes(2), 3, 2, 4), (minutes(2), 4, 2, 4), (minutes(2), 5, 2, 6),
      (minutes(2), 1, 50, 2), (minutes(0), 1, 1, 0.1),
    ] as [([Duration], Int, Int, Double?)])
  func followsTheRule(waits: [Duration], position: Int, operators: Int, expected: Double?) {
    #expect(WaitEstimate.minutes(waits: waits, position: position, operators: operators) == expected)
  }
}
