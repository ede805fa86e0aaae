/// One element of a `Sec-WebSocket-Extensions` header: an extension offered or accepted (RFC 6455, section 9.1).
public struct WebSocketExtension: Hashable, Sendable {
  /// What an extension is to be used with.
  public struct Parameter: Hashable, Sendable {
    /// Its name, as it was written.
    public let name: String
    /// Its value, without the quotation marks it may have had; nil when there is none.
    public let value: String?

    /// A parameter; name and value must be tokens.
    public init(_ name: String, _ value: String? = nil) {
      self.name = name
      self.value = value
    }
  }

  /// The registered name, such as `permessage-deflate`.
  public let name: String
  /// In their order, repeated ones too.
  public let parameters: [Parameter]

  /// An extension with its parameters; the name must be a token.
  public init(_ name: String, _ parameters: [Parameter] = []) {
    self.name = name
    self.parameters = parameters
  }

  /// The element as it is sent.
  var serialized: String {
    parameters.reduce(name) { text, parameter in
      text + "; " + parameter.name + (parameter.value.map { "=" + $0 } ?? "")
    }
  }
}

extension WebSocketExtension {
  /// Reads the list, which may go over several lines.
  ///
  /// - Returns: nil when it breaks the grammar, which must fail the handshake; an empty list when there is no such
  ///   header.
  static func list(in fields: HeaderFields) -> [WebSocketExtension]? {
    var extensions: [WebSocketExtension] = []
    for value in fields.values(of: "Sec-WebSocket-Extensions") {
      var parser = ExtensionListParser(value)
      guard let parsed = parser.list() else { return nil }
      extensions += parsed
    }
    return extensions
  }
}

/// Reads the value of one header line.
private struct ExtensionListParser {
  private var rest: Substring.UTF8View

  init(_ value: String) { rest = value[...].utf8 }

  /// `1#extension`: empty elements between commas mean nothing, but one at least must not be empty
  /// (RFC 9110, section 5.6.1.2).
  mutating func list() -> [WebSocketExtension]? {
    var elements: [WebSocketExtension] = []
    repeat {
      skipBlanks()
      if rest.isEmpty || rest.first == UInt8(ascii: ",") { continue }
      guard let element = element() else { return nil }
      elements.append(element)
    } while take(",")
    return rest.isEmpty && !elements.isEmpty ? elements : nil
  }

  private mutating func element() -> WebSocketExtension? {
    guard let name = token() else { return nil }
    var parameters: [WebSocketExtension.Parameter] = []
    while take(";") {
      guard let parameter = parameter() else { return nil }
      parameters.append(parameter)
    }
    return WebSocketExtension(name, parameters)
  }

  private mutating func parameter() -> WebSocketExtension.Parameter? {
    skipBlanks()
    guard let name = token() else { return nil }
    guard take("=") else { return WebSocketExtension.Parameter(name) }
    skipBlanks()
    guard let value = rest.first == UInt8(ascii: "\"") ? quotedToken() : token() else { return nil }
    skipBlanks()
    return WebSocketExtension.Parameter(name, value)
  }

  private mutating func token() -> String? {
    let token = String(Substring(rest.prefix(while: ASCII.isTokenByte)))
    guard !token.isEmpty else { return nil }
    rest = rest.dropFirst(token.utf8.count)
    skipBlanks()
    return token
  }

  /// A quoted string that is a token once the quotation marks and backslashes are gone.
  private mutating func quotedToken() -> String? {
    rest = rest.dropFirst()
    var value: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return value.isEmpty ? nil : String(decoding: value, as: UTF8.self) }
      guard let plain = byte == UInt8(ascii: "\\") ? rest.popFirst() : byte, ASCII.isTokenByte(plain) else {
        return nil
      }
      value.append(plain)
    }
    return nil
  }

  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: mark) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private mutating func skipBlanks() {
    rest = rest.drop(while: ASCII.isBlank)
  }
}
