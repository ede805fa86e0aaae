/// What two ends have agreed on about compressing messages (RFC 7692), as one of them sees it.
///
/// A server gets it from `accept(_:configuration:)`, a client from the outcome of its `ClientHandshake`; both give it
/// to their `WebSocketConnection`.
public struct PermessageDeflate: Hashable, Sendable {
  /// The extension's registered name.
  static let name = "permessage-deflate"

  /// What this end offers or accepts.
  ///
  /// The defaults bound the memory of a connection that has compressed and inflated to 50 KB, against 300 KB with
  /// zlib's own defaults, if the peer lets them: a client that offers no `client_max_window_bits`, or a server that
  /// does not know `server_max_window_bits`, may use a window of 15 bits, which costs 28 KB more. A connection that
  /// has compressed nothing holds nothing.
  public struct Configuration: Hashable, Sendable {
    /// The sliding window this end compresses with, as the power of two of its bytes: 9 to 15. Default 12.
    public var windowBits = 12
    /// The window the peer is asked to compress with, 9 to 15; 15 asks for nothing. Default 12.
    public var peerWindowBits = 12
    /// Whether this end compresses a message with the memory of those before it. Default true.
    public var keepsContext = true
    /// Whether the peer may. Default true.
    public var peerKeepsContext = true
    /// zlib's compression level, 0 to 9. Default 1: what more finds in short messages is not worth its time.
    public var level = 1
    /// zlib's memory level, 1 to 9. Default 5.
    public var memoryLevel = 5
    /// The shortest message, in bytes, worth compressing. Default 64.
    public var minimumSize = 64
    /// Whether a message goes out as it is when compression does not make it shorter. Default true.
    public var prefersShorter = true

    /// The defaults of each value.
    public init() {}
  }

  /// What the server answered.
  let parameters: Parameters
  /// How this end compresses.
  let deflater: Deflater.Settings
  /// How this end inflates.
  let inflater: Inflater.Settings

  /// The windows that zlib can compress with when there is no header. For 8 bits it has no raw format: it refuses, and
  /// before version 1.2.9 it quietly used 9, which the peer's window of 256 bytes cannot inflate.
  static let compressorWindows = 9...15

  /// The inflater takes any window that is at least as wide as the one the peer compresses with, so that 8 is no
  /// problem there.
  static func inflaterWindow(for bits: Int) -> Int { max(bits, compressorWindows.lowerBound) }
}

extension PermessageDeflate.Configuration {
  /// How to compress, with a window and a memory that the agreement allows.
  func deflater(windowBits: Int, keepsContext: Bool) -> Deflater.Settings {
    Deflater.Settings(
      windowBits: windowBits, keepsContext: keepsContext, level: min(max(level, 0), 9),
      memoryLevel: min(max(memoryLevel, 1), 9), minimumSize: max(minimumSize, 0), prefersShorter: prefersShorter)
  }
}

extension Int {
  /// The nearest window that zlib can compress with.
  var asCompressorWindow: Int {
    Swift.min(
      Swift.max(self, PermessageDeflate.compressorWindows.lowerBound), PermessageDeflate.compressorWindows.upperBound)
  }
}
