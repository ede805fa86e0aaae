/// What a Unicode scalar may do on the screen. This is the sanitiser's allow-list.
enum ScalarClass: UInt8, Sendable {
  /// Never shown as itself: controls, format and ignorable characters, bidi controls, private use,
  /// unassigned, and whatever else `wcwidth` calls unprintable.
  case refused
  /// Takes one cell.
  case narrow
  /// Takes two cells.
  case wide
  /// Takes no cell of its own: joins the spacing character before it.
  case combining

  /// The class of `scalar`: a look into a table for those below U+10000, a search of the runs above.
  init(_ scalar: Unicode.Scalar) {
    let value = Int(scalar.value)
    if value < 0x7F {
      self = value >= 0x20 ? .narrow : .refused
    } else {
      self = value < basicPlane.count ? basicPlane[value] : ScalarClass(searching: scalar.value)
    }
  }

  /// The class by the last run that starts at or before `value`.
  private init(searching value: UInt32) {
    let needle = value << 2 | 3  // the class sits in the low bits
    var low = 0
    var high = scalarRuns.count
    while low < high {
      let middle = (low + high) / 2
      if scalarRuns[middle] <= needle { low = middle + 1 } else { high = middle }
    }
    self = low > 0 ? ScalarClass(run: scalarRuns[low - 1]) : .refused
  }

  fileprivate init(run: UInt32) { self = ScalarClass(rawValue: UInt8(run & 3)) ?? .refused }
}

/// The classes of U+0000 to U+FFFF, one byte each, spread out from the runs at first use in some microseconds.
private let basicPlane: [ScalarClass] = {
  var plane = [ScalarClass](repeating: .refused, count: 0x1_0000)
  for (run, next) in zip(scalarRuns, scalarRuns.dropFirst()) where run >> 2 < 0x1_0000 {
    let scalarClass = ScalarClass(run: run)
    guard scalarClass != .refused else { continue }
    for value in Int(run >> 2)..<min(Int(next >> 2), plane.count) { plane[value] = scalarClass }
  }
  return plane
}()

extension Unicode.Scalar {
  /// ZERO WIDTH JOINER, which glues emoji together.
  static let joiner: Unicode.Scalar = "\u{200D}"
  /// ZERO WIDTH NON-JOINER, ordinary spelling in Persian and in several Indic scripts.
  static let nonJoiner: Unicode.Scalar = "\u{200C}"

  /// A space of an odd width that means no more than a space. The no-break and the ideographic one do.
  var isOddSpace: Bool { 0x2000...0x200A ~= value || value == 0x1680 || value == 0x202F || value == 0x205F }

  /// VS15 and VS16, which ask for the text or the emoji form of the character before.
  var isPresentationSelector: Bool { value == 0xFE0E || value == 0xFE0F }

  /// The selectors that choose a variant of an ideograph.
  var isIdeographSelector: Bool { 0xFE00...0xFE0D ~= value || 0xE0100...0xE01EF ~= value }

  /// One of the five skin tones.
  var isSkinTone: Bool { 0x1F3FB...0x1F3FF ~= value }

  /// The Latin capital that a regional indicator stands for, else nil.
  var regionalLetter: UInt8? { 0x1F1E6...0x1F1FF ~= value ? UInt8(value - 0x1F1E6) + 0x41 : nil }

  /// A letter of the scripts whose spelling uses the joiners: Arabic to Sinhala, Myanmar, Khmer, Mongolian.
  var usesJoiners: Bool { 0x600..<0xE00 ~= value || 0x1000..<0x10A0 ~= value || 0x1780..<0x18B0 ~= value }
}
