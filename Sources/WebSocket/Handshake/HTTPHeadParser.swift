/// The first line and the header fields of an HTTP/1.1 message.
struct HTTPHead: Hashable, Sendable {
  var startLine: String
  var fields: HeaderFields
}

/// Reads an HTTP/1.1 head as it trickles in: each byte is looked at once, bytes and fields are bounded, and what
/// only request smuggling needs is refused at its byte (RFC 9112, sections 2.2 and 5).
struct HTTPHeadParser: Sendable {
  /// The most fields of a head. Browsers send about 20, and each is looked through at every question to the head.
  static let maximumFieldCount = 128

  private let limit: Int
  /// How many bytes have been looked at. It is what `limit` bounds, so that the work is bounded by it as well.
  private(set) var examined = 0
  /// The current line so far, when earlier reads have ended within it.
  private var line: [UInt8] = []
  private var endsInCR = false
  private var startLine: String?
  private var fields = HeaderFields()

  /// - Parameter limit: the longest head, in bytes, with its empty line.
  init(limit: Int) { self.limit = limit }

  /// Consumes bytes from `offset` on until the head is whole; nil when the bytes end before it. What follows the
  /// head stays with the caller.
  mutating func parse(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) throws(HandshakeError) -> HTTPHead? {
    while offset < bytes.count {
      if !endsInCR {
        let part = try takeText(bytes, &offset)
        guard offset < bytes.count else {
          line.append(contentsOf: part)
          return nil
        }
        try takeCR(bytes[offset])
        offset += 1
        guard offset < bytes.count else {
          line.append(contentsOf: part)
          return nil
        }
        try takeLF(bytes[offset])
        offset += 1
        if line.isEmpty {
          if let head = try endLine(part) { return head }
          continue
        }
        line.append(contentsOf: part)
      } else {
        try takeLF(bytes[offset])
        offset += 1
      }
      let whole = line
      line.removeAll(keepingCapacity: true)
      let head = try whole.span.bytes.withUnsafeBytes { line throws(HandshakeError) in try endLine(line) }
      if let head { return head }
    }
    return nil
  }

  /// Takes the bytes up to the next control character, which ends the line or the handshake.
  private mutating func takeText(
    _ bytes: UnsafeRawBufferPointer, _ offset: inout Int
  ) throws(HandshakeError) -> UnsafeRawBufferPointer {
    let start = offset
    let end = start + min(bytes.count - start, limit - examined)
    while offset < end, ASCII.isFieldValueByte(bytes[offset]) { offset += 1 }
    examined += offset - start
    let part = UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
    if line.isEmpty, let first = part.first, ASCII.isBlank(first) { throw .malformedHead("folded header line") }
    return part
  }

  private mutating func takeCR(_ byte: UInt8) throws(HandshakeError) {
    try count()
    guard byte != UInt8(ascii: "\n") else { throw .malformedHead("LF without CR") }
    guard byte == UInt8(ascii: "\r") else { throw .malformedHead("control character \(byte)") }
    endsInCR = true
  }

  private mutating func takeLF(_ byte: UInt8) throws(HandshakeError) {
    try count()
    guard byte == UInt8(ascii: "\n") else { throw .malformedHead("CR without LF") }
    endsInCR = false
  }

  private mutating func count() throws(HandshakeError) {
    guard examined < limit else { throw .headTooBig(limit: limit) }
    examined += 1
  }

  private mutating func endLine(_ line: UnsafeRawBufferPointer) throws(HandshakeError) -> HTTPHead? {
    guard let startLine else {
      guard !line.isEmpty else { throw .malformedHead("empty first line") }
      startLine = String(decoding: line, as: UTF8.self)
      return nil
    }
    guard !line.isEmpty else { return HTTPHead(startLine: startLine, fields: fields) }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
      throw .malformedHead("header line without a colon")
    }
    let name = String(decoding: line[..<colon], as: UTF8.self)
    guard ASCII.isToken(name) else { throw .malformedHead("header name \"\(name.prefix(40))\"") }
    guard fields.fields.count < HTTPHeadParser.maximumFieldCount else {
      throw .tooManyFields(limit: HTTPHeadParser.maximumFieldCount)
    }
    fields.append(name, String(decoding: ASCII.trimmed(line[(colon + 1)...]), as: UTF8.self))
    return nil
  }
}
