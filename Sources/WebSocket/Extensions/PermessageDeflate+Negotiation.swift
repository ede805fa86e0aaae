extension PermessageDeflate {
  // MARK: Server

  /// A server's choice among a client's offers: the first one it can keep (RFC 7692, section 5.2).
  ///
  /// - Parameters:
  ///   - offers: `UpgradeRequest.extensions`; other extensions among them are passed over.
  ///   - configuration: what this end can do and wants.
  /// - Returns: the agreement, to be given both to `UpgradeRequest.acceptance(subprotocol:deflate:fields:)` and to the
  ///   connection; nil when nothing is to be compressed.
  public static func accept(
    _ offers: [WebSocketExtension], configuration: Configuration = Configuration()
  ) -> PermessageDeflate? {
    for offer in offers where offer.name == name {
      // An offer with a fault is declined, and the next one is looked at (section 7.1).
      guard let parameters = try? Parameters(offer, isResponse: false) else { continue }
      if let agreement = PermessageDeflate(accepting: parameters, configuration: configuration) { return agreement }
    }
    return nil
  }

  /// nil when the offer binds this end to what it cannot do.
  private init?(accepting offer: Parameters, configuration: Configuration) {
    var answer = Parameters()
    answer.serverNoContextTakeover = offer.serverNoContextTakeover || !configuration.keepsContext
    answer.clientNoContextTakeover = offer.clientNoContextTakeover || !configuration.peerKeepsContext

    // The server's window is the one this end compresses with: an offer of 8 bits is declined. A limit that was not
    // offered may be named too, and lets the client hold a smaller window (section 7.1.2.1).
    let window = min(configuration.windowBits.asCompressorWindow, offer.serverMaxWindowBits ?? 15)
    guard PermessageDeflate.compressorWindows.contains(window) else { return nil }
    if offer.serverMaxWindowBits != nil || window < 15 { answer.serverMaxWindowBits = window }

    // The client's window binds its compressor and this end's inflater. A client that hints at 8 bits is not held to
    // them, for its zlib may not keep the promise: no limit is named, and the widest window is inflated
    // (section 7.1.2.2).
    var peerWindow = 15
    let hint: Int? =
      switch offer.clientMaxWindowBits {
      case .unlimited: 15
      case .bits(let bits): bits
      case nil: nil
      }
    if let hint, PermessageDeflate.compressorWindows.contains(hint) {
      peerWindow = min(configuration.peerWindowBits.asCompressorWindow, hint)
      answer.clientMaxWindowBits = .bits(peerWindow)
    }

    parameters = answer
    deflater = configuration.deflater(windowBits: window, keepsContext: !answer.serverNoContextTakeover)
    inflater = Inflater.Settings(windowBits: peerWindow, keepsContext: !answer.clientNoContextTakeover)
  }

  /// What the server's 101 says.
  var response: WebSocketExtension { parameters.element }

  // MARK: Client

  /// A client's offers, the dearest first. The second one is for servers that cannot limit their window: some know no
  /// parameters at all and accept the extension's name, which is no answer to the first offer.
  static func offers(_ configuration: Configuration) -> [Parameters] {
    var offer = Parameters()
    offer.serverNoContextTakeover = !configuration.peerKeepsContext
    offer.clientNoContextTakeover = !configuration.keepsContext
    offer.clientMaxWindowBits = .unlimited
    let peerWindow = configuration.peerWindowBits.asCompressorWindow
    guard peerWindow < 15 else { return [offer] }
    var limited = offer
    limited.serverMaxWindowBits = peerWindow
    return [limited, offer]
  }

  /// A client's judgement of what the server has accepted.
  ///
  /// - Throws: `unexpectedExtension` for one that was not offered, or a second one; `invalidDeflate` for a response
  ///   that answers none of the offers.
  static func judge(
    _ response: [WebSocketExtension], configuration: Configuration?
  ) throws(HandshakeError) -> PermessageDeflate? {
    guard let first = response.first else { return nil }
    guard let configuration, first.name == name else { throw .unexpectedExtension(first.name) }
    guard response.count == 1 else { throw .unexpectedExtension(response[1].name) }
    do throws(Fault) {
      return try PermessageDeflate(answeredBy: first, configuration: configuration)
    } catch {
      throw .invalidDeflate(error)
    }
  }

  private init(answeredBy response: WebSocketExtension, configuration: Configuration) throws(Fault) {
    let answer = try Parameters(response, isResponse: true)
    var fault: Fault?
    for offer in PermessageDeflate.offers(configuration) {
      do throws(Fault) {
        try answer.check(against: offer)
        fault = nil
        break
      } catch {
        fault = fault ?? error
      }
    }
    if let fault { throw fault }

    // The client's window is the one this end compresses with.
    var window = configuration.windowBits.asCompressorWindow
    if case .bits(let limit) = answer.clientMaxWindowBits { window = min(window, limit) }
    guard PermessageDeflate.compressorWindows.contains(window) else { throw .unsupportedWindow }

    parameters = answer
    deflater = configuration.deflater(
      windowBits: window, keepsContext: configuration.keepsContext && !answer.clientNoContextTakeover)
    inflater = Inflater.Settings(
      windowBits: PermessageDeflate.inflaterWindow(for: answer.serverMaxWindowBits ?? 15),
      keepsContext: !answer.serverNoContextTakeover)
  }
}
