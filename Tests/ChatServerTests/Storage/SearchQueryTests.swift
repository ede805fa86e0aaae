import Testing

@testable import ChatServer

@Suite struct SearchQueryTests {
  @Test(arguments: [
    ("order", #""order"*"#), ("  my  order ", #""my"* "order"*"#), (#""my order""#, #""my order""#),
    (#"late "my order" refund"#, #""late"* "my order" "refund"*"#), (#"say "not closed"#, #""say"* "not closed""#),
    ("Ёлка", #""Елка"*"#), ("a\u{0}b", #""a"* "b"*"#), (#""a\#u{0}b""#, #""a b""#),
    // Operators and columns are words like others.
    ("a OR b", #""a"* "OR"* "b"*"#), ("NEAR(a b)", #""NEAR(a"* "b)"*"#), ("text:a*", #""text:a*"*"#), ("-a", #""-a"*"#),
  ])
  func isAnExpressionOfStrings(typed: String, expression: String) {
    #expect(SearchQuery(typed)?.expression == expression)
  }

  @Test(arguments: ["", " ", "\"", "\"\"", "***", "- -", "\u{0}", "😀"])
  func hasNothingToLookFor(typed: String) {
    #expect(SearchQuery(typed) == nil)
  }

  @Test func hasALimit() {
    #expect(SearchQuery(String(repeating: "a", count: SearchQuery.longest)) != nil)
    #expect(SearchQuery(String(repeating: "a", count: SearchQuery.longest + 1)) == nil)
    #expect(SearchQuery("e" + String(repeating: "\u{301}", count: SearchQuery.longest)) == nil)
  }
}
