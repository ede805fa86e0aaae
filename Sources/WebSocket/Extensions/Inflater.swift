import CZlib

/// Inflates the payloads of compressed messages (RFC 7692, section 7.2.2), in steps whose output is bounded.
struct Inflater: ~Copyable {
  struct Settings: Hashable, Sendable {
    /// At least as wide as the peer's window; 9 to 15.
    var windowBits: Int
    /// Whether a message may refer to those before it.
    var keepsContext: Bool
  }

  private let stream: ZlibStream
  private let keepsContext: Bool
  /// A block with BFINAL was the last thing seen.
  private var isBehindFinalBlock = false

  /// nil when there is no memory.
  init?(_ settings: Settings, memory: ZlibMemory = .system) {
    let stream = memory.makeStream()
    guard chatai_inflate_init_raw(stream, Int32(settings.windowBits)) == Z_OK else {
      stream.deallocate()
      return nil
    }
    self.stream = stream
    keepsContext = settings.keepsContext
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Whether the tail that the sender has cut off must be put back at a message's end.
  ///
  /// Behind a final block a sender should begin another block (section 7.2.3.4), whose end the tail is; one that ends
  /// its message with its stream has said all the same.
  var needsTail: Bool { !isBehindFinalBlock }

  /// Begins a message.
  mutating func begin() {
    guard !keepsContext else { return }
    inflateReset(stream)
    isBehindFinalBlock = false
  }

  /// Inflates some of `input` into the spare capacity of `output`, at most `limit` bytes.
  ///
  /// - Returns: whether there is no more to come of this input.
  /// - Throws: `corruptCompressedData`; `outOfMemory`.
  mutating func inflate(_ input: inout UnsafeRawBufferPointer, into output: inout [UInt8], atMost limit: Int)
    throws(ProtocolViolation) -> Bool
  {
    if isBehindFinalBlock {
      guard !input.isEmpty else { return true }
      // More blocks follow. The window stays: where one stream ends says nothing about context takeover.
      inflateResetKeep(stream)
      isBehindFinalBlock = false
    }
    let lent = UnsafeRawBufferPointer(rebasing: input.prefix(Int(Int32.max)))
    let room = min(limit, Int(Int32.max))
    var status = Z_OK
    output.append(addingCapacity: room) { span in
      span.withUnsafeMutableBufferPointer { bytes, initializedCount in
        stream.pointee.lend(input: lent, output: UnsafeMutableRawBufferPointer(bytes))
        status = CZlib.inflate(stream, Z_SYNC_FLUSH)
        initializedCount = bytes.count - Int(stream.pointee.avail_out)
      }
    }
    input = UnsafeRawBufferPointer(rebasing: input.dropFirst(lent.count - Int(stream.pointee.avail_in)))
    let isFull = stream.pointee.avail_out == 0
    stream.pointee.takeBack()
    switch status {
    case Z_OK: break
    // Nothing to do any more: the last step had filled its room exactly.
    case Z_BUF_ERROR: break
    case Z_STREAM_END: isBehindFinalBlock = true
    case Z_MEM_ERROR: throw .outOfMemory
    default: throw .corruptCompressedData
    }
    return input.isEmpty && (isBehindFinalBlock || !isFull)
  }

  /// Whether what has been inflated ends with a block, as it must behind the tail.
  var isAtBlockEnd: Bool {
    // zlib's record of where it stands: 128 behind a block that is not final, plus the bits of the next one.
    isBehindFinalBlock || stream.pointee.data_type == 128
  }
}

/// Sound: a noncopyable value has one owner at a time, nothing else knows the stream, and zlib keeps no state outside
/// of it.
extension Inflater: @unchecked Sendable {}
