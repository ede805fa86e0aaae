import Testing

@testable import ConsoleModel

@Suite("What has been before the operator's eyes")
struct ShownMessagesTests {
  @Test func whatIsThereWhenADialogOpensCountsAtOnce() {
    var shown = ShownMessages()
    #expect(shown.newestSeen(of: 1, at: .zero) == nil)
    shown.frameShowed(10, of: 1, at: .zero)
    #expect(shown.newestSeen(of: 1, at: .zero) == 10)
    #expect(shown.newestSeen(of: 2, at: .zero) == nil)
  }

  @Test func whatComesUpCountsAfterAMoment() {
    var shown = ShownMessages()
    shown.frameShowed(10, of: 1, at: .zero)
    shown.frameShowed(11, of: 1, at: .milliseconds(1000))
    shown.frameShowed(12, of: 1, at: .milliseconds(1200))
    #expect(shown.newestSeen(of: 1, at: .milliseconds(1250)) == 10)
    #expect(shown.newestSeen(of: 1, at: .milliseconds(1300)) == 11)
    #expect(shown.newestSeen(of: 1, at: .milliseconds(1499)) == 11)
    #expect(shown.newestSeen(of: 1, at: .milliseconds(1500)) == 12)
  }

  @Test func scrollingUpForgetsNothing() {
    var shown = ShownMessages()
    shown.frameShowed(10, of: 1, at: .zero)
    shown.frameShowed(4, of: 1, at: .seconds(1))
    #expect(shown.newestSeen(of: 1, at: .seconds(2)) == 10)
  }
}
