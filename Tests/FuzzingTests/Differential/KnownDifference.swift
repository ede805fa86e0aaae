import Foundation

@testable import WebSocket

/// Where the module and Python's websockets are meant to disagree, and why. Whatever is not here is a fault of one
/// of them.
enum KnownDifference: String, CaseIterable {
  /// RFC 6455, section 5.2: "the minimal number of bytes MUST be used to encode the length". websockets takes any.
  case nonMinimalLength
  /// Section 5.2: the top bit of a 64-bit length "MUST be 0", so the frame is a protocol error. websockets only finds
  /// it too big.
  case lengthOutOfRange
  /// Sections 5.4 and 5.5: a Close frame is a control frame, which may come between the fragments of a message.
  /// websockets fails the connection with 1002.
  case closeInsideMessage
  /// Section 7.1.7 sets no time for failing. The module does it at the byte that makes a fault certain, websockets at
  /// the frame's end: when the stream ends before, it has seen no fault.
  case faultInCutFrame
  /// A frame that breaks two rules: either code is true (section 7.4.1 has no order). The module goes by what it
  /// sees first: header, limit, inflating, text, a close code before its reason.
  case twoFaults
  /// Section 5.5 bounds a control frame by 125 bytes, no message's limit does. websockets takes what a fragmented
  /// message has left of its limit for the ping's, too.
  case controlFrameOverMessageLimit
  /// RFC 3629, section 4: ED is followed by 80 to 9F, so that ED A0 at a fragment's end is no text whatever comes. Python's
  /// decoder waits for the third byte.
  case surrogateAtFragmentsEnd
  /// RFC 7692, section 7.2.2: behind the tail the last block ends. websockets passes on what came before a message was
  /// cut short.
  case cutCompressedMessage
  /// Section 7.2.3.4: a sender may end its message with a final block. websockets drops what follows one.
  case finalBlock
  /// Section 7.2.3.6: an empty message is compressed to one byte. One of no byte at all is taken for it by the module;
  /// websockets inflates the tail alone, and its inflater is lost after that.
  case nothingCompressed
  /// RFC 6455, section 7.4.1: 1009 is for messages too big to process. One of just the limit's size is not, but
  /// websockets says so if zlib has filled its room before the last bytes of the input.
  case compressedToTheLimit

  func explains(_ comparison: Comparison) -> Bool {
    let ours = comparison.ours
    let theirs = comparison.theirs
    let isSameBefore = theirs.events.starts(with: ours.verdict.events)
    guard let last = ours.last else {
      return self == .faultInCutFrame && theirs.failure == nil && theirs.events == ours.verdict.events
    }
    switch self {
    case .nonMinimalLength:
      return ours.violation == .nonMinimalLength && !last.header.isMinimal && isSameBefore
    case .lengthOutOfRange:
      return ours.violation == .lengthOutOfRange && last.header.length >= 1 << 63 && theirs.failure == 1009
        && theirs.events == ours.verdict.events
    case .closeInsideMessage:
      return last.isInsideMessage && last.header.opcode == 8 && ours.violation == nil && theirs.failure == 1002
        && theirs.events == ours.verdict.events
    case .faultInCutFrame:
      return last.isCut && ours.violation != nil && theirs.failure == nil && theirs.events == ours.verdict.events
    case .twoFaults:
      return theirs.events == ours.verdict.events && ours.verdict.failure != nil
        && theirs.failure != ours.verdict.failure
        && comparison.isTrueToo(theirs.failure)
    case .controlFrameOverMessageLimit:
      return theirs.failure == 1009 && comparison.hasControlFrameOverLimit
        && ours.verdict.events.starts(with: theirs.events)
    case .surrogateAtFragmentsEnd:
      let end = last.payload?.suffix(2) ?? []
      return ours.violation == .invalidUTF8 && !last.header.isFinal && !last.isCompressed
        && (end.first == 0xED && end.last ?? 0 >= 0xA0) && isSameBefore
    case .cutCompressedMessage:
      return ours.violation == .corruptCompressedData && last.isCompressed && last.header.isFinal
        && theirs.events.count > ours.verdict.events.count && isSameBefore
    case .finalBlock:
      let kept = comparison.firstDifference
      return comparison.stream.kind == StreamGenerator.Fault.finalBlock.rawValue
        && kept?.ours?.payload == Data("Hello".utf8) && kept?.theirs?.payload.isEmpty != false
    case .nothingCompressed:
      return comparison.hasEmptyCompressedMessage && theirs.failure == 1002
        && ours.verdict.events.starts(with: theirs.events)
    case .compressedToTheLimit:
      return theirs.failure == 1009 && comparison.stream.deflate != nil
        && ours.verdict.events.starts(with: theirs.events)
        && ours.verdict.events.dropFirst(theirs.events.count).contains { $0.payload.count == comparison.stream.limit }
    }
  }
}

