/// RFC 3492, the way back: what a host's `xn--` labels read.
enum Punycode {
  /// A host with its labels decoded; nil when none is encoded, or one is no Punycode.
  static func decoded(host: String) -> String? {
    let name = host.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
    guard name.utf8.count <= 255 else { return nil }
    var isEncoded = false
    var labels: [String] = []
    for label in name.split(separator: ".", omittingEmptySubsequences: false) {
      guard label.lowercased().hasPrefix("xn--") else {
        labels.append(String(label))
        continue
      }
      guard let decoded = decode(String(label.dropFirst(4))) else { return nil }
      isEncoded = true
      labels.append(decoded)
    }
    return isEncoded ? labels.joined(separator: ".") : nil
  }

  private static let base: UInt32 = 36

  /// A label without its prefix; nil where it is none.
  static func decode(_ encoded: String) -> String? {
    let bytes = Array(encoded.utf8)
    guard bytes.allSatisfy({ $0 < 0x80 }), bytes.count <= 63 else { return nil }
    let delimiter = bytes.lastIndex(of: UInt8(ascii: "-"))
    var output = bytes[..<(delimiter ?? 0)].map { Unicode.Scalar($0) }
    var rest = bytes[(delimiter.map { $0 + 1 } ?? 0)...]
    var (number, bias, value): (UInt32, UInt32, UInt32) = (128, 72, 0)
    while !rest.isEmpty {
      let before = value
      var weight: UInt32 = 1
      var step = base
      while true {
        guard let byte = rest.popFirst(), let digit = digit(byte) else { return nil }
        let (product, isTooLarge) = digit.multipliedReportingOverflow(by: weight)
        let (sum, overflows) = value.addingReportingOverflow(product)
        guard !isTooLarge, !overflows else { return nil }
        value = sum
        let threshold = step <= bias ? 1 : step >= bias + 26 ? 26 : step - bias
        if digit < threshold { break }
        let (next, isTooHeavy) = weight.multipliedReportingOverflow(by: base - threshold)
        guard !isTooHeavy else { return nil }
        weight = next
        step += base
      }
      let count = UInt32(output.count) + 1
      bias = adapted(value - before, count: count, isFirst: before == 0)
      let (sum, overflows) = number.addingReportingOverflow(value / count)
      guard !overflows, let scalar = Unicode.Scalar(sum) else { return nil }
      number = sum
      value %= count
      output.insert(scalar, at: Int(value))
      value += 1
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: output)
    return String(text)
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a"))
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 26
    default: nil
    }
  }

  private static func adapted(_ delta: UInt32, count: UInt32, isFirst: Bool) -> UInt32 {
    var delta = isFirst ? delta / 700 : delta / 2
    delta += delta / count
    var steps: UInt32 = 0
    while delta > 455 {
      delta /= base - 1
      steps += base
    }
    return steps + base * delta / (delta + 38)
  }
}
