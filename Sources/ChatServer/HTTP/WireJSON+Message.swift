import ChatProtocol

/// The JSON of a message, which is written for each one that is stored: byte for byte what `WireJSON.encoder()` makes of
/// it, without the encoder's containers.
extension WireJSON {
  /// - Parameter isDuplicate: whether to say that it is a repeat (part 2, Exactly-once send).
  static func text(_ message: Message, isDuplicate: Bool = false) -> String {
    var object = ObjectWriter(capacity: message.text.utf8.count + 256)
    if let author = message.author {
      var inner = ObjectWriter(capacity: 64)
      inner.add("id", author.id)
      if let name = author.name { inner.add("name", name) }
      object.add("author", inner)
    }
    if let clientID = message.clientID { object.add("client_id", clientID) }
    if isDuplicate { object.add("duplicate", true) }
    object.add("id", message.id)
    // Part 1 has no kinds.
    if message.kind != .message { object.add("kind", message.kind.rawValue) }
    object.add("sender", message.sender.wireName)
    object.add("text", message.text)
    object.add("timestamp", message.timestamp?.description)
    return object.finish()
  }
}

/// Writes one JSON object, field by field.
private struct ObjectWriter {
  private var bytes: [UInt8] = []

  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  mutating func add(_ key: StaticString, _ number: Int) {
    begin(key)
    bytes += String(number).utf8
  }

  mutating func add(_ key: StaticString, _ flag: Bool) {
    begin(key)
    bytes += (flag ? "true" : "false").utf8
  }

  /// Nil is null.
  mutating func add(_ key: StaticString, _ text: String?) {
    begin(key)
    guard let text else { return bytes += "null".utf8 }
    quote(text)
  }

  mutating func add(_ key: StaticString, _ object: ObjectWriter) {
    begin(key)
    bytes += object.bytes
    bytes.append(UInt8(ascii: "}"))
  }

  consuming func finish() -> String {
    bytes.append(UInt8(ascii: "}"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Keys are ours: nothing in them needs an escape.
  private mutating func begin(_ key: StaticString) {
    bytes.append(bytes.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
    bytes.append(UInt8(ascii: "\""))
    key.withUTF8Buffer { bytes += $0 }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  /// RFC 8259, section 7: what must be escaped, with the short form where there is one.
  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { utf8 in
      var plain = utf8.startIndex
      for index in utf8.indices {
        let byte = utf8[index]
        guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
        bytes += utf8[plain..<index]
        plain = index + 1
        escape(byte)
      }
      bytes += utf8[plain...]
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case 0x08: bytes += #"\b"#.utf8
    case 0x09: bytes += #"\t"#.utf8
    case 0x0A: bytes += #"\n"#.utf8
    case 0x0C: bytes += #"\f"#.utf8
    case 0x0D: bytes += #"\r"#.utf8
    case 0x00..<0x20: bytes += (byte < 0x10 ? #"\u000"# : #"\u00"#).utf8 + Array(String(byte, radix: 16).utf8)
    default: bytes += [UInt8(ascii: "\\"), byte]
    }
  }
}
