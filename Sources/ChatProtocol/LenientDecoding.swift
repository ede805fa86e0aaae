/// Decoding that forgives what part-1 servers do: numbers as strings, booleans as 0/1, fields missing or null or of
/// an unexpected type. A field that cannot be read is nil; it never makes the whole object unreadable.
extension KeyedDecodingContainer {
  /// An integer, a whole floating-point number, or a string of digits.
  func lenientInt(_ key: Key) -> Int? {
    if let value = try? decodeIfPresent(Int.self, forKey: key) { return value }
    if let value = try? decodeIfPresent(Double.self, forKey: key) { return Int(exactly: value) }
    if let text = try? decodeIfPresent(String.self, forKey: key) { return Int(text) }
    return nil
  }

  /// A number, or a string that is one; finite, so that a screen may do arithmetic with it.
  func lenientDouble(_ key: Key) -> Double? {
    let value =
      (try? decodeIfPresent(Double.self, forKey: key))
      ?? (try? decodeIfPresent(String.self, forKey: key)).flatMap(Double.init)
    return value.flatMap { $0.isFinite ? $0 : nil }
  }

  /// `true`/`false`, 0/1, or their names.
  func lenientBool(_ key: Key) -> Bool? {
    if let value = try? decodeIfPresent(Bool.self, forKey: key) { return value }
    if let number = try? decodeIfPresent(Int.self, forKey: key) { return number != 0 }
    switch (try? decodeIfPresent(String.self, forKey: key))?.lowercased() {
    case "true", "1": return true
    case "false", "0": return false
    default: return nil
    }
  }

  /// A string, or a number written out.
  func lenientString(_ key: Key) -> String? {
    if let value = try? decodeIfPresent(String.self, forKey: key) { return value }
    if let number = try? decodeIfPresent(Int.self, forKey: key) { return String(number) }
    return nil
  }

  /// A timestamp in any of the wire's shapes.
  func lenientTimestamp(_ key: Key) -> Timestamp? {
    lenientString(key).flatMap(Timestamp.init)
  }

  /// Any decodable value, nil if it is missing or malformed.
  func lenient<Value: Decodable>(_ type: Value.Type, _ key: Key) -> Value? {
    try? decodeIfPresent(type, forKey: key)
  }
}

/// An array that drops the elements it cannot read instead of failing whole.
struct LenientArray<Element: Decodable>: Decodable {
  var elements: [Element] = []

  private struct Skipped: Decodable {
    init(from decoder: any Decoder) throws {}
  }

  init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    while !container.isAtEnd {
      if let element = try? container.decode(Element.self) {
        elements.append(element)
      } else {
        // A failed decode leaves the container where it was: step over the element.
        _ = try container.decode(Skipped.self)
      }
    }
  }
}
