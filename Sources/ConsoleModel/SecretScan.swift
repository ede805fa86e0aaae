/// Looks for what a visitor should not get by mistake: card numbers, keys, tokens, addresses inside of the house.
///
/// It is a safety net, not a filter: what it finds is shown, and the operator decides. So it prefers shapes that hardly
/// ever are anything else, and it never slows a key down: it runs when a reply is sent.
public enum SecretScan {
  /// Something that looks like a secret.
  public struct Finding: Hashable, Sendable {
    /// What it looks like.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      case card = "a card number"
      case privateKey = "a private key"
      case token = "an access token"
      case webToken = "a login token (JWT)"
      case password = "a password"
      case address = "an address inside of your network"
    }

    /// What it looks like.
    public let kind: Kind
    /// Enough of it to be found in the text; never all of it.
    public let excerpt: String
  }

  /// What there is in a text, each kind once, in the order of `Finding.Kind`.
  public static func findings(in text: String) -> [Finding] {
    var found: [Finding.Kind: String] = [:]
    func note(_ kind: Finding.Kind, _ excerpt: some StringProtocol) {
      if found[kind] == nil { found[kind] = mask(String(excerpt)) }
    }
    if let card = cardNumber(in: text) { note(.card, card) }
    if text.contains("-----BEGIN "), text.contains("PRIVATE KEY") { note(.privateKey, "-----BEGIN …") }
    for word in words(of: text) {
      if isWebToken(word) {
        note(.webToken, word)
      } else if isToken(word) {
        note(.token, word)
      } else if isInternalAddress(word) {
        note(.address, word)
      } else if let value = passwordValue(in: word) {
        note(.password, value)
      }
    }
    return Finding.Kind.allCases.compactMap { kind in found[kind].map { Finding(kind: kind, excerpt: $0) } }
  }

  /// The first characters, for a person to recognise it by.
  private static func mask(_ text: String) -> String {
    text.count > 8 ? text.prefix(6) + "…" : String(text.prefix(4)) + "…"
  }

  // MARK: Words

  /// What stands between blanks, quotes and brackets, without the punctuation of the sentence around it.
  private static func words(of text: String) -> [Substring] {
    text.split { $0.isWhitespace || "\"'`<>()[]{},;“”«»".contains($0) }.map { word in
      var word = word
      while let last = word.last, ".!?:".contains(last) { word.removeLast() }
      return word
    }
  }

  // MARK: Cards

  /// The first 13 to 19 digits, in one piece or in the groups that cards are written in, that pass the Luhn check and
  /// begin as cards do. Longer runs are order numbers and the like.
  private static func cardNumber(in text: String) -> String? {
    var groups: [[UInt8]] = []
    var wasSeparator = true
    for scalar in text.unicodeScalars {
      if 0x30...0x39 ~= scalar.value {
        if wasSeparator { groups.append([]) }
        groups[groups.count - 1].append(UInt8(scalar.value - 0x30))
        wasSeparator = false
      } else if scalar == " " || scalar == "-", !wasSeparator {
        wasSeparator = true
      } else {
        if let card = card(in: groups) { return card }
        groups = []
        wasSeparator = true
      }
    }
    return card(in: groups)
  }

  private static func card(in groups: [[UInt8]]) -> String? {
    for start in groups.indices {
      let sizes = groups[start...].prefix(5).map(\.count)
      let count =
        switch sizes {
        case let sizes where 13...19 ~= sizes[0]: 1
        case let sizes where sizes.starts(with: [4, 6, 5]): 3
        case let sizes where sizes.starts(with: [4, 4, 4, 4]): sizes.count == 5 && sizes[4] <= 3 ? 5 : 4
        default: 0
        }
      let digits = Array(groups[start..<start + count].joined())
      if let first = digits.first, 3...6 ~= first, passesLuhn(digits) { return digits.map(String.init).joined() }
    }
    return nil
  }

  /// ISO/IEC 7812-1, annex B. All digits alike pass it too, and are no card.
  private static func passesLuhn(_ digits: [UInt8]) -> Bool {
    var sum = 0
    for (index, digit) in digits.reversed().enumerated() {
      let value = index % 2 == 1 ? Int(digit) * 2 : Int(digit)
      sum += value > 9 ? value - 9 : value
    }
    return sum % 10 == 0 && Set(digits).count > 1
  }

  // MARK: Tokens

  /// What well-known services begin their tokens with.
  private static let tokenPrefixes = [
    "ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "xoxa-", "xapp-", "sk-", "sk_live_",
    "rk_live_", "pk_live_", "AKIA", "ASIA", "AIza", "ya29.", "EAAC", "SG.", "npm_", "pypi-", "dop_v1_", "hf_",
  ]

  private static func isToken(_ word: Substring) -> Bool {
    let value = word.split(separator: "=").last ?? word
    for prefix in tokenPrefixes where value.hasPrefix(prefix) {
      let rest = value.dropFirst(prefix.count)
      return rest.count >= 12 && rest.utf8.allSatisfy(isTokenByte) && rest.contains(where: \.isNumber)
    }
    return isHighEntropy(value)
  }

  /// Forty and more characters of letters in both cases and digits, without a word's shape: keys and hashes in base 64.
  private static func isHighEntropy(_ word: Substring) -> Bool {
    guard 40...512 ~= word.utf8.count, !word.contains("://"), word.utf8.allSatisfy(isTokenByte) else { return false }
    let digits = word.utf8.count { 0x30...0x39 ~= $0 }
    let upper = word.utf8.count { 0x41...0x5A ~= $0 }
    let lower = word.utf8.count { 0x61...0x7A ~= $0 }
    return digits >= 4 && upper >= 4 && lower >= 4 && !word.contains("/wiki/")
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "/"),
      UInt8(ascii: "="):
      true
    default: false
    }
  }

  /// Three parts in base 64 of which the first begins with `{"` (RFC 7519).
  private static func isWebToken(_ word: Substring) -> Bool {
    let value = word.split(separator: "=", maxSplits: 1).last { $0.hasPrefix("eyJ") } ?? word
    let parts = value.split(separator: ".", omittingEmptySubsequences: false)
    return value.hasPrefix("eyJ") && parts.count == 3 && parts[1].hasPrefix("eyJ") && parts[0].count > 8
  }

  /// The value of `password=…`, `token: …` and the like, where it stands in one word.
  private static func passwordValue(in word: Substring) -> Substring? {
    let parts = word.split(maxSplits: 1) { $0 == "=" || $0 == ":" }
    guard parts.count == 2, parts[1].count >= 4, !parts[1].hasPrefix("//") else { return nil }
    let name = parts[0].lowercased()
    let names = ["password", "passwd", "pwd", "secret", "api_key", "apikey", "access_token", "client_secret", "пароль"]
    return names.contains { name == $0 || name.hasSuffix("_" + $0) || name.hasSuffix("&" + $0) } ? parts[1] : nil
  }

  // MARK: Addresses

  private static let internalSuffixes = [
    ".internal", ".local", ".localdomain", ".lan", ".intranet", ".corp", ".home.arpa",
  ]

  /// A host or an IP address that only the house can reach (RFC 1918, 4193, 6762, 8375), alone or in a URL.
  private static func isInternalAddress(_ word: Substring) -> Bool {
    var host = word
    if let range = host.range(of: "://") { host = host[range.upperBound...] }
    host = host.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if let at = host.lastIndex(of: "@") { host = host[host.index(after: at)...] }
    if let colon = host.lastIndex(of: ":"), host[host.index(after: colon)...].allSatisfy(\.isNumber) {
      host = host[..<colon]
    }
    let name = host.lowercased()
    if internalSuffixes.contains(where: { name.hasSuffix($0) && name.count > $0.count }) { return true }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    guard parts.count == 4, let a = parts[0], let b = parts[1], parts[2] != nil, parts[3] != nil else { return false }
    return a == 10 || (a == 172 && 16...31 ~= b) || (a == 192 && b == 168) || (a == 169 && b == 254)
  }
}

extension Substring {
  fileprivate func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}
