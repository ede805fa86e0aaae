/// A host's name as the network has it, and whether it may be meant to be taken for another.
struct HostName: Hashable {
  /// Lower case, labels that are not ASCII in Punycode (RFC 3492) with `xn--` before them.
  let ascii: String
  /// Whether a label has letters of alphabets that no language writes together.
  let mixesScripts: Bool

  init(_ text: String) {
    // The full stops that are taken for one in a name (RFC 3490, 3.1).
    let labels = text.lowercased().split(omittingEmptySubsequences: false) { ".。．｡".contains($0) }
    ascii = labels.map { label in
      label.utf8.allSatisfy { $0 < 0x80 } ? String(label) : Punycode.encode(label).map { "xn--" + $0 } ?? "?"
    }.joined(separator: ".")
    mixesScripts = labels.contains { label in
      var scripts = Set(label.unicodeScalars.compactMap(Script.init))
      // Japanese writes three of them together, Korean two, and both with Latin letters.
      if scripts.isSubset(of: [.latin, .han, .kana]) || scripts.isSubset(of: [.latin, .han, .hangul]) {
        scripts = scripts.isEmpty ? [] : [.latin]
      }
      return scripts.count > 1
    }
  }

  /// The alphabets that look-alikes are taken from, as far as blocks tell them apart.
  private enum Script {
    case latin, greek, cyrillic, armenian, hebrew, arabic, cherokee, han, kana, hangul, other

    /// The script of a letter; nil for digits, hyphens and marks.
    init?(_ scalar: Unicode.Scalar) {
      guard scalar.properties.isAlphabetic else { return nil }
      switch scalar.value {
      case 0...0x24F, 0x1E00...0x1EFF, 0x2C60...0x2C7F, 0xA720...0xA7FF, 0xAB30...0xAB64, 0xFF21...0xFF5A: self = .latin
      case 0x370...0x3FF, 0x1F00...0x1FFF: self = .greek
      case 0x400...0x52F, 0x1C80...0x1C8F, 0x2DE0...0x2DFF, 0xA640...0xA69F: self = .cyrillic
      case 0x530...0x58F: self = .armenian
      case 0x590...0x5FF: self = .hebrew
      case 0x600...0x6FF, 0x750...0x77F: self = .arabic
      case 0x13A0...0x13FF, 0xAB70...0xABBF: self = .cherokee
      case 0x3400...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: self = .han
      case 0x3040...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9D: self = .kana
      case 0x1100...0x11FF, 0x3130...0x318F, 0xAC00...0xD7AF: self = .hangul
      default: self = .other
      }
    }
  }
}
