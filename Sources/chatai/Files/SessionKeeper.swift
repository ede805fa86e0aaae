import ChatProtocol
import Glibc
import Logging
import NIOCore
import Transport

/// The tokens of a profile, which a console and any number of headless commands use at the same time.
///
/// A refresh token is good once. So whoever finds the access token refused takes the session's lock, looks into the
/// file, and asks the server only if nobody else has done so meanwhile; the lock is held until the answer is on disk.
struct SessionKeeper: TokenKeeper {
  private let file: SessionFile
  private let server: ServerAddress
  private let email: String?
  private let eventLoop: any EventLoop
  private let logger: Logger?

  /// Longer than a refresh may take.
  private static let patience = Duration.seconds(45)

  /// - Parameters:
  ///   - session: The login that this program uses; another one that the file has by then is not touched.
  ///   - eventLoop: Where the lock is waited for.
  ///   - logger: Hears when the new tokens cannot be kept.
  init(_ file: SessionFile, session: StoredSession, on eventLoop: any EventLoop, logger: Logger? = nil) {
    self.file = file
    server = session.server
    email = session.email
    self.eventLoop = eventLoop
    self.logger = logger
  }

  func renew(
    _ current: AccountTokens, by renew: @Sendable (String) async throws(APIFailure) -> AccountTokens
  ) async throws(APIFailure) -> RenewedTokens {
    let lock: FileLock
    do {
      lock = try await FileLock(file.lockPath, within: Self.patience, on: eventLoop)
    } catch {
      throw .unreachable("the login cannot be renewed: \(error)")
    }
    defer { lock.release() }
    guard var stored = try? file.read(), stored.server == server, stored.email == email else {
      // The file is gone, or another login has taken its place: what this program has is its own affair.
      guard let refreshToken = current.refreshToken else { throw .unauthorized }
      return .made(try await renew(refreshToken))
    }
    var known = current
    if stored.tokens.accessToken != current.accessToken, stored.tokens.isNotOlder(than: current) {
      if TokenClaims(stored.tokens.accessToken)?.isExpired(at: .now) != true { return .found(stored.tokens) }
      known = stored.tokens
    }
    guard let refreshToken = known.refreshToken else { throw .unauthorized }
    let renewed = try await renew(refreshToken)
    stored.tokens = renewed
    do {
      try file.write(stored)
    } catch {
      logger?.error("\(error)")
    }
    return .made(renewed)
  }
}

extension SessionKeeper {
  /// Keeps the tokens of a new login to the same account, for this program's next start and for the others.
  func keep(_ tokens: AccountTokens) async {
    do {
      let lock = try await FileLock(file.lockPath, within: Self.patience, on: eventLoop)
      defer { lock.release() }
      var stored = try file.read()
      guard stored.server == server, stored.email == email else { return }
      stored.tokens = tokens
      try file.write(stored)
    } catch {
      logger?.error("the login is not kept: \(error)")
    }
  }
}

extension AccountTokens {
  /// Whether they were made when others were, or later, as far as they say so. A disk that was full may have kept
  /// older ones.
  fileprivate func isNotOlder(than other: AccountTokens) -> Bool {
    guard let mine = TokenClaims(accessToken)?.expiresAt, let theirs = TokenClaims(other.accessToken)?.expiresAt else {
      return true
    }
    return mine >= theirs
  }
}

/// A lock between programs, on a file of its own (`flock`). It goes with the process, whatever ends it.
final class FileLock: Sendable {
  private let descriptor: Int32

  private static let pause = Duration.milliseconds(20)

  private init(path: String) throws(PrivateFile.Failure) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw PrivateFile.Failure(path: path, number: errno) }
  }

  deinit { close(descriptor) }

  /// Waits for the lock without holding a thread.
  convenience init(_ path: String, within patience: Duration, on eventLoop: any EventLoop) async throws(PrivateFile
    .Failure)
  {
    try self.init(path: path)
    let deadline = ContinuousClock.now + patience
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR, ContinuousClock.now < deadline else {
        throw PrivateFile.Failure(path: path, number: errno == EWOULDBLOCK ? ETIMEDOUT : errno)
      }
      try? await eventLoop.sleep(for: Self.pause)
    }
  }

  /// Waits for the lock on this thread.
  convenience init(waitingFor path: String) throws(PrivateFile.Failure) {
    try self.init(path: path)
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw PrivateFile.Failure(path: path, number: errno) }
    }
  }

  /// Lets the others have it; also done by its end.
  func release() {
    flock(descriptor, LOCK_UN)
  }
}
