import CZlib

/// Compresses whole messages (RFC 7692, section 7.2.1).
struct Deflater: ~Copyable {
  struct Settings: Hashable, Sendable {
    /// 9 to 15.
    var windowBits: Int
    /// Whether a message may refer to those before it.
    var keepsContext: Bool
    var level: Int
    var memoryLevel: Int
    /// Messages under this size are not for the compressor: they would hardly shrink.
    var minimumSize: Int
    /// Whether a message that does not shrink is to go out as it is.
    var prefersShorter: Bool
  }

  private let stream: ZlibStream
  private let keepsContext: Bool
  private let prefersShorter: Bool

  /// nil when there is no memory.
  init?(_ settings: Settings, memory: ZlibMemory = .system) {
    let stream = memory.makeStream()
    let status = chatai_deflate_init_raw(
      stream, Int32(settings.level), Int32(settings.windowBits), Int32(settings.memoryLevel))
    guard status == Z_OK else {
      stream.deallocate()
      return nil
    }
    self.stream = stream
    keepsContext = settings.keepsContext
    prefersShorter = settings.prefersShorter
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Appends the message to `output`, compressed, if that is shorter than the message or is wanted whatever comes of it.
  ///
  /// A result that is no shorter is thrown away and the compressor begins anew. The peer's inflater need not know: it
  /// still holds what was sent before, and the compressor, with nothing to remember, refers to none of it. So both
  /// stay in step, with context takeover too.
  ///
  /// - Returns: whether it was; otherwise `output` is as before.
  mutating func compress(_ message: UnsafeRawBufferPointer, into output: inout [UInt8]) -> Bool {
    guard message.count <= Int(UInt32.max / 2) else { return false }
    guard !message.isEmpty else {
      // The beginning of an empty block, which the tail ends (section 7.2.3.6). zlib does not flush nothing twice.
      if !prefersShorter { output.append(0) }
      return !prefersShorter
    }
    // One byte less than the message, the tail that is cut off again, and one byte more, for zlib is known to be done
    // only when room is left.
    let shorter = message.count + DeflateTail.size
    // zlib's bound does not count what a flush adds: the end of a block, and the tail.
    let room = prefersShorter ? shorter : Int(deflateBound(stream, uLong(message.count))) + 16
    let start = output.count
    output.append(addingCapacity: room) { span in
      span.withUnsafeMutableBufferPointer { bytes, initializedCount in
        stream.pointee.lend(input: message, output: UnsafeMutableRawBufferPointer(bytes))
        deflate(stream, Z_SYNC_FLUSH)
        initializedCount = bytes.count - Int(stream.pointee.avail_out)
      }
    }
    let isDone = stream.pointee.avail_in == 0 && stream.pointee.avail_out > 0
    stream.pointee.takeBack()
    if isDone {
      output.removeLast(DeflateTail.size)
    } else {
      output.removeSubrange(start...)
    }
    if !isDone || !keepsContext { deflateReset(stream) }
    return isDone
  }
}

/// Sound: a noncopyable value has one owner at a time, nothing else knows the stream, and zlib keeps no state outside
/// of it.
extension Deflater: @unchecked Sendable {}
