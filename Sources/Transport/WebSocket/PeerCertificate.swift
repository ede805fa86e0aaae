import NIOSSL

/// What a server's certificate says of itself (RFC 5280, section 4.1).
public struct PeerCertificate: Hashable, Sendable {
  /// Who issued it: the common name, or the organisation; nil for neither. No control characters.
  public let issuer: String?
  /// The host names it is for.
  public let names: [String]
  /// When its time begins, in seconds since 1970.
  public let notBefore: Int
  /// When its time is over, in seconds since 1970.
  public let notAfter: Int

  init?(_ certificate: NIOSSLCertificate) {
    guard let bytes = try? certificate.toDERBytes(), let summary = CertificateSummary(der: bytes) else { return nil }
    issuer = summary.issuer
    names = summary.names
    notBefore = Int(certificate.notValidBefore)
    notAfter = Int(certificate.notValidAfter)
  }
}
