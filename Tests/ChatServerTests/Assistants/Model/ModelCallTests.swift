import Foundation
import Testing

@testable import ChatServer

@Suite struct ModelCallTests {
  private let policy = ModelCall.Policy(
    attempts: 3, firstPause: .seconds(1), longestPause: .seconds(3), deadline: .seconds(60))

  @Test func whatIsTransientIsTriedAgainWithBackOff() {
    var call = ModelCall(policy: policy, at: .seconds(100))
    #expect(call.handle(.begin, at: .seconds(100), jitter: 1) == .attempt)
    #expect(call.handle(.failed(.status(500), retryAfter: nil), at: .seconds(101), jitter: 1) == .pause(.seconds(1)))
    #expect(call.handle(.pauseEnded, at: .seconds(102), jitter: 1) == .attempt)
    #expect(call.handle(.failed(.unreachable, retryAfter: nil), at: .seconds(102), jitter: 0.5) == .pause(.seconds(1)))
    #expect(call.handle(.pauseEnded, at: .seconds(103), jitter: 1) == .attempt)
    #expect(call.handle(.failed(.broken, retryAfter: nil), at: .seconds(104), jitter: 1) == .giveUp(.broken))
  }

  @Test func thePauseHasALimitAndMayBeNothing() {
    var call = ModelCall(policy: .init(attempts: 100, firstPause: .seconds(1), longestPause: .seconds(3)), at: .zero)
    for longest in [1, 2, 3, 3, 3] {
      #expect(call.handle(.begin, at: .zero, jitter: 0) == .attempt)
      #expect(call.handle(.failed(.status(503), retryAfter: nil), at: .zero, jitter: 1) == .pause(.seconds(longest)))
    }
    #expect(call.handle(.failed(.status(503), retryAfter: nil), at: .zero, jitter: 0) == .pause(.zero))
  }

  @Test func retryAfterIsHonouredWithinTheDeadline() {
    var call = ModelCall(policy: policy, at: .zero)
    #expect(call.handle(.begin, at: .zero, jitter: 0) == .attempt)
    let busy = ModelCall.Event.failed(.status(429), retryAfter: .seconds(50))
    #expect(call.handle(busy, at: .seconds(9), jitter: 0) == .pause(.seconds(50)))
    // The next try would begin when all must be over.
    #expect(call.handle(busy, at: .seconds(10), jitter: 0) == .giveUp(.status(429)))
  }

  @Test(arguments: [
    ModelFailure.status(400), .status(401), .status(404), .tooSlow, .garbled, .tooLong, .empty, .refused, .cutShort,
    .busy, .misconfigured,
  ]) func otherFailuresAreFinal(_ failure: ModelFailure) {
    var call = ModelCall(policy: policy, at: .zero)
    #expect(call.handle(.begin, at: .zero, jitter: 0) == .attempt)
    #expect(call.handle(.failed(failure, retryAfter: .seconds(1)), at: .zero, jitter: 0) == .giveUp(failure))
  }

  @Test func nothingBeginsBehindTheDeadline() {
    var call = ModelCall(policy: policy, at: .zero)
    #expect(call.handle(.begin, at: .seconds(60), jitter: 0) == .giveUp(.tooSlow))
  }

  @Test(
    arguments: [
      ("0", Duration.zero), ("120", .seconds(120)), (" 7 ", .seconds(7)), ("99999999999999999999", .seconds(86_400)),
      ("Sun, 06 Nov 1994 08:49:37 GMT", .seconds(37)), ("Sun, 06 Nov 1994 08:40:00 GMT", .zero),
      ("soon", nil), ("-1", nil), ("1.5", nil), ("", nil),
    ] as [(String, Duration?)]) func retryAfter(_ value: String, _ wait: Duration?)
  {
    // 1994-11-06 08:49:00 UTC
    #expect(RetryAfter.parse(value, at: Date(timeIntervalSince1970: 784_111_740)) == wait)
  }
}