/// A stream and what both make of it.
struct Comparison: CustomStringConvertible {
  var stream: Stream
  var ours: ModuleVerdict
  var theirs: StreamVerdict

  /// A pong's payload is left out: the module tells only its round trip.
  init(_ stream: Stream, ours: ModuleVerdict, theirs: StreamVerdict) {
    self.stream = stream
    self.ours = ours
    self.theirs = theirs
    self.theirs.events = theirs.events.map { $0.name == "pong" ? .init(name: "pong", payload: .init()) : $0 }
  }

  var isSame: Bool { ours.verdict == theirs }

  /// Whether some control frame is, or may be, longer than what the message around it leaves of the limit.
  var hasControlFrameOverLimit: Bool {
    let rest = ours.verdict.events.dropFirst(theirs.events.count)
    let message = rest.first { $0.name == "text" || $0.name == "binary" }
    let isControlNext = rest.first.map { $0.name == "ping" || $0.name == "pong" } ?? false
    let size = message?.payload.count ?? ours.last?.messageSize ?? 0
    return isControlNext && size + 125 > stream.limit
  }

  /// Whether the frame that the module stopped at may be failed with that code for another of its faults.
  func isTrueToo(_ code: UInt16?) -> Bool {
    guard let last = ours.last else { return false }
    switch code {
    // What is inflated can be corrupt, too big and no text in one.
    case 1009: return last.header.length > UInt64(max(0, stream.limit - last.messageSize)) || last.isCompressed
    case 1002: return last.isCompressed
    case 1007:
      return last.isCompressed || last.header.opcode == 8 && last.payload.map { !mayBecomeText($0[2...]) } == true
    default: return false
    }
  }

  var firstDifference: (ours: StreamVerdict.Event?, theirs: StreamVerdict.Event?)? {
    let count = max(ours.verdict.events.count, theirs.events.count)
    return (0..<count).lazy.map { index in
      (
        ours: index < ours.verdict.events.count ? ours.verdict.events[index] : nil,
        theirs: index < theirs.events.count ? theirs.events[index] : nil
      )
    }.first { $0.ours != $0.theirs }
  }

  /// Whether some compressed message, in one frame or more, has no payload at all.
  var hasEmptyCompressedMessage: Bool {
    var rest = [UInt8](stream.wire)[...]
    var size: Int?
    while let header = ReferenceFrame(rest), let payload = header.payload(in: rest) {
      if header.opcode == 1 || header.opcode == 2 { size = header.reserved == 4 ? 0 : nil }
      if !header.isControl { size = size.map { $0 + payload.count } }
      if !header.isControl, header.isFinal, size == 0 { return true }
      rest = rest.dropFirst(header.headerSize + payload.count)
    }
    return false
  }

  var description: String {
    """
    \(stream.kind), as \(stream.role), deflate \(stream.deflate, default: "off"), \
    wire \(stream.wire.map { String($0, radix: 16) }.joined(separator: " "))
      module:     \(ours.violation, default: "no violation"), \(ours.verdict.summary)
      websockets: \(theirs.summary)
    """
  }
}

extension StreamVerdict {
  var summary: String {
    "\(events.map { "\($0.name) of \($0.payload.count)" }), failed with \(failure, default: "nothing"), "
      + "close code \(code), reason \"\(reason)\""
  }
}
