import Glibc
import NIOCore
public import NIOSSL

/// Whom a `wss:` client trusts, and as whom it shows itself. Made once and used for many connections: reading the
/// system's certificates takes longer than a handshake.
///
/// There is no way to skip the verification of the server's certificate and name, but by a `TLSConfiguration` of one's
/// own.
public struct ClientTLS: Sendable {
  /// Why files cannot be used.
  public enum FileError: Error, Hashable, Sendable {
    /// It is missing or may not be read; the system's reason.
    case unreadable(path: String, reason: String)
    /// It holds no certificate in PEM.
    case noCertificate(path: String)
    /// It holds no private key in PEM, or one that a passphrase protects.
    case noKey(path: String)
    /// The key belongs to another certificate.
    case keyMismatch(certificate: String, key: String)
  }

  let configuration: TLSConfiguration
  let context: NIOSSLContext

  /// Trusts what the system trusts.
  public static let system = Result { try ClientTLS(.makeClientConfiguration()) }

  /// Trusts the certificates of a PEM file, and no others.
  ///
  /// - Throws: `FileError`.
  public init(trustingFile path: String) throws { try self.init(authorities: path) }

  /// Trusts the certificates of one PEM file and shows that of another.
  ///
  /// - Parameters:
  ///   - authorities: the certificates that are trusted, in PEM, and no others, as with curl's `--cacert`; nil means
  ///     what the system trusts.
  ///   - certificate: the client's own certificate, the intermediate ones behind it, in PEM; nil means none.
  ///   - key: its private key in PEM, without a passphrase; nil means that it stands in the certificate's file.
  /// - Throws: `FileError`.
  public init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) throws {
    var configuration = TLSConfiguration.makeClientConfiguration()
    if let authorities { configuration.trustRoots = .certificates(try ClientTLS.certificates(authorities)) }
    if let certificate {
      configuration.certificateChain = try ClientTLS.certificates(certificate).map { .certificate($0) }
      configuration.privateKey = .privateKey(try ClientTLS.privateKey(key ?? certificate))
    }
    do {
      try self.init(configuration)
    } catch {
      guard let certificate else { throw error }
      throw FileError.keyMismatch(certificate: certificate, key: key ?? certificate)
    }
  }

  /// A configuration of the caller's own.
  public init(_ configuration: TLSConfiguration) throws {
    self.configuration = configuration
    context = try NIOSSLContext(configuration: configuration)
  }

  /// The same trust without the client's certificate, which is not for every host.
  func withoutIdentity() throws -> ClientTLS {
    guard !configuration.certificateChain.isEmpty else { return self }
    var configuration = configuration
    configuration.certificateChain = []
    configuration.privateKey = nil
    return try ClientTLS(configuration)
  }

  /// A handler for a connection to a host.
  func makeHandler(host: String) throws -> NIOSSLClientHandler {
    // An address is checked against the certificate by NIOSSL itself; as a server name it would be an error.
    let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
    return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
  }

  private static func certificates(_ path: String) throws -> [NIOSSLCertificate] {
    try checkReadable(path)
    let certificates = try? NIOSSLCertificate.fromPEMFile(path)
    guard let certificates, !certificates.isEmpty else { throw FileError.noCertificate(path: path) }
    return certificates
  }

  private static func privateKey(_ path: String) throws -> NIOSSLPrivateKey {
    try checkReadable(path)
    do {
      // A passphrase is never asked for: there may be nobody at the terminal.
      return try NIOSSLPrivateKey(file: path, format: .pem) { setPassphrase in setPassphrase([UInt8]()) }
    } catch {
      throw FileError.noKey(path: path)
    }
  }

  private static func checkReadable(_ path: String) throws {
    guard access(path, R_OK) == 0 else {
      throw FileError.unreadable(path: path, reason: String(cString: strerror(errno)))
    }
  }
}

extension ClientTLS.FileError: CustomStringConvertible {
  /// A sentence for a person.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .noCertificate(let path): "\(path) holds no certificate in PEM"
    case .noKey(let path): "\(path) holds no private key in PEM that needs no passphrase"
    case .keyMismatch(let certificate, let key): "the key in \(key) is not that of the certificate in \(certificate)"
    }
  }
}
