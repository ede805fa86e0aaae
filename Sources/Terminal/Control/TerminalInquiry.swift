/// The questions that the terminal is asked, once, after the first frame.
///
/// An answer counts only while its question is open: what comes later, or what a stranger has made the terminal say,
/// is nobody's (CVE-2003-0063 and its many kin begin with an answer that is taken for input).
struct TerminalInquiry: Hashable, Sendable {
  enum Event: Hashable, Sendable {
    /// The first frame is out.
    case start
    /// The decoder has read an answer.
    case answer(TerminalAnswer)
    /// ``timeout`` is over.
    case timedOut
  }

  enum Action: Hashable, Sendable {
    /// Ask.
    case send([UInt8])
    /// Tell when this time is over.
    case setTimer(Duration)
    case cancelTimer
    /// The background is light, or dark.
    case background(isLight: Bool)
    /// Frames can be shown at once, by mode 2026.
    case synchronizedOutput
  }

  /// A slow line over a satellite takes two thirds of this.
  static let timeout = Duration.seconds(2)
  static let synchronizedOutputMode = 2026
  /// OSC 11, DECRQM 2026, and DA1, which every terminal answers: then nothing is to be waited for.
  static let questions = Array("\u{1B}]11;?\u{1B}\\\u{1B}[?2026$p\u{1B}[c".utf8)

  private var isOpen = false
  private var awaitsBackground = false
  private var awaitsMode = false

  mutating func handle(_ event: Event) -> [Action] {
    switch event {
    case .start:
      isOpen = true
      awaitsBackground = true
      awaitsMode = true
      return [.send(Self.questions), .setTimer(Self.timeout)]
    case .timedOut:
      isOpen = false
      return []
    case .answer(let answer):
      guard isOpen else { return [] }
      switch answer {
      case .background(let color) where awaitsBackground:
        awaitsBackground = false
        return [.background(isLight: color.isLight)]
      case .mode(Self.synchronizedOutputMode, let isKnown) where awaitsMode:
        awaitsMode = false
        return isKnown ? [.synchronizedOutput] : []
      case .attributes:
        isOpen = false
        return [.cancelTimer]
      case .background, .mode:
        return []
      }
    }
  }
}
