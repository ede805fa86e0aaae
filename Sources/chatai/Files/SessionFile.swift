import ChatProtocol
import FoundationEssentials
import Headless
import Transport

/// What a login leaves behind. It holds the tokens, and so is never shown.
struct StoredSession: Sendable {
  /// Where.
  var server: ServerAddress
  /// As whom.
  var email: String
  /// The tokens.
  var tokens: AccountTokens
  /// The certificates that the login named; nil for none.
  var trust: TrustFiles?
  /// What logs in again by itself; nil for nothing.
  var secret: LoginSecret?
}

/// The session of a profile on disk.
struct SessionFile: Sendable {
  private let profile: Profile

  private struct Content: Codable {
    var server: String
    var email: String
    var tokens: AccountTokens
    var trust: TrustFiles?
    var secret: LoginSecret?
  }

  init(_ profile: Profile) {
    self.profile = profile
  }

  /// The file whose lock whoever renews or replaces the tokens holds.
  var lockPath: String { profile.session + ".lock" }

  /// The session.
  ///
  /// - Throws: `CommandFailure` that tells how to log in.
  func read() throws -> StoredSession {
    let bytes: [UInt8]
    do {
      bytes = try PrivateFile.read(profile.session)
    } catch  where error.isMissingFile {
      throw CommandFailure("you are not logged in\(inProfile): \(advice)", status: .signedOut)
    } catch {
      throw CommandFailure("cannot read the session: \(error)")
    }
    guard let content = try? JSONDecoder().decode(Content.self, from: Data(bytes)),
      let server = try? ServerAddress(content.server)
    else {
      throw CommandFailure(
        "the session in \(profile.session) cannot be read; log in again: \(advice)", status: .signedOut)
    }
    return StoredSession(
      server: server, email: content.email, tokens: content.tokens, trust: content.trust,
      secret: content.secret)
  }

  /// Keeps a session.
  func write(_ session: StoredSession) throws {
    let content = Content(
      server: session.server.url, email: session.email, tokens: session.tokens, trust: session.trust,
      secret: session.secret)
    do {
      try PrivateFile.write(try JSONEncoder().encode(content), to: profile.session)
    } catch {
      throw CommandFailure("cannot keep the session: \(error)")
    }
  }

  /// Forgets the session.
  func remove() throws {
    do {
      try PrivateFile.remove(profile.session)
    } catch {
      throw CommandFailure("cannot forget the session: \(error)")
    }
  }

  private var inProfile: String {
    profile.name == ProfileOption.standardName ? "" : " in the profile \"\(profile.name)\""
  }

  private var advice: String {
    let option = profile.name == ProfileOption.usualName ? "" : " --profile \(profile.name)"
    return "chatai login --server URL --email ADDRESS --password-stdin" + option
  }
}
