/// What a load generator sends, in turn: messages of one size that differ, so that a reply in the wrong place shows.
enum LoadMessages: Sendable {
  case texts([String])
  case binaries([[UInt8]])

  /// Random bytes, or JSON such as APIs send, which compresses as such.
  init(size: Int, isBinary: Bool) {
    // Enough to differ, and few enough to stay in the cache when they are long.
    let count = max(3, min(64, (1 << 20) / size))
    self =
      isBinary
      ? .binaries((0..<count).map { _ in (0..<size).map { _ in UInt8.random(in: 0...255) } })
      : .texts((0..<count).map { Self.json(size: size, number: $0) })
  }

  var count: Int {
    switch self {
    case .texts(let texts): texts.count
    case .binaries(let binaries): binaries.count
    }
  }

  private static let states = ["pending", "shipped", "cancelled", "paid", "returned", "on hold"]

  /// The start of a document; where it is cut off, as a text, is of no matter.
  private static func json(size: Int, number: Int) -> String {
    var text = "{\"page\":\(number),\"orders\":["
    while text.utf8.count < size {
      let state = states[Int.random(in: 0..<states.count)]
      let (id, price) = (Int.random(in: 0..<1_000_000), Int.random(in: 0..<90_000))
      text += "{\"id\":\(id),\"state\":\"\(state)\",\"price\":\(price)},"
    }
    return String(text.prefix(size))
  }
}
