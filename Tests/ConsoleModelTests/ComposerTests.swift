import Testing

@testable import ConsoleModel

@Suite("The composer's text")
struct ComposerTests {
  @Test func aNewlineTurnsBlockModeOn() {
    var composer = Composer()
    composer.type("a")
    #expect(!composer.isBlock)
    composer.newline()
    #expect(composer.isBlock)
  }

  @Test func blockModeOutlivesItsLastNewlineButNotItsText() {
    var composer = Composer("a\n")
    composer.apply(.deleteLeft)
    #expect(composer.text == "a")
    #expect(composer.isBlock)
    composer.apply(.deleteLeft)
    #expect(!composer.isBlock)
  }

  @Test func aRestoredDraftOfSeveralLinesIsInBlockMode() {
    #expect(Composer("a\nb").isBlock)
    #expect(!Composer("ab").isBlock)
  }

  @Test(arguments: [
    ("a\r\nb", "a\nb"), ("a\rb", "a\nb"), ("a\r\r\nb", "a\n\nb"), ("a\n\rb", "a\n\nb"), ("q?j\u{1B}k", "q?j\u{1B}k"),
  ])
  func aPasteIsTextWithItsLineBreaksMadeNewlines(_ pasted: String, _ text: String) {
    var composer = Composer()
    composer.paste(pasted)
    #expect(composer.text == text)
  }

  @Test(
    arguments: [
      ("hi", "hi"), ("  hi  ", "  hi"), ("hi\n\n", "hi"), ("", nil), ("  \n ", nil), ("a\n\nb", "a\n\nb"),
    ] as [(String, String?)])
  func whatWouldBeSent(_ typed: String, _ sent: String?) {
    #expect(Composer(typed).sendable == sent)
  }

  @Test func historyGoesUpAndDownAndKeepsWhatWasBeingTyped() {
    var composer = Composer()
    for text in ["one", "two"] { composer.sent(text) }
    composer.paste("new")
    composer.up()
    #expect(composer.text == "two")
    composer.up()
    #expect(composer.text == "one")
    composer.up()
    #expect(composer.text == "one")
    composer.down()
    #expect(composer.text == "two")
    composer.down()
    #expect(composer.text == "new")
    composer.down()
    #expect(composer.text == "new")
  }

  @Test func historyGivesWayToTheLinesOfTheText() {
    var composer = Composer()
    composer.sent("old")
    composer.paste("a\nb")
    composer.up()
    #expect(composer.text == "a\nb")
    #expect(composer.buffer.cursor == 1)
    composer.up()
    #expect(composer.text == "old")
  }

  @Test func undoTakesARecallBack() {
    var composer = Composer()
    composer.sent("old")
    composer.paste("precious")
    composer.up()
    composer.apply(.undo)
    #expect(composer.text == "precious")
  }

  @Test func theSameTextTwiceIsOneLineOfHistory() {
    var composer = Composer()
    for text in ["one", "two", "two"] { composer.sent(text) }
    composer.up()
    composer.up()
    #expect(composer.text == "one")
  }
}
