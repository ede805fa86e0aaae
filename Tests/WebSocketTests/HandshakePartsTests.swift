import Testing

@testable import WebSocket

@Suite("SHA-1 and base64") struct HandshakePartsTests {
  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  @Test(
    "FIPS 180 and RFC 3174 vectors",
    arguments: [
      ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
      ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
      ),
      (String(repeating: "a", count: 1_000), "291e9a6c66994949b57ba5e650361e98fc36b1ba"),
      (
        String(repeating: "0123456701234567012345670123456701234567012345670123456701234567", count: 10),
        "dea356a2cddd90c7a7ecedc5ebb563934f460452"
      ),
    ])
  func sha1(message: String, digest: String) {
    #expect(hex(SHA1.digest(of: Array(message.utf8))) == digest)
  }

  @Test("Padding at each length around a block") func padding() {
    let digests = (50...70).map { SHA1.digest(of: Array(repeating: 0x61, count: $0)) }
    #expect(Set(digests).count == digests.count)
    #expect(digests.allSatisfy { $0.count == 20 })
    // 64 bytes: the padding fills a block of its own.
    #expect(hex(digests[14]) == "0098ba824b5c16427bd7a1122a5a442a25ec644d")
  }

  @Test(
    "RFC 4648 section 10",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
      ("foobar", "Zm9vYmFy"),
    ])
  func base64(plain: String, encoded: String) {
    #expect(Base64.encode(Array(plain.utf8)) == encoded)
    #expect(Base64.decodedCount(of: encoded) == plain.utf8.count)
  }

  @Test("What is no base64", arguments: ["A", "A===", "====", "AA=A", "Zg==Zg==", "Zm9v\n", "Zm 9", "Zm9_"])
  func notBase64(text: String) {
    #expect(Base64.decodedCount(of: text) == nil)
  }

  @Test("RFC 6455 section 1.3: the key of the example") func accept() {
    #expect(HandshakeKey.accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
  }

  @Test("A random key is 16 bytes and another each time") func randomKey() {
    var generator = CountingGenerator()
    let keys = (0..<10).map { _ in HandshakeKey.random(using: &generator) }
    #expect(Set(keys).count == 10)
    #expect(keys.allSatisfy(HandshakeKey.isValid))
  }

  @Test("Lists go over commas and lines, in any case") func lists() {
    let fields = HeaderFields([("Connection", "keep-alive, Upgrade"), ("connection", " x ,, y")])
    #expect(fields.list("CONNECTION") == ["keep-alive", "Upgrade", "x", "y"])
    #expect(fields.list("Connection", contains: "upgrade"))
    #expect(!fields.list("Connection", contains: "grade"))
    #expect(fields.first("Upgrade") == nil)
    // What follows a comma cannot make another character of it.
    #expect(HeaderFields([("Connection", "keep-alive,\u{301}x, Upgrade")]).list("Connection", contains: "upgrade"))
  }

  @Test(
    "RFC 9110 section 5.6.7: a date in its three forms",
    arguments: [
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
      ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
      ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200), ("Fri, 31 Dec 1999 23:59:59 GMT", 946_684_799),
      ("Tue, 01 Mar 2100 00:00:00 GMT", 4_107_542_400), ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
      ("Sun, 06 Nov 1994 08:49:37 PST", nil), ("Sun, 06 Nov 1994 08:49 GMT", nil), ("Sun, 06 Nov 1994", nil),
      ("Sun, 32 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 Foo 1994 08:49:37 GMT", nil),
      ("Sun, 06 Nov 1994 24:00:00 GMT", nil), ("Sun, 06 Nov 99999 08:49:37 GMT", nil), ("", nil), (",,,,,", nil),
    ] as [(String, Int?)])
  func date(text: String, seconds: Int?) {
    #expect(HTTPDate(text)?.secondsSince1970 == seconds)
  }
}
