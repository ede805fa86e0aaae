/// Checks UTF-8 as it arrives, and fails at the first byte that cannot belong to any text (RFC 3629, section 4).
struct UTF8Validator: Sendable {
  /// What has been read of a character, as the place its successors have in a row of `transitions`.
  private typealias State = UInt64

  /// There is no way out of `rejected`; being 0, it is also where every byte leads that a row does not mention.
  private static let rejected: State = 0
  private static let boundary: State = 6
  private static let oneMissing: State = 12
  private static let twoMissing: State = 18
  private static let threeMissing: State = 24
  /// After these the next byte may be less than any continuation, which rules out overlong forms, surrogates and what
  /// lies over U+10FFFF before the character is whole.
  private static let afterE0: State = 30
  private static let afterED: State = 36
  private static let afterF0: State = 42
  private static let afterF4: State = 48

  /// For each byte the successors of all states, six bits each. The next state is one shift away from the last, with
  /// no branch to guess, so that text of several alphabets is as fast as of one.
  private static let transitions: [UInt64] = (0...UInt8.max).map { byte in
    var row: UInt64 = 0
    for (state, successor) in successors(of: byte) { row |= successor << state }
    return row
  }

  private static func successors(of byte: UInt8) -> [(State, State)] {
    switch byte {
    case 0x00...0x7F: [(boundary, boundary)]
    case 0x80...0xBF:
      [(oneMissing, boundary), (twoMissing, oneMissing), (threeMissing, twoMissing)]
        + (byte < 0xA0 ? [(afterED, oneMissing)] : [(afterE0, oneMissing)])
        + (byte < 0x90 ? [(afterF4, twoMissing)] : [(afterF0, twoMissing)])
    case 0xC2...0xDF: [(boundary, oneMissing)]
    case 0xE0: [(boundary, afterE0)]
    case 0xED: [(boundary, afterED)]
    case 0xE1...0xEF: [(boundary, twoMissing)]
    case 0xF0: [(boundary, afterF0)]
    case 0xF1...0xF3: [(boundary, threeMissing)]
    case 0xF4: [(boundary, afterF4)]
    default: []
    }
  }

  private var state = boundary

  /// Whether the text may end here.
  var isComplete: Bool { state == UTF8Validator.boundary }

  /// Takes the text's next bytes; false once it cannot be UTF-8 any more.
  mutating func validate(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var index = isComplete ? UTF8Validator.skipASCII(bytes, from: 0) : 0
    guard index < bytes.count else { return true }
    return UTF8Validator.transitions.withUnsafeBufferPointer { transitions in
      while index < bytes.count {
        let end = min(index &+ 32, bytes.count)
        var next = state
        while index < end {
          next = transitions[Int(bytes[index])] &>> next
          index &+= 1
        }
        state = next & 63
        if isComplete { index = UTF8Validator.skipASCII(bytes, from: index) }
      }
      return state != UTF8Validator.rejected
    }
  }

  /// The index of the first byte from `start` on that is not ASCII, or a few ASCII bytes before it.
  private static func skipASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var index = start
    while index &+ 32 <= bytes.count {
      let word =
        bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        | bytes.loadUnaligned(fromByteOffset: index &+ 8, as: UInt64.self)
        | bytes.loadUnaligned(fromByteOffset: index &+ 16, as: UInt64.self)
        | bytes.loadUnaligned(fromByteOffset: index &+ 24, as: UInt64.self)
      guard word & 0x8080_8080_8080_8080 == 0 else { break }
      index &+= 32
    }
    while index &+ 8 <= bytes.count {
      let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      guard word & 0x8080_8080_8080_8080 == 0 else { break }
      index &+= 8
    }
    return index
  }
}
