/// The first line and the header fields of an HTTP/1.1 message.
struct HTTPHead: Hashable, Sendable {
  var startLine: String
  var fields: HeaderFields
}

/// Reads an HTTP/1.1 head as it trickles in: each byte is looked at once, the whole is bounded, and what only
/// request smuggling needs is refused at its byte (RFC 9112, sections 2.2 and 5).
struct HTTPHeadParser: Sendable {
  private let limit: Int
  private var line: [UInt8] = []
  private var size = 0
  private var endsInCR = false
  private var startLine: String?
  private var fields = HeaderFields()

  init(limit: Int) { self.limit = limit }

  /// Consumes bytes from `offset` on until the head is whole; nil when the bytes end before it. What follows the
  /// head stays with the caller.
  mutating func parse(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) throws(HandshakeError) -> HTTPHead? {
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      size += 1
      guard size <= limit else { throw .headTooBig(limit: limit) }
      if endsInCR {
        guard byte == UInt8(ascii: "\n") else { throw .malformedHead("CR without LF") }
        endsInCR = false
        if let head = try endLine() { return head }
      } else if byte == UInt8(ascii: "\r") {
        endsInCR = true
      } else {
        try append(byte)
      }
    }
    return nil
  }

  private mutating func append(_ byte: UInt8) throws(HandshakeError) {
    guard byte != UInt8(ascii: "\n") else { throw .malformedHead("LF without CR") }
    guard byte >= 0x20 && byte != 0x7F || byte == UInt8(ascii: "\t") else {
      throw .malformedHead("control character \(byte)")
    }
    if line.isEmpty, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
      throw .malformedHead("folded header line")
    }
    line.append(byte)
  }

  private mutating func endLine() throws(HandshakeError) -> HTTPHead? {
    defer { line.removeAll(keepingCapacity: true) }
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
    fields.append(name, String(ASCII.trimmed(Substring(decoding: line[(colon + 1)...], as: UTF8.self))))
    return nil
  }
}
