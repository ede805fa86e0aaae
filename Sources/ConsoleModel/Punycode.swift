/// RFC 3492: labels of host names that are not ASCII, there and back.
public enum Punycode {
  private static let (base, initialBias, initialCode) = (36, 72, 128)
  /// No label is longer, and what claims to be one must not cost more.
  private static let longestLabel = 63

  /// A host with its `xn--` labels decoded; nil when none is encoded, or one is no Punycode.
  public static func decoded(host: String) -> String? {
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

  /// A label without its prefix; nil where it is none.
  public static func decode(_ encoded: String) -> String? {
    let bytes = Array(encoded.utf8)
    guard bytes.allSatisfy({ $0 < 0x80 }), bytes.count <= longestLabel else { return nil }
    let delimiter = bytes.lastIndex(of: UInt8(ascii: "-"))
    var output = bytes[..<(delimiter ?? 0)].map { Unicode.Scalar($0) }
    var rest = bytes[(delimiter.map { $0 + 1 } ?? 0)...]
    var (code, bias, value) = (initialCode, initialBias, 0)
    while !rest.isEmpty {
      let before = value
      var (weight, step) = (1, base)
      while true {
        guard let byte = rest.popFirst(), let digit = digit(byte) else { return nil }
        let (product, isTooLarge) = digit.multipliedReportingOverflow(by: weight)
        let (sum, overflows) = value.addingReportingOverflow(product)
        guard !isTooLarge, !overflows else { return nil }
        value = sum
        let threshold = threshold(step, bias)
        if digit < threshold { break }
        let (next, isTooHeavy) = weight.multipliedReportingOverflow(by: base - threshold)
        guard !isTooHeavy else { return nil }
        weight = next
        step += base
      }
      let count = output.count + 1
      bias = adapted(value - before, count: count, isFirst: before == 0)
      let (sum, overflows) = code.addingReportingOverflow(value / count)
      guard !overflows, let scalar = UInt32(exactly: sum).flatMap(Unicode.Scalar.init) else { return nil }
      code = sum
      value %= count
      output.insert(scalar, at: value)
      value += 1
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: output)
    return String(text)
  }

  /// A label's code, without its prefix; nil for one that is longer than any label may be.
  static func encode(_ label: some StringProtocol) -> String? {
    let input = label.unicodeScalars.map { Int($0.value) }
    guard input.count <= longestLabel else { return nil }
    var output = input.filter { $0 < 0x80 }.map { Character(Unicode.Scalar(UInt8($0))) }
    let basic = output.count
    if basic > 0 { output.append("-") }
    var (code, delta, bias, handled) = (initialCode, 0, initialBias, basic)
    while handled < input.count, let next = input.filter({ $0 >= code }).min() {
      delta += (next - code) * (handled + 1)
      code = next
      for scalar in input {
        if scalar < code { delta += 1 }
        guard scalar == code else { continue }
        var (left, step) = (delta, base)
        while true {
          let threshold = threshold(step, bias)
          if left < threshold { break }
          output.append(character(threshold + (left - threshold) % (base - threshold)))
          left = (left - threshold) / (base - threshold)
          step += base
        }
        output.append(character(left))
        bias = adapted(delta, count: handled + 1, isFirst: handled == basic)
        delta = 0
        handled += 1
      }
      delta += 1
      code += 1
    }
    return String(output)
  }

  // MARK: What both ways share

  private static func threshold(_ step: Int, _ bias: Int) -> Int { min(max(step - bias, 1), 26) }

  private static func adapted(_ delta: Int, count: Int, isFirst: Bool) -> Int {
    var delta = isFirst ? delta / 700 : delta / 2
    delta += delta / count
    var steps = 0
    while delta > 455 {
      delta /= base - 1
      steps += base
    }
    return steps + base * delta / (delta + 38)
  }

  private static func digit(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a"))
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte - UInt8(ascii: "A"))
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0")) + 26
    default: nil
    }
  }

  private static func character(_ digit: Int) -> Character {
    Character(Unicode.Scalar(UInt8(digit < 26 ? digit + 97 : digit - 26 + 48)))
  }
}
