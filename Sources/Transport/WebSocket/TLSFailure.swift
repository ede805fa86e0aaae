import Glibc
import NIOSSL

/// Why there is no secure connection.
public enum TLSFailure: Error, Hashable, Sendable {
  /// The certificate's time is over; the seconds since 1970 when it ended.
  case expired(since: Int)
  /// The certificate's time has not come, or this machine's clock is wrong; the seconds since 1970 when it begins.
  case notYetValid(until: Int)
  /// The certificate vouches for itself and is not among those trusted.
  case selfSigned
  /// The certificate leads to no authority that is trusted here.
  case unknownAuthority(issuer: String?)
  /// The certificate is for other hosts: those.
  case wrongName([String])
  /// The peer does not speak TLS on this port.
  case notTLS
  /// The peer ended the connection in the middle of the handshake.
  case ended
  /// The peer refused with this alert (RFC 8446, section 6.2), in words.
  case alert(String)
  /// Anything else, as the library has it.
  case other(String)

  /// What an error of NIOSSL means; nil for any other error.
  ///
  /// - Parameters:
  ///   - certificate: the peer's own certificate, if it has sent one.
  ///   - now: the seconds since 1970.
  init?(_ error: any Error, certificate: NIOSSLCertificate?, now: Int = time(nil)) {
    switch error {
    case let error as NIOSSLExtraError where error == .failedToValidateHostname:
      self = .wrongName(certificate.flatMap(TLSFailure.summary)?.names ?? [])
    case NIOSSLError.handshakeFailed(.sslError(let stack)), BoringSSLError.sslError(let stack):
      self.init(words: stack.map(\.description).joined(separator: " "), certificate: certificate, now: now)
    case NIOSSLError.uncleanShutdown, NIOSSLError.handshakeFailed(.zeroReturn),
      NIOSSLError.handshakeFailed(.syscallError):
      self = .ended
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: self = .other(String(describing: error))
    default: return nil
    }
  }

  private init(words: String, certificate: NIOSSLCertificate?, now: Int) {
    if words.contains("CERTIFICATE_VERIFY_FAILED") {
      self.init(untrusted: certificate, now: now)
    } else if words.contains("WRONG_VERSION_NUMBER") || words.contains("HTTP_REQUEST") {
      self = .notTLS
    } else if words.contains("EOF during handshake") {
      self = .ended
    } else if let alert = TLSFailure.alerts.first(where: { words.contains($0.mark) }) {
      self = .alert(alert.words)
    } else {
      self = .other(words)
    }
  }

  /// BoringSSL does not say why it takes a certificate for bad; its dates and its issuer do.
  private init(untrusted certificate: NIOSSLCertificate?, now: Int) {
    let summary = certificate.flatMap(TLSFailure.summary)
    if let certificate, certificate.notValidAfter < now {
      self = .expired(since: certificate.notValidAfter)
    } else if let certificate, certificate.notValidBefore > now {
      self = .notYetValid(until: certificate.notValidBefore)
    } else if summary?.isSelfIssued == true {
      self = .selfSigned
    } else {
      self = .unknownAuthority(issuer: summary?.issuer)
    }
  }

  private static func summary(_ certificate: NIOSSLCertificate) -> CertificateSummary? {
    (try? certificate.toDERBytes()).flatMap(CertificateSummary.init(der:))
  }

  /// What BoringSSL calls the alerts that a client meets.
  private static let alerts: [(mark: String, words: String)] = [
    ("ALERT_CERTIFICATE_REQUIRED", "it requires a client certificate"),
    ("ALERT_UNKNOWN_CA", "it does not know the authority of the client certificate"),
    ("ALERT_BAD_CERTIFICATE", "it does not take the client certificate"),
    ("ALERT_UNSUPPORTED_CERTIFICATE", "it does not take this kind of client certificate"),
    ("ALERT_CERTIFICATE_REVOKED", "the client certificate has been revoked"),
    ("ALERT_CERTIFICATE_EXPIRED", "the client certificate has expired"),
    ("ALERT_CERTIFICATE_UNKNOWN", "it does not take the client certificate"),
    ("ALERT_ACCESS_DENIED", "it denies access"),
    ("ALERT_UNRECOGNIZED_NAME", "it does not serve this host"),
    ("ALERT_PROTOCOL_VERSION", "it speaks no version of TLS that is spoken here"),
    ("ALERT_INSUFFICIENT_SECURITY", "it asks for stronger encryption than is spoken here"),
    (
      "ALERT_HANDSHAKE_FAILURE",
      "it and this end have no way of encrypting in common, or it requires a client certificate"
    ),
    ("ALERT_NO_RENEGOTIATION", "it does not renegotiate"),
    ("ALERT_INTERNAL_ERROR", "it has an internal error"),
    ("UNSUPPORTED_PROTOCOL", "it speaks no version of TLS that is spoken here"),
  ]
}

extension TLSFailure: CustomStringConvertible {
  /// The reason, in words that follow the host's name and a colon.
  public var description: String {
    switch self {
    case .expired(let time): "its certificate expired on \(TLSFailure.date(time))"
    case .notYetValid(let time):
      "its certificate is not valid before \(TLSFailure.date(time)); is this machine's clock right?"
    case .selfSigned: "its certificate is self-signed and not among those trusted here"
    case .unknownAuthority(let issuer?): "its certificate was issued by \"\(issuer)\", which is not trusted here"
    case .unknownAuthority(nil): "its certificate is not trusted here"
    case .wrongName(let names):
      names.isEmpty
        ? "its certificate is for another host"
        : "its certificate is for \(names.prefix(5).joined(separator: ", ")), not for this host"
    case .notTLS: "it does not speak TLS on this port (plain HTTP, perhaps: ws:// or http://)"
    case .ended: "it ended the connection in the middle of the TLS handshake"
    case .alert(let words): words
    case .other(let words): words
    }
  }

  /// The day, in universal time.
  private static func date(_ seconds: Int) -> String {
    var time = time_t(seconds)
    var parts = tm()
    guard gmtime_r(&time, &parts) != nil else { return "an unknown day" }
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
  }
}
