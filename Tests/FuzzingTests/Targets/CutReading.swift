@testable import WebSocket

/// What a parser has made of some bytes.
struct Received<Outcome: Equatable, Failure: Error & Equatable>: Equatable {
  var verdict: Result<Outcome, Failure>
  /// The bytes taken up to the outcome; 0 where there was none.
  var consumed = 0

  /// Feeds a parser until it has an outcome; nothing may be left unread before it.
  init(
    _ wire: [UInt8], inReadsOf sizes: [Int], by receive: (RawSpan, inout Int) throws(Failure) -> Outcome?,
    atEnd: () throws(Failure) -> Outcome
  ) throws(BrokenInvariant) {
    var outcome: Outcome?
    var taken = 0
    var isAllRead = true
    do throws(Failure) {
      try wire.inReads(of: sizes) { read throws(Failure) in
        var offset = 0
        outcome = try receive(read, &offset)
        taken += offset
        isAllRead = offset == read.byteCount
        return outcome == nil && isAllRead
      }
      if outcome == nil, isAllRead { outcome = try atEnd() }
    } catch {
      verdict = .failure(error)
      return
    }
    guard let outcome else { throw BrokenInvariant(description: "bytes left unread before the outcome") }
    verdict = .success(outcome)
    consumed = taken
  }

  /// What comes of the bytes in one piece, which must also come of them in any others.
  static func whateverTheCuts(
    _ input: inout FuzzInput, _ receive: (_ wire: [UInt8], _ sizes: [Int]) throws(BrokenInvariant) -> Received
  ) throws(BrokenInvariant) -> Received {
    let sizes = (0..<Int(input.decide() & 7)).map { _ in Int(input.decide()) }
    let whole = try receive(input.wire, [input.wire.count])
    for sizes in [[1], sizes] {
      let cut = try receive(input.wire, sizes)
      try invariant(cut == whole, "in reads of \(sizes): \(cut), whole: \(whole)")
    }
    return whole
  }
}
