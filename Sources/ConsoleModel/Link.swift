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

  /// No address is longer; what claims to be one must not cost more.
  private static let longestAddress = 4096
  /// As many places of a text are looked at: whoever writes more of them wants to be a nuisance.
  private static let placesLimit = 512

  /// The links of a text, in its order, each once.
  public static func all(in text: String) -> [Link] {
    var links: [Link] = []
    var known: Set<Link> = []
    var rest = text[...]
    var places = 0
    while places < placesLimit, let start = rest.firstScheme {
      places += 1
      let tail = rest[start...]
      let word = trimmed(
        tail.prefix(longestAddress).prefix { !$0.isWhitespace && !"<>\"`{}|^".contains($0) && !$0.isControl })
      if let link = Link(String(word)) {
        if known.insert(link).inserted { links.append(link) }
        // An address in an address is a part of it.
        rest = text[word.endIndex...]
      } else {
        rest = tail.dropFirst()
      }
    }
    return links
  }

  /// Without what ends the sentence around it: a full stop, or a bracket that was opened before.
  private static func trimmed(_ word: Substring) -> Substring {
    // How many more of them are closed than opened.
    func surplus(_ open: Character, _ close: Character) -> Int {
      word.reduce(0) { $0 + ($1 == close ? 1 : $1 == open ? -1 : 0) }
    }
    var (round, square) = (surplus("(", ")"), surplus("[", "]"))
    var word = word
    while let last = word.last {
      if ".,;:!?'*_".contains(last) {
        word = word.dropLast()
      } else if last == ")", round > 0 {
        round -= 1
        word = word.dropLast()
      } else if last == "]", square > 0 {
        square -= 1
        word = word.dropLast()
      } else {
        break
      }
    }
    return word
  }
}

extension Substring {
  /// Where an address may begin in it, whatever the case.
  fileprivate var firstScheme: Index? {
    let bytes = utf8
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if schemes.contains(where: { bytes[index...].begins(with: $0) }) { return index }
      index = bytes.index(after: index)
    }
    return nil
  }
}

private let schemes = ["http://", "https://", "mailto:"].map { Array($0.utf8) }

extension Substring.UTF8View {
  /// Whether it begins with ASCII in small letters, whatever the case.
  fileprivate func begins(with wanted: [UInt8]) -> Bool {
    guard let first, first | 0x20 == wanted[0] else { return false }
    let part = prefix(wanted.count)
    return part.elementsEqual(wanted) { $0 == $1 || (0x41...0x5A).contains($0) && $0 | 0x20 == $1 }
  }
}

extension Character {
  fileprivate var isControl: Bool { unicodeScalars.contains { $0.properties.generalCategory == .control } }
}
