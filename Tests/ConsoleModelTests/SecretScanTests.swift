import Testing

@testable import ConsoleModel

@Suite("What looks like a secret")
struct SecretScanTests {
  @Test(
    arguments: [
      ("my card is 4111 1111 1111 1111 thanks", .card), ("4111-1111-1111-1111", .card), ("378282246310005", .card),
      ("5555555555554444.", .card), ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn", .privateKey),
      ("use ghp_16C7e42F292c6912E7710c838347Ae178B4a", .token), ("AKIAIOSFODNN7EXAMPLE is the key", .token),
      ("key=sk-proj4f9a8b7c6d5e4f3a2b1c", .token), ("xoxb-123456789012-abcdefGHIJKL", .token),
      ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY0123", .token),
      ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r", .webToken),
      ("token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r", .webToken),
      ("password=hunter22", .password), ("DB_PASSWORD:geheim!", .password), ("пароль:секрет1", .password),
      ("look at http://10.1.2.3:8080/admin", .address), ("(192.168.0.17)", .address), ("172.20.1.1", .address),
      ("ssh root@db1.prod.internal", .address), ("https://wiki.corp/page?x=1", .address),
    ] as [(String, SecretScan.Finding.Kind)])
  func found(_ text: String, _ kind: SecretScan.Finding.Kind) throws {
    let findings = SecretScan.findings(in: text)
    #expect(findings.map(\.kind) == [kind])
    // What is shown of it is not it.
    #expect(findings.allSatisfy { $0.excerpt.count <= 12 && !$0.excerpt.isEmpty })
  }

  @Test(arguments: [
    "", "Hello Ana, your order 7781 is on its way", "order 1234567890123456", "tel. +49 30 1234567 890123",
    "4111 1111 1111 1112", "0000 0000 0000 0000", "2026-12-01 10:30:00", "8.8.8.8", "172.32.0.1", "version 10.1.2",
    "https://example.com/a/very/long/path/that-goes-on-and-on/with/Many0Parts1And2Digits3", "password: ask me",
    "eyJust kidding", "sk-short", "Donaudampfschifffahrtsgesellschaftskapitänsmütze", "local", "see .local",
    "the token is in your mail", "日本語のテキスト", "isbn 978-3-16-148410-0", String(repeating: "9", count: 400),
  ])
  func notFound(_ text: String) {
    #expect(SecretScan.findings(in: text) == [])
  }

  @Test func eachKindOnceInOrder() {
    let findings = SecretScan.findings(in: "10.0.0.1 10.0.0.2 4111111111111111 password=abcdefgh")
    #expect(findings.map(\.kind) == [.card, .password, .address])
    #expect(findings.map(\.excerpt) == ["411111…", "abcd…", "10.0…"])
  }

  /// A reply of ten thousand characters is looked at between two frames.
  @Test func itIsQuick() {
    let text = String(repeating: "4111 1111 11 a.b.c.d {[(<eyJ.eyJ. ", count: 300)
    let time = ContinuousClock().measure { _ = SecretScan.findings(in: text) }
    #expect(time < .milliseconds(500))
  }
}
