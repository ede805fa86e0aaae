import ArgumentParser
import FoundationEssentials
import Transport

/// The options that say how the server is reached. What they name at the login holds for the profile's console, too.
struct NetworkOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Trust the certificates of this PEM file, and no others.", valueName: "file"))
  var caFile: String?

  @Option(help: ArgumentHelp("Show the server this certificate (PEM).", valueName: "file"))
  var clientCertificate: String?

  @Option(
    help: ArgumentHelp(
      "Its private key (PEM, no passphrase), if it is not in the same file.", valueName: "file"))
  var clientKey: String?

  func validate() throws {
    guard clientKey == nil || clientCertificate != nil else {
      throw ValidationError("--client-key needs --client-certificate")
    }
  }

  /// What was named; nil if nothing was.
  var trust: TrustFiles? {
    guard caFile != nil || clientCertificate != nil else { return nil }
    return TrustFiles(
      authorities: caFile.map(Self.absolute), certificate: clientCertificate.map(Self.absolute),
      key: clientKey.map(Self.absolute))
  }

  /// The console may be opened in another folder than the login.
  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}

/// The PEM files of a profile.
struct TrustFiles: Codable, Hashable, Sendable {
  /// Whose certificates are trusted; nil means the system's.
  var authorities: String?
  /// The client's own certificate.
  var certificate: String?
  /// Its key; nil if it is in the certificate's file.
  var key: String?
}

extension ClientNetwork {
  /// What the files say, and the proxies of the environment.
  ///
  /// - Throws: `CommandFailure` that names the file or the variable.
  init(_ files: TrustFiles?) throws {
    do {
      self.init(
        tls: try files.map {
          try ClientTLS(authorities: $0.authorities, certificate: $0.certificate, key: $0.key)
        },
        proxies: try ProxyConfiguration(environment: ProcessInfo.processInfo.environment))
    } catch {
      throw CommandFailure("\(error)")
    }
  }
}
