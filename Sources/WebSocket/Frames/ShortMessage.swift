/// A message in one unfragmented, uncompressed frame of at most 125 bytes, which nearly all traffic is made of. Taken
/// whole it costs half of what it costs by way of a header, a beginning, parts and an end.
struct ShortMessage {
  let isText: Bool
  let maskingKey: MaskingKey?
  /// As it is on the wire.
  let payload: UnsafeRawBufferPointer
  /// Where the next frame begins.
  let end: Int
}

extension FrameHeaderDecoder {
  /// The short message that is there whole at `offset`.
  ///
  /// - Returns: nil when there is something else, or not all of it, or something wrong: `decode` tells which.
  func shortMessage(in bytes: UnsafeRawBufferPointer, at offset: Int) -> ShortMessage? {
    let headerSize = expectsMask ? 6 : 2
    guard isBetweenFrames, bytes.count &- offset >= headerSize else { return nil }
    let (first, second) = (bytes[offset], bytes[offset &+ 1])
    // All of the first byte: the FIN bit, no reserved ones, and one of the two opcodes.
    guard first == 0x81 || first == 0x82 else { return nil }
    let length = second & 0x7F
    guard length <= 125, (second & 0x80 != 0) == expectsMask else { return nil }
    let start = offset &+ headerSize
    let end = start &+ Int(length)
    guard end <= bytes.count else { return nil }
    let key = expectsMask ? bytes.loadUnaligned(fromByteOffset: offset &+ 2, as: UInt32.self).bigEndian : nil
    return ShortMessage(
      isText: first == 0x81, maskingKey: key.map(MaskingKey.init(rawValue:)),
      payload: UnsafeRawBufferPointer(rebasing: bytes[start..<end]), end: end)
  }
}
