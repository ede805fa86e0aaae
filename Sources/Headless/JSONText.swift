import FoundationEssentials

/// JSON for scripts, and for the terminal it may end up on: one line, keys in order, and no character that could do
/// anything to a terminal.
public enum JSONText {
  /// Encodes a value into one line.
  public static func line(_ value: some Encodable) throws -> String {
    escaping(String(decoding: try encoder([.sortedKeys, .withoutEscapingSlashes]).encode(value), as: UTF8.self))
  }

  /// Encodes a value into several lines, for a file that people read.
  public static func pretty(_ value: some Encodable) throws -> String {
    escaping(
      String(
        decoding: try encoder([.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]).encode(value), as: UTF8.self),
      keepingNewlines: true)
  }

  private static func encoder(_ formatting: JSONEncoder.OutputFormatting) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    return encoder
  }

  /// The same JSON with C1, DEL, the bidi controls and everything else that is invisible as `\u` escapes (RFC 8259,
  /// section 7). Outside of its strings JSON has none of them.
  static func escaping(_ json: String, keepingNewlines: Bool = false) -> String {
    guard json.unicodeScalars.contains(where: { needsEscape($0) }) else { return json }
    var escaped = ""
    for scalar in json.unicodeScalars {
      if needsEscape(scalar), !(keepingNewlines && scalar == "\n") {
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      } else {
        escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x7F || scalar.value < 0x20 else { return false }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
    default: scalar.properties.isVariationSelector || scalar.properties.isDefaultIgnorableCodePoint
    }
  }
}
