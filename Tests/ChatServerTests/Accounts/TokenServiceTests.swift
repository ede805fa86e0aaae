import ChatProtocol
import Crypto
import Foundation
import Testing

@testable import ChatServer

@Suite struct TokenServiceTests {
  private static let key = [UInt8](repeating: 7, count: 32)
  private let now = Timestamp(milliseconds: 1_700_000_000_500)
  private let user = User(id: 42, email: "ann@example.com", role: .operator, firstName: nil, lastName: nil)

  /// The login that the pairs belong to.
  private var session: LoginSession {
    LoginSession(
      id: 5, userID: 42, currentTokenID: "first", rotatedAt: now, expiresAt: now.advanced(by: .seconds(60)))
  }

  private func service(key: [UInt8] = TokenServiceTests.key) async throws -> TokenService {
    await TokenService(secret: try #require(TokenSecret(bytes: key)))
  }

  private func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// A token made by hand, so that it can be wrong in any way.
  private func token(
    header: String = #"{"alg":"HS256","typ":"JWT"}"#, claims: [String: any Sendable] = [:],
    key: [UInt8] = TokenServiceTests.key
  ) throws -> String {
    let standard: [String: any Sendable] = [
      "sub": "42", "email": "ann@example.com", "type": "access", "exp": 1_700_000_100, "iat": 1_700_000_000,
    ]
    let payload = standard.merging(claims) { $1 }.filter { !($0.value is NSNull) }
    let signed =
      base64URL(header.utf8) + "."
      + base64URL(try JSONSerialization.data(withJSONObject: payload, options: .sortedKeys))
    let signature = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: key))
    return signed + "." + base64URL(signature)
  }

  private func refusal(_ token: String, as kind: TokenKind = .access, at time: Timestamp? = nil) async throws
    -> TokenError?
  {
    do {
      _ = try await service().verify(token, as: kind, at: time ?? now)
      return nil
    } catch let error as TokenError {
      return error
    }
  }

  @Test func whatItMakesItTakes() async throws {
    let service = try await service()
    let pair = try await service.issuePair(for: user, session: session, at: now)
    let access = try await service.verify(pair.accessToken, as: .access, at: now)
    #expect(access.userID == 42 && access.email == "ann@example.com" && access.sessionID == 5)
    #expect(access.expiresAt == Timestamp(milliseconds: 1_700_003_600_000))
    let refreshToken = try #require(pair.refreshToken)
    let refresh = try await service.verify(refreshToken, as: .refresh, at: now)
    #expect(refresh.sessionID == 5 && refresh.tokenID == "first")
    #expect(refresh.expiresAt == Timestamp(milliseconds: (1_700_000_000 + 30 * 86_400) * 1000))
    // Two tokens of the same second differ.
    #expect(try await service.issue(.access, for: user, at: now) != pair.accessToken)
  }

  @Test func theClaimsAreThoseOfTheContract() async throws {
    let parts = try await service().issue(.access, for: user, at: now).split(separator: ".").map(String.init)
    func object(_ part: String) throws -> [String: Any] {
      let base64 = part.replacing("-", with: "+").replacing("_", with: "/")
      let data = try #require(Data(base64Encoded: base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4)))
      return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
    #expect(parts.count == 3)
    #expect(try object(parts[0])["alg"] as? String == "HS256")
    let claims = try object(parts[1])
    #expect(claims["sub"] as? String == "42")
    #expect(claims["email"] as? String == "ann@example.com")
    #expect(claims["type"] as? String == "access")
    #expect(claims["exp"] as? Int == 1_700_003_600)
    #expect(claims["iat"] as? Int == 1_700_000_000)
    #expect(claims["jti"] is String)
  }

  @Test func aTokenMadeByHandIsTakenIfItIsRight() async throws {
    #expect(try await refusal(token()) == nil)
    #expect(try await refusal(token(claims: ["nbf": 1_700_000_000])) == nil)
    #expect(try await refusal(token(header: #"{"alg":"HS256"}"#)) == nil)
    #expect(try await refusal(token(claims: ["exp": Int64.max])) == nil)
  }

  @Test func theTimesAreKeptToTheSecond() async throws {
    let made = try token()
    func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }
    #expect(try await refusal(made, at: at(1_700_000_099_999)) == nil)
    #expect(try await refusal(made, at: at(1_700_000_100_000)) == .expired)
    let later = try token(claims: ["nbf": 1_700_000_050])
    #expect(try await refusal(later, at: at(1_700_000_049_999)) == .notYetValid)
    #expect(try await refusal(later, at: at(1_700_000_050_000)) == nil)
  }

  @Test func oneKindIsNotTakenForTheOther() async throws {
    let pair = try await service().issuePair(for: user, session: session, at: now)
    #expect(try await refusal(pair.accessToken, as: .refresh) == .wrongKind)
    #expect(try await refusal(try #require(pair.refreshToken), as: .access) == .wrongKind)
    #expect(try await refusal(token(claims: ["type": "admin"])) == .wrongKind)
    // An expired refresh token is not told to be expired where an access token is due.
    #expect(try await refusal(token(claims: ["type": "refresh", "exp": 1])) == .wrongKind)
  }

  @Test func noOtherAlgorithmIsTaken() async throws {
    for header in [
      #"{"alg":"none"}"#, #"{"alg":"None"}"#, #"{"alg":"HS384"}"#, #"{"alg":"hs256"}"#, #"{"alg":"RS256"}"#,
      #"{"alg":""}"#,
      #"{"typ":"JWT"}"#, #"{"alg":null}"#, #"{"alg":["HS256"]}"#, #"{"alg":"HS256","crit":["exp"]}"#, "[]", "",
      "nonsense",
    ] {
      let signed = try token(header: header)
      #expect(try await refusal(signed) == .invalid, "\(header)")
      // And without a signature, as `none` would have it.
      let unsigned = signed.split(separator: ".", omittingEmptySubsequences: false).prefix(2).joined(separator: ".")
      #expect(try await refusal(unsigned + ".") == .invalid, "\(header) unsigned")
      #expect(try await refusal(unsigned) == .invalid, "\(header) in two parts")
    }
  }

  @Test func anotherKeyIsNotTaken() async throws {
    #expect(try await refusal(token(key: [UInt8](repeating: 8, count: 32))) == .invalid)
    #expect(try await refusal(token(key: [])) == .invalid)
    let foreign = try await service(key: [UInt8](repeating: 9, count: 32)).issue(.access, for: user, at: now)
    #expect(try await refusal(foreign) == .invalid)
    // Even if it is expired: only a token of ours is told so.
    #expect(try await refusal(token(claims: ["exp": 1], key: [1])) == .invalid)
  }

  @Test func nothingThatWasChangedIsTaken() async throws {
    let good = try token()
    for index in good.indices.filter({ good[$0] != "." }).dropLast() {
      var changed = good
      changed.replaceSubrange(index...index, with: good[index] == "A" ? "B" : "A")
      #expect(try await refusal(changed) != nil, "character \(good.distance(from: good.startIndex, to: index))")
    }
    // Another's claims under one's own signature.
    let mine = try token().split(separator: ".")
    let other = try token(claims: ["sub": "1"]).split(separator: ".")
    #expect(try await refusal("\(mine[0]).\(other[1]).\(mine[2])") == .invalid)
  }

  @Test func whatIsNoTokenIsRefused() async throws {
    for text in ["", ".", "..", "...", "a.b.c", "a.b.c.d", "🙂.🙂.🙂", "\u{0}", String(repeating: "A", count: 1_000_000)] {
      #expect(try await refusal(text) == .invalid)
    }
    #expect(try await refusal(token() + ".") == .invalid)
    #expect(try await refusal(token() + " ") != nil)
    let missing: [String: any Sendable] = ["sub": NSNull()]
    #expect(try await refusal(token(claims: missing)) == .invalid)
    for claims: [String: any Sendable] in [
      ["sub": 42], ["sub": "ann"], ["sub": "42x"], ["exp": "tomorrow"], ["exp": NSNull()], ["type": NSNull()],
      ["exp": true], ["nbf": "x"],
    ] {
      #expect(try await refusal(token(claims: claims)) == .invalid, "\(claims)")
    }
  }
}

