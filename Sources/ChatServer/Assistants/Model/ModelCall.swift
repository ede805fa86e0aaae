/// One question to a model with its repetitions, as a pure state machine.
///
/// What may be otherwise at the next try is tried again, after a back-off with full jitter or after what the server
/// asks for in `Retry-After`; never so that the next try would begin behind the deadline.
struct ModelCall: Sendable {
  struct Policy: Sendable, Hashable {
    /// How often it is tried at most.
    var attempts = 3
    /// The longest pause before the second try; it doubles with each further one.
    var firstPause = Duration.milliseconds(500)
    /// The longest pause of all.
    var longestPause = Duration.seconds(8)
    /// From the first beginning to the end of everything.
    var deadline = Duration.seconds(60)
  }

  enum Event: Sendable, Hashable {
    case begin
    /// A try failed; after this time the server wants to be asked again.
    case failed(ModelFailure, retryAfter: Duration?)
    /// The pause is over.
    case pauseEnded
  }

  enum Action: Sendable, Hashable {
    /// Ask the server.
    case attempt
    /// Wait so long.
    case pause(Duration)
    /// There will be no answer.
    case giveUp(ModelFailure)
  }

  private let policy: Policy
  private let end: Duration
  private var attempts = 0

  /// - Parameter now: the monotonic time, since any fixed origin.
  init(policy: Policy, at now: Duration) {
    self.policy = policy
    end = now + policy.deadline
  }

  /// Takes one event and says what follows.
  ///
  /// - Parameter jitter: a random number from 0 to 1.
  mutating func handle(_ event: Event, at now: Duration, jitter: Double) -> Action {
    switch event {
    case .begin, .pauseEnded:
      guard now < end else { return .giveUp(.tooSlow) }
      attempts += 1
      return .attempt
    case .failed(let failure, let retryAfter):
      guard failure.isTransient, attempts < policy.attempts else { return .giveUp(failure) }
      let longest = min(policy.firstPause * (1 << min(attempts - 1, 20)), policy.longestPause)
      let pause = retryAfter ?? longest * jitter
      return now + pause < end ? .pause(pause) : .giveUp(failure)
    }
  }
}
