import Testing

@testable import ChatServer

@Suite struct MarkdownSectionTests {
  @Test func splitsAtHeadings() {
    let sections = MarkdownSection.split(
      """
      # Shipping

      Before any section.

      ## How much? ##

      Five euros
      and no more.

      Free from 80.

      ## Empty

      ### Items
      - one
      - two
        goes on
      1. three
      """)
    #expect(
      sections == [
        MarkdownSection(title: "Shipping", heading: "Shipping", paragraphs: ["Before any section."]),
        MarkdownSection(
          title: "Shipping", heading: "How much?", paragraphs: ["Five euros and no more.", "Free from 80."]),
        MarkdownSection(title: "Shipping", heading: "Items", paragraphs: ["- one\n- two goes on\n1. three"]),
      ])
  }

  @Test func isNotFooledByCodeOrHashtags() {
    let sections = MarkdownSection.split("## A\r\n#hashtag\r\n\r\n```\r\n# no heading\r\n\r\nx\r\n```\r\n")
    #expect(sections.map(\.heading) == ["A"])
    #expect(sections.first?.paragraphs == ["#hashtag", "# no heading\n\nx"])
  }

  @Test(arguments: [
    ("**bold** and *thin* and `code`", "bold and thin and code"),
    ("see [the page](https://example.com/a \"title\") now", "see the page (https://example.com/a) now"),
    ("![a picture](x.png)", "a picture"), ("<https://example.com>", "https://example.com"),
    ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"), ("a < b > c", "a < b > c"),
    ("**unclosed", "**unclosed"), ("", ""),
  ])
  func takesMarksOff(markdown: String, plain: String) {
    #expect(MarkdownInline.plain(markdown) == plain)
  }

  @Test func cutsAtAParagraphThenASentenceThenAWord() {
    let section = MarkdownSection(
      title: "", heading: "", paragraphs: ["First one. Second one is longer.", "Another paragraph."])
    #expect(section.excerpt(limit: 100) == "First one. Second one is longer.\n\nAnother paragraph.")
    #expect(section.excerpt(limit: 45) == "First one. Second one is longer.")
    #expect(section.excerpt(limit: 20) == "First one.")
    let words = MarkdownSection(title: "", heading: "", paragraphs: ["alpha beta gamma delta"])
    #expect(words.excerpt(limit: 12) == "alpha beta…")
    let block = MarkdownSection(title: "", heading: "", paragraphs: [String(repeating: "x", count: 30)])
    #expect(block.excerpt(limit: 10) == "xxxxxxxxx…")
  }
}
