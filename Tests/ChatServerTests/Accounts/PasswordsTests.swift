import Synchronization
import Testing

@testable import ChatServer

@Suite struct PasswordsTests {
  /// Cheap: the rules are the same at any cost.
  private let passwords = Passwords(cost: Passwords.Cost(logRounds: 4, blockSize: 1, parallelism: 1))

  @Test func opensWithTheRightPasswordOnly() async throws {
    let hash = try await passwords.hash("correct horse")
    #expect(await passwords.verify("correct horse", against: hash))
    for wrong in [
      "", " ", "correct hors", "correct horse ", "Correct horse", "correct horse\u{0}",
      String(repeating: "x", count: 1_000_000),
    ] {
      #expect(await !passwords.verify(wrong, against: hash))
    }
  }

  @Test func theSamePasswordNeverHashesTheSame() async throws {
    #expect(try await passwords.hash("correct horse") != passwords.hash("correct horse"))
  }

  @Test func theHashCarriesItsCost() async throws {
    let hash = try await passwords.hash("correct horse")
    #expect(hash.encoded.hasPrefix("$scrypt$ln=4,r=1,p=1$"))
    #expect(await Passwords(cost: .standard).verify("correct horse", against: hash))
  }

  @Test func agreesWithAnotherScrypt() async {
    // Python's hashlib.scrypt(b"correct horse", salt=b"0123456789abcdef", n=16, r=1, p=1, dklen=32).
    let hash = PasswordHash(
      encoded: "$scrypt$ln=4,r=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$2nYYR1WNiVIE4oqKrxPuQubql1AU4+laWwCM1jFvCJc")
    #expect(await passwords.verify("correct horse", against: hash))
  }

  @Test func composedAndDecomposedAreOnePassword() async throws {
    let hash = try await passwords.hash("caf\u{E9} au lait")
    #expect(await passwords.verify("cafe\u{301} au lait", against: hash))
  }

  @Test func nothingOpensWithoutAHashOrWithABrokenOne() async {
    #expect(await !passwords.verify("correct horse", against: nil))
    let good = "MDEyMzQ1Njc4OWFiY2RlZg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    for broken in [
      "", "$", "$$$$", "plain", "$bcrypt$ln=4,r=1,p=1$" + good, "$scrypt$ln=4,r=1$" + good,
      "$scrypt$ln=99,r=1,p=1$" + good,
      "$scrypt$ln=4,r=999,p=1$" + good, "$scrypt$ln=-1,r=1,p=1$" + good, "$scrypt$ln=4,r=1,p=1,x=1$" + good,
      "$scrypt$ln=4,r=1,p=1$!!$!!", "$scrypt$ln=4,r=1,p=1$$", "$scrypt$ln=4,r=1,p=1$" + good + "$",
    ] {
      #expect(await !passwords.verify("correct horse", against: PasswordHash(encoded: broken)), "\(broken)")
    }
  }

  @Test func aNewPasswordHasALengthToKeep() async throws {
    for bad in ["", "seven77", "eight888\u{0}", String(repeating: "x", count: 1025)] {
      await #expect(throws: StoreError.self) { try await passwords.hash(bad) }
    }
    await #expect(throws: Never.self) { try await passwords.hash("eight888") }
    await #expect(throws: Never.self) { try await passwords.hash(String(repeating: "x", count: 1024)) }
  }

  /// An unknown account must not answer faster. Counted in work, not in time: each check is one derivation of one cost.
  @Test func anUnknownAccountCostsAsMuch() async throws {
    let hash = try await passwords.hash("correct horse")
    let cost = Passwords.Cost(logRounds: 4, blockSize: 1, parallelism: 1)
    let work = Mutex<[Passwords.Cost]>([])
    let counted = Passwords(cost: cost) { password, _, cost, count in
      #expect(!password.isEmpty && password.utf8.count <= Passwords.longestPassword)
      work.withLock { $0.append(cost) }
      return [UInt8](repeating: 0, count: count)
    }
    // The derivation gives the decoy's own key: not even that opens anything.
    for (password, hash) in [
      ("wrong", hash), ("wrong", nil), ("", hash), ("", nil), (String(repeating: "x", count: 100_000), nil),
      ("a\u{0}", nil),
      ("wrong", PasswordHash(encoded: "broken")),
    ] {
      #expect(await !counted.verify(password, against: hash))
      #expect(work.withLock { $0 } == [cost])
      work.withLock { $0 = [] }
    }
  }

  @Test func aHashShowsNowhere() async throws {
    let hash = try await passwords.hash("correct horse")
    var dumped = ""
    dump(hash, to: &dumped)
    for text in ["\(hash)", String(reflecting: hash), dumped] {
      #expect(!text.contains("scrypt"))
    }
  }
}
