import ChatProtocol
import Testing

@testable import Headless

@Suite("What the doctor says")
struct CheckTests {
  @Test(
    "two clocks",
    arguments: [
      (100, 100, Check.Verdict.ok), (103, 100, .ok), (97, 100, .ok), (120, 100, .warn), (80, 100, .warn),
      (400, 100, .fail), (-200, 100, .fail),
    ])
  func clock(server: Int64, here: Int64, verdict: Check.Verdict) {
    let check = Check.clock(server: moment(server), sent: moment(here), received: moment(here))
    #expect(check.verdict == verdict)
    #expect((check.advice == nil) == (verdict == .ok))
    if verdict != .ok { #expect(check.found.contains(server > here ? "behind" : "ahead")) }
  }

  @Test func `A slow answer is no wrong clock`() {
    #expect(Check.clock(server: moment(110), sent: moment(100), received: moment(130)).verdict == .ok)
    #expect(Check.clock(server: nil, sent: moment(0), received: moment(0)).verdict == .skip)
  }

  @Test(
    "the end of a certificate",
    arguments: [(30 * 86_400, Check.Verdict.ok), (13 * 86_400, .warn), (60, .warn)])
  func certificate(left: Int64, verdict: Check.Verdict) {
    let check = Check.certificate(issuer: "CA", names: ["a.example"], notAfter: moment(left), now: moment(0))
    #expect(check.verdict == verdict)
    #expect(check.found.contains("a.example"))
  }

  /// A token that ends at a moment; unsigned, which nobody here looks at.
  private static func token(_ seconds: Int64) -> String {
    // {"exp":…} by hand, so that the test does not lean on the reader's own encoder.
    let json = "{\"exp\":\(moment(seconds).seconds),\"type\":\"access\"}"
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var bits = ""
    for byte in json.utf8 {
      bits += String(repeating: "0", count: 8 - String(byte, radix: 2).count) + String(byte, radix: 2)
    }
    while bits.count % 6 != 0 { bits += "0" }
    var text = ""
    var rest = bits[...]
    while !rest.isEmpty {
      text.append(alphabet[Int(rest.prefix(6), radix: 2) ?? 0])
      rest = rest.dropFirst(6)
    }
    return "h.\(text).s"
  }

  @Test func `Tokens by their ends`() {
    #expect(Check.tokens(access: Self.token(600), refresh: Self.token(9_000_000), now: moment(0)).verdict == .ok)
    #expect(Check.tokens(access: Self.token(-5), refresh: Self.token(9_000_000), now: moment(0)).verdict == .ok)
    #expect(Check.tokens(access: Self.token(600), refresh: Self.token(86_400), now: moment(0)).verdict == .warn)
    let over = Check.tokens(access: Self.token(-900), refresh: Self.token(-5), now: moment(0))
    #expect(over.verdict == .fail && over.status == .signedOut)
    #expect(Check.tokens(access: Self.token(-900), refresh: nil, now: moment(0)).verdict == .fail)
    for odd in ["opaque", "a.b.c", "..", "a.\u{1F600}.c"] {
      #expect(Check.tokens(access: odd, refresh: odd, now: moment(0)).verdict == .ok)
    }
  }

  @Test func `A JWT's claims are read without its key`() {
    let claims = TokenClaims(Self.token(77))
    #expect(claims?.expiresAt == moment(77))
    #expect(claims?.kind == "access")
    #expect(claims?.isExpired(at: moment(77)) == true)
    #expect(claims?.isExpired(at: moment(76)) == false)
  }

  // MARK: The terminal

  private static func checks(
    _ environment: [String: String], size: (Int, Int)? = (120, 40), tmux: [String: String] = [:]
  ) -> [String: Check] {
    let facts = TerminalFacts(environment: environment, size: size.map { (columns: $0.0, rows: $0.1) }, tmux: tmux)
    return Dictionary(Check.terminal(facts).map { ($0.name, $0) }) { $1 }
  }

  @Test(
    "terminals",
    arguments: [
      (["TERM": "xterm-256color", "LANG": "C.UTF-8"], [:]),
      (["TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "de_DE.utf8"], [:]),
      (["TERM": "linux", "LANG": "C.UTF-8"], [:]),
      (["TERM": "xterm", "LANG": "C.UTF-8"], ["colours": Check.Verdict.warn]),
      (["TERM": "xterm", "LANG": "C.UTF-8", "NO_COLOR": "1"], [:]),
      (["TERM": "dumb", "LANG": "C.UTF-8"], ["terminal": .fail, "colours": .warn]),
      (["LANG": "C.UTF-8"], ["terminal": .fail, "colours": .warn]),
      (["TERM": "xterm-256color"], ["locale": .fail]),
      (["TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "POSIX"], ["locale": .fail]),
      (["TERM": "xterm-256color", "LANG": "C.UTF-8", "TMUX": "/tmp/x"], ["terminal": .warn, "tmux": .skip]),
      (["TERM": "screen-256color", "LANG": "C.UTF-8", "STY": "1.x"], ["screen": .warn]),
    ] as [([String: String], [String: Check.Verdict])])
  func terminal(environment: [String: String], troubles: [String: Check.Verdict]) {
    let checks = Self.checks(environment)
    let found = checks.filter { $0.value.verdict != .ok }.mapValues(\.verdict)
    #expect(found == troubles)
    for check in checks.values where check.verdict == .fail { #expect(check.advice != nil) }
  }

  @Test func `A small terminal, and none`() {
    let plain = ["TERM": "xterm-256color", "LANG": "C.UTF-8"]
    #expect(Self.checks(plain, size: (30, 8))["size"]?.verdict == .warn)
    #expect(Self.checks(plain, size: (40, 10))["size"]?.verdict == .ok)
    #expect(Self.checks(plain, size: nil).mapValues(\.verdict) == ["terminal": .skip, "locale": .ok])
  }

  @Test func `tmux says what to set`() {
    let inside = ["TERM": "tmux-256color", "LANG": "C.UTF-8", "TMUX": "/tmp/x"]
    let good = ["allow-passthrough": "on", "focus-events": "on", "escape-time": "10", "set-clipboard": "external"]
    #expect(Self.checks(inside, tmux: good)["tmux"]?.verdict == .ok)
    let usual = ["allow-passthrough": "off", "focus-events": "off", "escape-time": "500", "set-clipboard": "off"]
    let check = Self.checks(inside, tmux: usual)["tmux"]
    #expect(check?.verdict == .warn)
    for option in ["allow-passthrough on", "focus-events on", "escape-time 10", "set-clipboard on"] {
      #expect(check?.advice?.contains(option) == true)
    }
  }

  // MARK: The report

  @Test func `The status is that of the first that fails`() {
    let checks = [
      Check("a", .ok, ""), Check("b", .warn, ""), Check("c", .fail, "", status: .unreachable), Check("d", .fail, ""),
    ]
    #expect(Check.status(of: checks) == .unreachable)
    #expect(Check.status(of: Array(checks.prefix(2))) == .success)
    #expect(Check("x", .fail, "bad \u{1B}[2J", advice: "mend it").lines.count == 2)
    #expect(!Check("x", .fail, "bad \u{1B}[2J").lines[0].unicodeScalars.contains("\u{1B}"))
  }

  @Test func `A server of part 2 that lacks something says what follows`() {
    #expect(Check.capabilities(.partOne).verdict == .ok)
    let some = Capabilities(version: 2, features: ["client-id", "operator-stream", "paging"])
    #expect(Check.capabilities(some).verdict == .warn)
    #expect(Check.capabilities(some).found.contains("precondition"))
    #expect(Check.roundTrip(nil, within: .seconds(10)).verdict == .fail)
    #expect(Check.roundTrip(.milliseconds(40), within: .seconds(10)).verdict == .ok)
    #expect(Check.roundTrip(.seconds(2), within: .seconds(10)).verdict == .warn)
  }
}
