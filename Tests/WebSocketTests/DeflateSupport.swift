import CZlib

@testable import WebSocket

/// The compressed "Hello" of RFC 7692, section 7.2.3.1: one block with fixed codes, its tail taken off.
let compressedHello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]

/// What both ends agree on when `client` offers and `server` accepts, as each of them sees it.
func agreement(
  client: PermessageDeflate.Configuration = PermessageDeflate.Configuration(),
  server: PermessageDeflate.Configuration = PermessageDeflate.Configuration()
) -> (client: PermessageDeflate, server: PermessageDeflate) {
  let offers = PermessageDeflate.offers(client).map(\.element)
  guard let accepted = PermessageDeflate.accept(offers, configuration: server),
    let judged = try? PermessageDeflate.judge([accepted.response], configuration: client)
  else { fatalError("no agreement") }
  return (judged, accepted)
}

/// A connection that has agreed on compression with a client, or a server, of the defaults.
func deflatingConnection(
  _ role: WebSocketConnection.Role, limit: Int = 1 << 20,
  client: PermessageDeflate.Configuration = PermessageDeflate.Configuration(),
  server: PermessageDeflate.Configuration = PermessageDeflate.Configuration()
) -> WebSocketConnection {
  var configuration = WebSocketConnection.Configuration()
  configuration.maximumMessageSize = limit
  let agreed = agreement(client: client, server: server)
  return WebSocketConnection(
    role: role, configuration: configuration, deflate: role == .client ? agreed.client : agreed.server, now: .zero,
    generator: CountingGenerator())
}

/// A compressor of the tests' own, with each of zlib's ways to end a message: the module's only does what its
/// connections need.
final class PlainDeflater {
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

  init(windowBits: Int = 15, level: Int = 9) {
    stream.initialize(to: z_stream())
    let status = chatai_deflate_init_raw(stream, Int32(level), Int32(windowBits), 8)
    precondition(status == Z_OK)
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Everything that zlib has to say about `bytes`, with the tail of a sync flush still there.
  func run(_ bytes: [UInt8], _ flush: Int32) -> [UInt8] {
    var input = bytes
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    input.withUnsafeMutableBufferPointer { input in
      stream.pointee.next_in = input.baseAddress
      stream.pointee.avail_in = uInt(input.count)
      repeat {
        let count = chunk.withUnsafeMutableBufferPointer { chunk in
          stream.pointee.next_out = chunk.baseAddress
          stream.pointee.avail_out = uInt(chunk.count)
          deflate(stream, flush)
          return chunk.count - Int(stream.pointee.avail_out)
        }
        output += chunk[..<count]
      } while stream.pointee.avail_out == 0
    }
    return output
  }

  /// A message as it is sent: without its tail.
  func message(_ bytes: [UInt8]) -> [UInt8] { run(bytes, Z_SYNC_FLUSH).dropLast(4) }

  /// A message of one final block, and the empty block of RFC 7692, section 7.2.3.4.
  func finalMessage(_ bytes: [UInt8]) -> [UInt8] {
    defer { deflateReset(stream) }
    return run(bytes, Z_FINISH) + [0]
  }
}

/// Bytes that no compressor makes shorter.
func noise(_ count: Int) -> [UInt8] {
  var generator = CountingGenerator()
  // Its low bits repeat soon.
  return (0..<count).map { _ in UInt8(generator.next() >> 56) }
}

/// Text as the wire sees it often: the same shape, other values.
func record(_ number: Int) -> String {
  "{\"id\":\(number),\"sender\":\"visitor\",\"text\":\"message number \(number)\",\"read\":\(number.isMultiple(of: 2))}"
}
