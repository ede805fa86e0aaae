import ConsoleModel

/// A web address in a text.
struct WebLink: Hashable, Sendable {
  /// All of it, in the text.
  let range: Range<String.Index>
  /// What stands before the host: scheme, and perhaps a name that looks like one.
  let head: Range<String.Index>
  /// Where it really leads to.
  let host: Range<String.Index>
  /// Whether something before the host could be taken for it: `https://bank.example@evil.example/`.
  let hasUserInfo: Bool
}

extension StringProtocol where Index == String.Index {
  /// The addresses in it that begin with `http://` or `https://`, in order.
  func webLinks() -> [WebLink] {
    var links: [WebLink] = []
    var from = startIndex
    while let colon = self[from...].firstIndex(of: ":") {
      let next = index(after: colon)
      defer { from = Swift.max(from, next) }
      guard self[next...].hasPrefix("//"), let start = schemeStart(before: colon, notBefore: from) else { continue }
      let authorityStart = index(next, offsetBy: 2)
      let end = linkEnd(from: authorityStart)
      guard let link = link(start: start, authorityStart: authorityStart, end: end) else { continue }
      links.append(link)
      from = end
    }
    return links
  }

  /// Where `http` or `https` before a colon begins; not inside of a longer word.
  private func schemeStart(before colon: Index, notBefore bound: Index) -> Index? {
    for scheme in ["https", "http"] {
      guard let start = index(colon, offsetBy: -scheme.count, limitedBy: bound),
        self[start..<colon].lowercased() == scheme
      else { continue }
      guard start > startIndex else { return start }
      let before = self[index(before: start)]
      return before.isLetter || before.isNumber ? nil : start
    }
    return nil
  }

  private func linkEnd(from start: Index) -> Index {
    var end = start
    while end < endIndex, !self[end].endsLink { end = index(after: end) }
    // What ends a sentence does not end an address, nor does a bracket that was not opened in it.
    while end > start {
      let last = index(before: end)
      let character = self[last]
      let isClosing = character == ")" && !self[start..<last].contains("(") || character == "]" || character == "}"
      guard ".,;:!?'*_".contains(character) || isClosing else { break }
      end = last
    }
    return end
  }

  private func link(start: Index, authorityStart: Index, end: Index) -> WebLink? {
    // A backslash is a slash to browsers: what follows it is no host.
    let authority = self[authorityStart..<end].prefix { !"/\\?#".contains($0) }
    var hostStart = authority.startIndex
    if let at = authority.lastIndex(of: "@") { hostStart = index(after: at) }
    let host = authority[hostStart...]
    guard !host.isEmpty else { return nil }
    return WebLink(
      range: start..<end, head: start..<hostStart, host: hostStart..<authority.endIndex,
      hasUserInfo: hostStart != authority.startIndex)
  }
}

extension Character {
  fileprivate var endsLink: Bool {
    isWhitespace || "<>\"`|".contains(self) || unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
  }
}

extension RichText {
  /// Adds a text in which web addresses have their look: the host stands out, and what is odd about it is said.
  mutating func addLinked(_ raw: some StringProtocol, _ look: Look = []) {
    let raw = String(raw)
    var at = raw.startIndex
    for link in raw.webLinks() {
      add(SafeText(String(raw[at..<link.range.lowerBound])), look)
      add(SafeText(String(raw[link.head])), look.union([.link, .muted]))
      let host = String(raw[link.host])
      add(SafeText(host), look.union([.link, .bold]))
      add(SafeText(String(raw[link.host.upperBound..<link.range.upperBound])), look.union(.link))
      for remark in remarks(host: host, hasUserInfo: link.hasUserInfo) { add(.remark(remark)) }
      at = link.range.upperBound
    }
    add(SafeText(String(raw[at...])), look)
  }

  private func remarks(host: String, hasUserInfo: Bool) -> [SafeText] {
    var remarks: [SafeText] = []
    if hasUserInfo { remarks.append("‹leads to \(SafeText(host, limit: 80))›") }
    if let decoded = Punycode.decoded(host: host) {
      remarks.append("‹reads \(SafeText(decoded, limit: 80))›")
    } else if !host.unicodeScalars.allSatisfy(\.isASCII) {
      remarks.append("‹letters beyond ASCII›")
    }
    return remarks
  }
}
