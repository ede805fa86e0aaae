import Testing

@testable import WebSocket

/// A header that is there whole takes another way through the decoder than one that comes in pieces.
@Suite("RFC 6455 section 5.2, frame headers whole and in pieces") struct FrameHeaderTests {
  private typealias Outcome = Result<FrameHeader, ProtocolViolation>

  /// What comes of `bytes` when they arrive `size` at a time, and how many were taken.
  private func decode(_ bytes: [UInt8], inReadsOf size: Int, expectsMask: Bool, allowing bits: ReservedBits) -> (
    outcome: Outcome?, taken: Int
  ) {
    var decoder = FrameHeaderDecoder(expectsMask: expectsMask)
    decoder.extensionBits = bits
    for start in stride(from: 0, to: bytes.count, by: size) {
      let read = Array(bytes[start..<min(start + size, bytes.count)])
      var offset = 0
      do throws(ProtocolViolation) {
        guard
          let header = try read.span.bytes.withUnsafeBytes({ bytes throws(ProtocolViolation) in
            try decoder.decode(bytes, &offset)
          })
        else { continue }
        return (.success(header), start + offset)
      } catch {
        return (.failure(error), start)
      }
    }
    return (nil, bytes.count)
  }

  @Test(
    "Every first byte, with lengths of every form", arguments: [true, false], [[], .rsv1] as [ReservedBits])
  func everyStart(expectsMask: Bool, bits: ReservedBits) {
    let tails: [[UInt8]] = [
      [0, 0, 0, 0, 0, 0, 0, 0], [0, 125, 1, 2, 3, 4, 5, 6], [0, 126, 9, 9, 9, 9, 9, 9], [0xFF, 0xFF, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0xFF, 0xFF], [0, 0, 0, 0, 0, 1, 0, 0], [0x7F, 0xFF, 1, 1, 1, 1, 1, 1],
      [0x80, 0, 0, 0, 0, 0, 0, 0],
    ]
    for first in UInt8.min...UInt8.max {
      for second: UInt8 in [0, 1, 125, 126, 127, 0x80, 0x81, 0xFD, 0xFE, 0xFF] {
        for tail in second & 0x7F < 126 ? [tails[1]] : tails {
          let bytes = [first, second] + tail + [0x37, 0xFA, 0x21, 0x3D, 0x55, 0x55]
          let whole = decode(bytes, inReadsOf: bytes.count, expectsMask: expectsMask, allowing: bits)
          let pieces = decode(bytes, inReadsOf: 1, expectsMask: expectsMask, allowing: bits)
          let isSame = whole.outcome == pieces.outcome
          if !isSame { Issue.record("\(bytes): \(String(describing: whole.outcome)) whole") }
          if case .success = whole.outcome, whole.taken != pieces.taken { Issue.record("\(bytes): size of the header") }
        }
      }
    }
  }
}
