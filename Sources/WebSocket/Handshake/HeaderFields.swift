/// The header fields of a request or response, in their order. Names match whatever their case.
public struct HeaderFields: Hashable, Sendable {
  /// One line of a header.
  public struct Field: Hashable, Sendable {
    /// The name as it was written.
    public let name: String
    /// The value without white space around it.
    public let value: String

    /// A field as given; the handshakes check it before it is sent.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }

    /// Whether it keeps HTTP's grammar: a line break in a value would begin a header of the writer's choice.
    var isSendable: Bool { ASCII.isToken(name) && ASCII.isFieldValue(value) }

    /// The line on the wire.
    var line: String { "\(name): \(value)\r\n" }
  }

  /// All of them, in their order.
  public private(set) var fields: [Field]

  /// Fields in their order.
  public init(_ fields: [(String, String)] = []) {
    self.fields = fields.map { Field(name: $0.0, value: $0.1) }
  }

  /// Adds a line at the end.
  public mutating func append(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  /// The values of every line of that name.
  public func values(of name: String) -> [String] {
    fields.filter { ASCII.equal($0.name, name) }.map(\.value)
  }

  /// The first line's value.
  public func first(_ name: String) -> String? {
    fields.first { ASCII.equal($0.name, name) }?.value
  }

  /// The members of a comma-separated list that may go over several lines (RFC 9110, section 5.6.1).
  public func list(_ name: String) -> [String] {
    // By bytes: to Swift a comma with a combining character behind it is another character than a comma.
    values(of: name).flatMap { $0.utf8.split(separator: UInt8(ascii: ",")) }
      .map { String(decoding: ASCII.trimmed($0), as: UTF8.self) }
      .filter { !$0.isEmpty }
  }

  /// Whether the list has that member, whatever its case.
  public func list(_ name: String, contains member: String) -> Bool {
    list(name).contains { ASCII.equal($0, member) }
  }
}

/// The rules of HTTP's grammar that are about single bytes (RFC 9110, section 5.6).
enum ASCII {
  static func equal(_ one: some StringProtocol, _ other: some StringProtocol) -> Bool {
    one.utf8.elementsEqual(other.utf8) { lowercased($0) == lowercased($1) }
  }

  static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  /// Without the spaces and tabs around it.
  static func trimmed<Bytes: BidirectionalCollection<UInt8>>(_ bytes: Bytes) -> Bytes.SubSequence {
    let start = bytes.drop(while: isBlank)
    guard let last = start.lastIndex(where: { !isBlank($0) }) else { return start }
    return start[...last]
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

  /// Whether it is a token: what names of methods, fields and subprotocols are made of.
  static func isToken(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(isTokenByte)
  }

  /// Whether it may be a field's value: no control character but the tab.
  static func isFieldValue(_ text: some StringProtocol) -> Bool {
    text.utf8.allSatisfy(isFieldValueByte)
  }

  static func isFieldValueByte(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == 0x09 }

  /// Whether it may stand in a request line: visible ASCII.
  static func isVisible(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  /// Whether it may name a host, with a port or without (RFC 3986, section 3.2): no user, no list of hosts.
  static func isHost(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { isAlphanumeric($0) || "-._~!$&'()*+;=:[]%".utf8.contains($0) }
  }

  /// Whether it is made of digits alone: Swift's own numbers may have a sign.
  static func isNumber(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  static func isTokenByte(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }
}
