/// A moment of the demo, said by its distance from the start: `-2d3h15m`, `-40s`, `0s`.
///
/// Units are days, hours, minutes and seconds, each at most once and in this order. Relative, because a demo's history
/// must always have happened just now.
struct DemoOffset: Hashable, Sendable, Comparable {
  /// The distance from the start; negative lies in the past.
  let duration: Duration

  private static let units: [(letter: Character, seconds: Int64)] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]

  /// Reads an offset; nil for anything that is not one, and for numbers over six digits.
  init?(_ text: String) {
    var rest = Substring(text)
    let isPast = rest.first == "-"
    if isPast { rest.removeFirst() }
    guard !rest.isEmpty else { return nil }
    var seconds: Int64 = 0
    var units = Self.units[...]
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard digits.count <= 6, let number = Int64(digits) else { return nil }
      rest.removeFirst(digits.count)
      guard let letter = rest.popFirst(), let index = units.firstIndex(where: { $0.letter == letter }) else {
        return nil
      }
      seconds += number * units[index].seconds
      units = units[(index + 1)...]
    }
    duration = .seconds(isPast ? -seconds : seconds)
  }

  static func < (lhs: DemoOffset, rhs: DemoOffset) -> Bool { lhs.duration < rhs.duration }
}

extension DemoOffset: Decodable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let offset = DemoOffset(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is not an offset such as -2d3h15m")
    }
    self = offset
  }
}
