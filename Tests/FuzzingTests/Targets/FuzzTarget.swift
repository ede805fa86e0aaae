/// The parts of the module that bytes from a stranger reach, each with the invariants it must keep whatever they
/// are. The names are those of `Driver/fuzz.sh` and of the folders in `Corpus`.
enum FuzzTarget: String, CaseIterable, Sendable {
  /// Frame headers and masks.
  case frame
  /// Text as it arrives.
  case utf8
  /// A connection that was accepted, its peer and its owner.
  case server
  /// A connection that was opened, its peer and its owner.
  case client
  /// What a client gets for its request.
  case answer
  /// What a server is asked.
  case request
  /// What a proxy says to a client that wants a tunnel.
  case tunnel
  /// The extensions that one offers and the other accepts.
  case negotiation
  /// Compressed messages that come.
  case inflate
  /// Compressed messages that go.
  case deflate

  /// Runs the target once on an input.
  func run(_ bytes: UnsafeRawBufferPointer) throws(BrokenInvariant) {
    switch self {
    case .frame: try fuzzFrame(bytes)
    case .utf8: try fuzzUTF8(bytes)
    case .server: try fuzzServer(bytes)
    case .client: try fuzzClient(bytes)
    case .answer: try fuzzAnswer(bytes)
    case .request: try fuzzRequest(bytes)
    case .tunnel: try fuzzTunnel(bytes)
    case .negotiation: try fuzzNegotiation(bytes)
    case .inflate: try fuzzInflate(bytes)
    case .deflate: try fuzzDeflate(bytes)
    }
  }
}

/// What a target found: an input for which the module does not keep its word.
struct BrokenInvariant: Error, CustomStringConvertible {
  let description: String
}

/// Says what is broken unless `holds`.
func invariant(_ holds: Bool, _ broken: @autoclosure () -> String) throws(BrokenInvariant) {
  if !holds { throw BrokenInvariant(description: broken()) }
}

/// An input in two parts: bytes of the wire from its front, and decisions from its back, so that what a mutation
/// puts into the wire does not change the meaning of the decisions.
struct FuzzInput {
  private(set) var wire: [UInt8]

  init(_ bytes: UnsafeRawBufferPointer) { wire = Array(bytes) }

  /// The next decision; 0 when there are none left.
  mutating func decide() -> UInt8 { wire.popLast() ?? 0 }
}

extension [UInt8] {
  /// Hands the bytes over in reads of the given sizes, the last size again and again, until `body` returns false.
  /// Each read lies on the heap in exactly its size, so that AddressSanitizer sees a single byte read too many.
  func inReads<Failure: Error>(of sizes: [Int], _ body: (RawSpan) throws(Failure) -> Bool) throws(Failure) {
    var start = 0
    var next = sizes.makeIterator()
    var read = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 1)
    defer { read.deallocate() }
    while start < count {
      let size = Swift.min(next.next().map { Swift.max(1, $0) } ?? Swift.max(1, read.count), count - start)
      if size != read.count {
        read.deallocate()
        read = .allocate(byteCount: size, alignment: 1)
      }
      read.copyBytes(from: self[start..<start + size])
      start += size
      guard try body(UnsafeRawBufferPointer(read).bytes) else { return }
    }
  }
}

/// The same numbers each time: an input must have one outcome.
struct SeededGenerator: RandomNumberGenerator, Sendable {
  var state: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
