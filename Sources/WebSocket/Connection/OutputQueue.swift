/// What waits to be written, in order: frames joined in one buffer, and long payloads, which are kept as they are,
/// shared with whoever else holds the message, instead of being copied.
struct OutputQueue: Sendable {
  /// A payload of this size or more is kept; joined frames are closed off at this size, so that what has been written
  /// can be freed piece by piece.
  static let pieceSize = 1 << 15

  /// Pieces that are not added to any more, the next to be written first.
  private var pieces: [[UInt8]] = []
  private var sizeOfPieces = 0
  /// What has been taken of the first piece or, when there is none, of `frames`.
  private var taken = 0
  /// The last frames, for encoders to append to.
  var frames: [UInt8] = []
  /// The bytes taken so far.
  private(set) var drainedSize = 0

  /// The bytes that wait.
  var count: Int { sizeOfPieces + frames.count - taken }

  /// Adds a payload behind the frames.
  mutating func append(payload: [UInt8]) {
    if payload.count < OutputQueue.pieceSize {
      frames.append(contentsOf: payload)
    } else {
      closeFrames()
      addPiece(payload)
    }
  }

  /// To be called before a frame is added to `frames`.
  mutating func prepareForFrame() {
    if frames.count >= OutputQueue.pieceSize { closeFrames() }
  }

  /// Hands out up to `limit` bytes, in as few calls of `body` as the queue has pieces, and forgets them.
  ///
  /// - Parameter reusingStorage: whether the buffer of the frames, if it is small, is kept for the next ones.
  mutating func drain<Failure: Error>(
    atMost limit: Int, reusingStorage: Bool, _ body: (RawSpan) throws(Failure) -> Void
  ) throws(Failure) {
    var room = limit
    while room > 0, let piece = pieces.first {
      try drain(piece, &room, body)
      guard taken == piece.count else { return }
      pieces.removeFirst()
      sizeOfPieces -= piece.count
      taken = 0
    }
    guard room > 0, taken < frames.count else { return }
    try drain(frames, &room, body)
    guard taken == frames.count else { return }
    taken = 0
    frames.removeAll(keepingCapacity: reusingStorage && frames.capacity <= MessageAssembler.retainedCapacity)
  }

  private mutating func drain<Failure: Error>(
    _ piece: [UInt8], _ room: inout Int, _ body: (RawSpan) throws(Failure) -> Void
  ) throws(Failure) {
    let end = taken + min(room, piece.count - taken)
    try body(piece.span.bytes.extracting(taken..<end))
    room -= end - taken
    drainedSize += end - taken
    taken = end
  }

  private mutating func closeFrames() {
    guard !frames.isEmpty else { return }
    addPiece(frames)
    frames = []
  }

  private mutating func addPiece(_ piece: [UInt8]) {
    pieces.append(piece)
    sizeOfPieces += piece.count
  }
}
