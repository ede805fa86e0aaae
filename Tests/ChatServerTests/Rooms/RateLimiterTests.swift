import Testing

@testable import ChatServer

@Suite struct RateLimiterTests {
  @Test func allowanceMayBeSpentAtOnceAndComesBackEvenly() {
    var limiter = RateLimiter<String>(count: 3, per: .seconds(60))
    for _ in 0..<3 { #expect(limiter.spend("a", at: .zero) == nil) }
    #expect(limiter.spend("a", at: .zero)?.retryAfter == .seconds(20))
    #expect(limiter.spend("a", at: .seconds(19))?.retryAfter == .seconds(1))
    #expect(limiter.spend("a", at: .seconds(20)) == nil)
    #expect(limiter.spend("a", at: .seconds(20)) != nil)
  }

  @Test func refusedEventsAreNotCounted() {
    var limiter = RateLimiter<String>(count: 1, per: .seconds(10))
    #expect(limiter.spend("a", at: .zero) == nil)
    for second in 1..<10 { #expect(limiter.spend("a", at: .seconds(second)) != nil) }
    #expect(limiter.spend("a", at: .seconds(10)) == nil)
  }

  @Test func keysDoNotDisturbEachOther() {
    var limiter = RateLimiter<String>(count: 1, per: .seconds(10))
    #expect(limiter.spend("a", at: .zero) == nil)
    #expect(limiter.spend("b", at: .zero) == nil)
    #expect(limiter.spend("a", at: .zero) != nil)
  }

  @Test func noTwoFullAllowancesAroundAnEdge() {
    var limiter = RateLimiter<String>(count: 100, per: .seconds(60))
    var passed = 0
    for tenth in 0..<1200 where limiter.spend("a", at: .milliseconds(tenth * 100)) == nil { passed += 1 }
    // Two minutes: one whole allowance, and what comes back in 120 s.
    #expect(passed <= 300)
    #expect(passed >= 290)
  }

  @Test func refundGivesTheEventBack() {
    var limiter = RateLimiter<String>(count: 1, per: .seconds(10))
    #expect(limiter.spend("a", at: .zero) == nil)
    limiter.refund("a", at: .seconds(1))
    #expect(limiter.trackedKeys == 0)
    #expect(limiter.spend("a", at: .seconds(1)) == nil)
    limiter.refund("nobody", at: .seconds(1))
  }

  @Test func restedKeysAreForgotten() {
    var limiter = RateLimiter<Int>(count: 10, per: .seconds(60))
    for key in 0..<1000 { _ = limiter.spend(key, at: .zero) }
    #expect(limiter.trackedKeys == 1000)
    _ = limiter.spend(-1, at: .seconds(120))
    #expect(limiter.trackedKeys == 1)
  }

  @Test func memoryHasACeiling() {
    var limiter = RateLimiter<Int>(count: 10, per: .seconds(60), capacity: 100)
    for key in 0..<1000 { #expect(limiter.spend(key, at: .zero) == nil) }
    #expect(limiter.trackedKeys == 100)
  }
}