@Suite struct TokenSecretTests {
  @Test func isMadeOnceAndKept() async throws {
    let folder = try TemporaryDirectory()
    let directory = try DataDirectory(path: folder.path)
    let secrets = try await withThrowingTaskGroup(of: Data.self) { group in
      for _ in 0..<8 {
        group.addTask { try TokenSecret.load(from: directory).key.withUnsafeBytes { Data($0) } }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(secrets.count == 1)
    #expect(secrets.first?.count == 32)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["token-secret"])
    let other = try TemporaryDirectory()
    let another = try TokenSecret.load(from: DataDirectory(path: other.path)).key.withUnsafeBytes { Data($0) }
    #expect(!secrets.contains(another))
  }

  @Test func isRefusedWhereOthersCanReadItOrItIsNone() throws {
    let folder = try TemporaryDirectory()
    let directory = try DataDirectory(path: folder.path)
    _ = try TokenSecret.load(from: directory)
    let path = directory.path(of: "token-secret")
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    let error = #expect(throws: PathError.self) { try TokenSecret.load(from: directory) }
    #expect(error?.description.contains("chmod 600") == true)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    for content in ["", "short", "c2hvcnQ=", "not base64 at all, though it is long enough to be a key"] {
      try Data(content.utf8).write(to: URL(filePath: path))
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      let error = #expect(throws: PathError.self) { try TokenSecret.load(from: directory) }
      if !content.isEmpty { #expect(error?.description.contains(content) == false) }
    }
  }

  @Test func showsNowhere() throws {
    let secret = try #require(TokenSecret(bytes: Array(repeating: 0x41, count: 32)))
    var dumped = ""
    dump(secret, to: &dumped)
    for text in ["\(secret)", String(reflecting: secret), dumped] {
      #expect(text.contains("redacted"))
      #expect(!text.contains("65"))
    }
    #expect(TokenSecret(bytes: Array(repeating: 0x41, count: 31)) == nil)
  }
}
