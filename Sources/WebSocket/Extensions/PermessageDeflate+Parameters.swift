extension PermessageDeflate {
  /// The extension's parameters as one offer or response has them (RFC 7692, section 7.1).
  struct Parameters: Hashable, Sendable {
    /// How wide the client's window may be.
    enum ClientWindow: Hashable, Sendable {
      /// The name alone, in an offer: the client can keep to whatever limit the server wants.
      case unlimited
      /// In an offer a hint of what the client will use at most; in a response its limit.
      case bits(Int)
    }

    var serverNoContextTakeover = false
    var clientNoContextTakeover = false
    var serverMaxWindowBits: Int?
    var clientMaxWindowBits: ClientWindow?
  }

  /// What is wrong with a server's response (RFC 7692, sections 5.1 and 7.1).
  public enum Fault: Error, Hashable, Sendable {
    /// A parameter that the extension does not have.
    case unknownParameter(String)
    /// A parameter given twice.
    case repeatedParameter(String)
    /// A parameter with a value where none may be, without one where one must be, or with one out of range.
    case invalidValue(WebSocketExtension.Parameter)
    /// A parameter the server may only answer with when it was offered.
    case unofferedParameter(String)
    /// A parameter of the offer that the response must confirm and does not, or a window wider than the one offered.
    case offerIgnored(String)
    /// A client's window of 8 bits, which zlib cannot compress with.
    case unsupportedWindow
  }
}

extension PermessageDeflate.Fault: CustomStringConvertible {
  /// What is wrong, to end a sentence with.
  public var description: String {
    switch self {
    case .unknownParameter(let name): "the unknown parameter \"\(name)\""
    case .repeatedParameter(let name): "\(name) twice"
    case .invalidValue(let parameter): "\(parameter.name) with the value \"\(parameter.value ?? "")\""
    case .unofferedParameter(let name): "\(name), which was not offered"
    case .offerIgnored(let name): "no heed of the \(name) that was offered"
    case .unsupportedWindow: "a window of 8 bits for the client, which zlib cannot compress with"
    }
  }
}

extension PermessageDeflate.Parameters {
  private typealias Fault = PermessageDeflate.Fault

  private enum Name {
    static let serverNoContextTakeover = "server_no_context_takeover"
    static let clientNoContextTakeover = "client_no_context_takeover"
    static let serverMaxWindowBits = "server_max_window_bits"
    static let clientMaxWindowBits = "client_max_window_bits"
  }

  /// Reads an element of the header.
  ///
  /// - Throws: what makes an offer to be declined and a response to fail the connection.
  init(_ element: WebSocketExtension, isResponse: Bool) throws(PermessageDeflate.Fault) {
    var seen: Set<String> = []
    for parameter in element.parameters {
      guard seen.insert(parameter.name).inserted else { throw .repeatedParameter(parameter.name) }
      switch parameter.name {
      case Name.serverNoContextTakeover, Name.clientNoContextTakeover:
        guard parameter.value == nil else { throw .invalidValue(parameter) }
        if parameter.name == Name.serverNoContextTakeover {
          serverNoContextTakeover = true
        } else {
          clientNoContextTakeover = true
        }
      case Name.serverMaxWindowBits:
        serverMaxWindowBits = try Self.windowBits(parameter)
      case Name.clientMaxWindowBits where parameter.value == nil && !isResponse:
        clientMaxWindowBits = .unlimited
      case Name.clientMaxWindowBits:
        clientMaxWindowBits = .bits(try Self.windowBits(parameter))
      default:
        throw .unknownParameter(parameter.name)
      }
    }
  }

  /// A decimal number from 8 to 15 without leading zeros (RFC 7692, section 7.1.2).
  private static func windowBits(_ parameter: WebSocketExtension.Parameter) throws(PermessageDeflate.Fault) -> Int {
    guard let value = parameter.value, let bits = (8...15).first(where: { String($0) == value }) else {
      throw .invalidValue(parameter)
    }
    return bits
  }

  /// The element of the header that says it.
  var element: WebSocketExtension {
    var parameters: [WebSocketExtension.Parameter] = []
    if serverNoContextTakeover { parameters.append(.init(Name.serverNoContextTakeover)) }
    if clientNoContextTakeover { parameters.append(.init(Name.clientNoContextTakeover)) }
    if let serverMaxWindowBits { parameters.append(.init(Name.serverMaxWindowBits, String(serverMaxWindowBits))) }
    switch clientMaxWindowBits {
    case .unlimited: parameters.append(.init(Name.clientMaxWindowBits))
    case .bits(let bits): parameters.append(.init(Name.clientMaxWindowBits, String(bits)))
    case nil: break
    }
    return WebSocketExtension(PermessageDeflate.name, parameters)
  }

  /// Whether they may answer `offer`.
  func check(against offer: Self) throws(PermessageDeflate.Fault) {
    if offer.serverNoContextTakeover, !serverNoContextTakeover {
      throw .offerIgnored(Name.serverNoContextTakeover)
    }
    if let limit = offer.serverMaxWindowBits, serverMaxWindowBits.map({ $0 > limit }) ?? true {
      throw .offerIgnored(Name.serverMaxWindowBits)
    }
    switch (offer.clientMaxWindowBits, clientMaxWindowBits) {
    case (nil, .some): throw .unofferedParameter(Name.clientMaxWindowBits)
    case (.bits(let hint), .bits(let bits)) where bits > hint: throw .offerIgnored(Name.clientMaxWindowBits)
    default: break
    }
  }
}
