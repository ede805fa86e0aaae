import CZlib

/// zlib's record of a stream, on the heap: zlib's own state points back at it, so it must not move.
///
/// What owns one is noncopyable and frees it, and the state zlib hangs on it, when it goes.
typealias ZlibStream = UnsafeMutablePointer<z_stream>

/// Where zlib takes its memory from. Tests count it; all else uses the system's.
struct ZlibMemory {
  var allocate: alloc_func?
  var free: free_func?
  var context: UnsafeMutableRawPointer?

  static var system: ZlibMemory { ZlibMemory(allocate: nil, free: nil, context: nil) }

  /// A record that zlib's init functions take.
  func makeStream() -> ZlibStream {
    let stream = ZlibStream.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    stream.pointee.zalloc = allocate
    stream.pointee.zfree = free
    stream.pointee.opaque = context
    return stream
  }
}

/// What zlib is lent for one call; it only ever reads its input, though its types do not say so.
extension z_stream {
  mutating func lend(input: UnsafeRawBufferPointer, output: UnsafeMutableRawBufferPointer) {
    next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: Bytef.self).baseAddress)
    avail_in = uInt(input.count)
    next_out = output.bindMemory(to: Bytef.self).baseAddress
    avail_out = uInt(output.count)
  }

  /// Leaves no pointer behind to what was lent.
  mutating func takeBack() {
    next_in = nil
    avail_in = 0
    next_out = nil
    avail_out = 0
  }
}

/// Every message ends in an empty block without compression, of which these bytes stay off the wire
/// (RFC 7692, section 7.2.1).
enum DeflateTail {
  static let size = 4

  static func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let bytes = UInt32(0x0000_FFFF).bigEndian
    return try withUnsafeBytes(of: bytes, body)
  }
}
