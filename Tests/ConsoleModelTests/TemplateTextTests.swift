import Testing

@testable import ConsoleModel

@Suite("Texts with places")
struct TemplateTextTests {
  private static let values = TemplateText.Values(visitor: "Ana", operator: "Maria", dialog: "4821")

  @Test(arguments: [
    ("Hello {visitor}, this is {operator} (#{dialog})", "Hello Ana, this is Maria (#4821)"),
    ("{?order number}", "{?order number}"),
    ("{visitors} { visitor} {} {?} {{visitor}}", "{visitors} { visitor} {} {?} {Ana}"),
    ("{visitor", "{visitor"), ("a}b{", "a}b{"), ("{?no\nline break}", "{?no\nline break}"), ("", ""),
  ])
  func filling(_ text: String, _ expected: String) {
    #expect(TemplateText(text).filled(with: Self.values) == expected)
  }

  @Test func whatIsNotKnownIsAsked() {
    #expect(TemplateText("Hello {visitor}").filled(with: .init()) == "Hello {?visitor}")
  }

  @Test func whatIsPutInIsNotLookedAtAgain() {
    let values = TemplateText.Values(visitor: "{operator}{?x}", operator: "Maria")
    #expect(TemplateText("{visitor}").filled(with: values) == "{operator}{?x}")
  }

  @Test func questions() {
    let text = TemplateText("{?order} {visitor} {?amount} {?order} {?}")
    #expect(text.questions == ["order", "amount"])
    #expect(text.filled(with: Self.values, answers: ["order": "7781"]) == "7781 Ana {?amount} 7781 {?}")
  }

  @Test(
    arguments: [
      ("", []), ("{?a}", [0..<4]), ("x {?ab} {?c}", [2..<7, 8..<12]), ("{?}", []), ("{?a\n}", []), ("{?a", []),
      ("{{?a}}", [1..<5]), ("{?" + String(repeating: "a", count: 200) + "}", []),
    ] as [(String, [Range<Int>])])
  func fields(_ text: String, _ expected: [Range<Int>]) {
    #expect(TextBuffer(text).fields == expected)
  }

  @Test func theNextFieldIsFoundInARing() {
    let buffer = TextBuffer("{?a} {?b}")
    #expect(buffer.field(from: 0) == 0..<4)
    #expect(buffer.field(from: 1) == 5..<9)
    #expect(buffer.field(from: 9) == 0..<4)
  }
}

@Suite("Canned replies as files")
struct CannedReplyTests {
  @Test(arguments: [
    ("# Refund\nHello {visitor}", "Refund", "Hello {visitor}"), ("Hello\n", "on its way", "Hello"),
    ("---\ntitle: Refund\ntags: money\n---\n\nHello\n\nBye\n\n", "Refund", "Hello\n\nBye"),
    ("\u{FEFF}# Refund\r\nHello\r\nBye", "Refund", "Hello\nBye"), ("#Refund\nx", "on its way", "#Refund\nx"),
    ("---\nHello", "on its way", "---\nHello"), ("# \nHello", "on its way", "Hello"),
  ])
  func reading(_ content: String, _ title: String, _ text: String) {
    let reply = CannedReply(name: "on-its_way", content: content)
    #expect(reply?.title == title)
    #expect(reply?.text.source == text)
  }

  @Test(arguments: ["", "\n\n", "# Only a title", "---\ntitle: x\n---\n  \n"])
  func withoutATextThereIsNone(_ content: String) {
    #expect(CannedReply(name: "x", content: content) == nil)
  }
}
