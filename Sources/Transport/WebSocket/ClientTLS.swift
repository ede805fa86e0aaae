public import NIOSSL

/// Whom a `wss:` client trusts. Made once and used for many connections: reading the system's certificates takes
/// longer than a handshake.
public struct ClientTLS: Sendable {
  let context: NIOSSLContext

  /// Trusts what the system trusts.
  public static let system = Result { try ClientTLS(.makeClientConfiguration()) }

  /// Trusts the certificates of a PEM file, and no others.
  public init(trustingFile path: String) throws {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path))
    try self.init(configuration)
  }

  /// A configuration of the caller's own.
  public init(_ configuration: TLSConfiguration) throws { context = try NIOSSLContext(configuration: configuration) }
}
