@testable import WebSocket

/// Frame headers: what is decoded encodes to the same bytes, a cut anywhere changes nothing, a second reading of
/// the RFC agrees, and a mask is the RFC's whatever the length and the place.
func fuzzFrame(_ bytes: UnsafeRawBufferPointer) throws(BrokenInvariant) {
  var input = FuzzInput(bytes)
  let decision = input.decide()
  let expectsMask = decision & 1 != 0
  let allowsRSV1 = decision & 2 != 0
  var decoder = FrameHeaderDecoder(expectsMask: expectsMask)
  if allowsRSV1 { decoder.extensionBits = .rsv1 }

  let whole = decodeAll(input.wire, with: decoder, readSize: input.wire.count)
  for size in [1, 2 + Int(decision >> 4)] {
    let cut = decodeAll(input.wire, with: decoder, readSize: size)
    try invariant(whole == cut, "cut into \(size): \(cut), whole: \(whole)")
  }

  for header in whole.headers {
    var encoded: [UInt8] = []
    header.value.encode(into: &encoded)
    let wire = input.wire[header.range]
    try invariant(encoded == Array(wire), "\(Array(wire)) decodes to \(header.value), which encodes to \(encoded)")
    guard let reference = ReferenceFrame(wire) else {
      throw BrokenInvariant(description: "\(header.value) is read before it is whole")
    }
    try invariant(
      !reference.isFaulty(expectsMask: expectsMask, allowsRSV1: allowsRSV1), "\(reference) is a violation")
    try invariant(
      reference.headerSize == header.range.count && reference.length == UInt64(header.value.payloadLength)
        && reference.opcode == header.value.opcode.rawValue && reference.isFinal == header.value.isFinal,
      "\(header.value) is \(reference)")
    if let key = header.value.maskingKey {
      try checkMask(key, reference.key ?? [], on: Array(input.wire.suffix(80)), offset: Int(decision))
    }
  }
  let rest = input.wire.dropFirst(whole.end)
  if whole.violation == nil, let reference = ReferenceFrame(rest) {
    throw BrokenInvariant(description: "\(reference) is whole and has not been read")
  }
  if whole.violation != nil, let reference = ReferenceFrame(rest) {
    try invariant(
      reference.isFaulty(expectsMask: expectsMask, allowsRSV1: allowsRSV1), "\(reference) is no violation")
  }
}

private struct DecodedHeaders: Equatable {
  struct Header: Equatable {
    var value: FrameHeader
    var range: Range<Int>
  }

  var headers: [Header] = []
  var violation: ProtocolViolation?
  /// Where the last whole frame ends.
  var end = 0
}

/// The headers of the frames in `wire`; payloads are passed over, as far as they are there.
private func decodeAll(_ wire: [UInt8], with decoder: FrameHeaderDecoder, readSize: Int) -> DecodedHeaders {
  var decoder = decoder
  var decoded = DecodedHeaders()
  var consumed = 0
  var payloadLeft = 0
  do {
    try wire.inReads(of: [readSize]) { span throws(ProtocolViolation) in
      try span.withUnsafeBytes { read throws(ProtocolViolation) in
        var offset = 0
        while offset < read.count {
          let passed = min(payloadLeft, read.count - offset)
          offset += passed
          payloadLeft -= passed
          guard let header = try decoder.decode(read, &offset) else { continue }
          decoded.headers.append(DecodedHeaders.Header(value: header, range: decoded.end..<consumed + offset))
          payloadLeft = header.payloadLength
          decoded.end = consumed + offset + min(payloadLeft, wire.count - consumed - offset)
        }
        consumed += offset
      }
      return true
    }
  } catch {
    decoded.violation = error
  }
  return decoded
}

/// Masks `payload` as if it began `offset` bytes into a frame's, and compares with the RFC's sentence (section 5.3).
private func checkMask(_ key: MaskingKey, _ bytes: [UInt8], on payload: [UInt8], offset: Int) throws(BrokenInvariant) {
  var masked = payload
  masked.withUnsafeMutableBytes { key.apply(to: $0, offset: offset) }
  let expected = payload.enumerated().map { $1 ^ bytes[($0 + offset) % 4] }
  try invariant(masked == expected, "mask \(bytes) at \(offset): \(payload) became \(masked)")
}
