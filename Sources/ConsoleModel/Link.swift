/// A link in a message: what would be opened, and whom it really leads to.
public struct Link: Hashable, Sendable {
  /// The whole address, as it stands in the text.
  public let address: String
  /// The host that it leads to, as the network has it (`xn--…` where it is not ASCII); for `mailto:` the address.
  public let host: String
  /// The host as it is written, where that differs.
  public let writtenHost: String?
  /// What is suspicious about it; nil for nothing.
  public let warning: String?

  /// Reads an address; nil for one that is none, or of another scheme than http, https and mailto.
  public init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    guard text.unicodeScalars.allSatisfy({ $0.value > 0x20 && !(0x7F..<0xA0).contains($0.value) }) else { return nil }
    var rest = text[text.index(after: colon)...]
    switch text[..<colon].lowercased() {
    case "mailto":
      let recipient = rest.prefix { $0 != "?" }
      guard recipient.contains("@"), recipient.first != "@", recipient.last != "@" else { return nil }
      address = text
      host = String(recipient)
      writtenHost = nil
      warning = nil
      return
    case "http", "https": break
    default: return nil
    }
    guard rest.hasPrefix("//") else { return nil }
    rest = rest.dropFirst(2)
    // A browser takes a backslash for a slash here: so does who looks for the host.
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != "\\" }
    var written = authority
    var hasUser = false
    if let at = authority.lastIndex(of: "@") {
      written = authority[authority.index(after: at)...]
      hasUser = true
    }
    // An IPv6 address has colons of its own, in brackets.
    if let port = written.lastIndex(of: ":"), written[port...].allSatisfy({ $0 != "]" }) { written = written[..<port] }
    guard !written.isEmpty else { return nil }
    let name = HostName(String(written))
    address = text
    host = name.ascii
    writtenHost = name.ascii == written.lowercased() ? nil : String(written)
    var warnings: [String] = []
    if hasUser { warnings.append("what stands before the @ is not the host") }
    if name.mixesScripts { warnings.append("letters of several alphabets") }
    if name.ascii.contains("xn--"), !name.mixesScripts { warnings.append("not ASCII") }
    warning = warnings.isEmpty ? nil : warnings.joined(separator: ", ")
  }

  /// The links of a text, in its order, each once.
  public static func all(in text: String) -> [Link] {
    var links: [Link] = []
    for scheme in ["http://", "https://", "mailto:"] {
      var rest = text[...]
      while let start = rest.firstRange(ofCaseless: scheme) {
        let tail = rest[start...]
        let word = trimmed(tail.prefix { !$0.isWhitespace && !"<>\"`{}|^".contains($0) && !$0.isControl })
        if let link = Link(String(word)), !links.contains(link) { links.append(link) }
        rest = tail.dropFirst(scheme.count)
      }
    }
    return links.count < 2
      ? links
      : links.sorted { lhs, rhs in
        text.position(of: lhs.address) < text.position(of: rhs.address)
      }
  }

  /// Without what ends the sentence around it: a full stop, or a bracket that was opened before.
  private static func trimmed(_ word: Substring) -> Substring {
    var word = word
    while let last = word.last {
      if ".,;:!?'*_".contains(last) {
        word = word.dropLast()
      } else if last == ")", word.filter({ $0 == ")" }).count > word.filter({ $0 == "(" }).count {
        word = word.dropLast()
      } else if last == "]", word.filter({ $0 == "]" }).count > word.filter({ $0 == "[" }).count {
        word = word.dropLast()
      } else {
        break
      }
    }
    return word
  }
}

extension Substring {
  /// Where a text of ASCII begins in it, whatever the case.
  fileprivate func firstRange(ofCaseless wanted: String) -> Index? {
    let wanted = Array(wanted)
    var index = startIndex
    while index < endIndex {
      let part = self[index...].prefix(wanted.count)
      if part.count == wanted.count, zip(part, wanted).allSatisfy({ $0.lowercased() == String($1) }) { return index }
      index = self.index(after: index)
    }
    return nil
  }
}

extension String {
  /// How many characters stand before another text; all for one that is not there.
  fileprivate func position(of other: String) -> Int {
    firstRange(of: other).map { distance(from: startIndex, to: $0.lowerBound) } ?? count
  }
}

extension Character {
  fileprivate var isControl: Bool { unicodeScalars.contains { $0.properties.generalCategory == .control } }
}
