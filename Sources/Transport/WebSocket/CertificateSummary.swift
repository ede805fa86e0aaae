/// What a sentence about a certificate that was not accepted needs to know of it (RFC 5280, section 4.1).
struct CertificateSummary: Hashable, Sendable {
  /// Who issued it: the common name, or the organisation if there is none.
  private(set) var issuer: String?
  /// Whether it is its own issuer.
  private(set) var isSelfIssued: Bool
  /// The host names it is for, or its subject's common name if it lists none.
  private(set) var names: [String]

  /// Reads a certificate in DER; nil if it cannot be read.
  init?(der: [UInt8]) {
    var outer = DERReader(der[...])
    guard var certificate = outer.next(.sequence), var body = certificate.next(.sequence) else { return nil }
    _ = body.next(.context(0))
    guard body.next(.integer) != nil, body.next(.sequence) != nil, let issuer = body.next(.sequence),
      body.next(.sequence) != nil, let subject = body.next(.sequence), body.next(.sequence) != nil
    else { return nil }
    self.issuer = CertificateSummary.name(in: issuer)
    isSelfIssued = issuer.bytes == subject.bytes
    while let tag = body.tag, tag == .context(1) || tag == .context(2) { _ = body.next(tag) }
    var extensions = body.next(.context(3))?.nested(.sequence)
    names = []
    while let next = extensions?.next(.sequence) {
      var field = next
      guard field.next(.objectIdentifier)?.bytes == [0x55, 0x1D, 0x11] else { continue }
      _ = field.next(.boolean)
      var list = field.next(.octetString)?.nested(.sequence)
      while let tag = list?.tag, let entry = list?.next(tag) {
        // dNSName; addresses are rarely what a person looks for.
        if tag == .contextPrimitive(2) { names.append(CertificateSummary.text(entry.bytes)) }
      }
    }
    if names.isEmpty { names = [CertificateSummary.name(in: subject)].compactMap { $0 } }
  }

  /// The common name, or the organisation.
  private static func name(in name: DERReader) -> String? {
    var found: [UInt8: String] = [:]
    var sets = name
    while let set = sets.next(.set) {
      var set = set
      while var attribute = set.next(.sequence) {
        guard let type = attribute.next(.objectIdentifier)?.bytes, type.count == 3, type.starts(with: [0x55, 0x04]),
          let tag = attribute.tag, let value = attribute.next(tag), let last = type.last
        else { continue }
        found[last] = text(value.bytes)
      }
    }
    return found[3] ?? found[10]
  }

  /// A stranger's text, fit for a terminal: no control characters, not endless.
  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(
      String(decoding: bytes, as: UTF8.self).unicodeScalars.prefix(64).map { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
        default: Character(scalar)
        }
      })
  }
}

/// Walks over DER (X.690): one element after another, each within its bounds.
struct DERReader {
  struct Tag: Hashable {
    let byte: UInt8
    static let boolean = Tag(byte: 0x01)
    static let integer = Tag(byte: 0x02)
    static let octetString = Tag(byte: 0x04)
    static let objectIdentifier = Tag(byte: 0x06)
    static let sequence = Tag(byte: 0x30)
    static let set = Tag(byte: 0x31)
    static func context(_ number: UInt8) -> Tag { Tag(byte: 0xA0 | number) }
    static func contextPrimitive(_ number: UInt8) -> Tag { Tag(byte: 0x80 | number) }
  }

  /// What is left.
  private(set) var bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  /// The next element's tag.
  var tag: Tag? { bytes.first.map(Tag.init) }

  /// The contents of the next element, if it has that tag and is whole; otherwise nothing is taken.
  mutating func next(_ tag: Tag) -> DERReader? {
    guard self.tag == tag else { return nil }
    var rest = bytes.dropFirst()
    guard let first = rest.popFirst() else { return nil }
    var length = Int(first)
    if first >= 0x80 {
      let digits = rest.prefix(Int(first & 0x7F))
      guard (1...3).contains(digits.count), digits.count == Int(first & 0x7F) else { return nil }
      length = digits.reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(digits.count)
    }
    guard length <= rest.count else { return nil }
    bytes = rest.dropFirst(length)
    return DERReader(rest.prefix(length))
  }

  /// The contents of the only element within this one.
  func nested(_ tag: Tag) -> DERReader? {
    var inner = self
    return inner.next(tag)
  }
}
