@testable import WebSocket

/// Compressed messages from a stranger: the same messages or the same violation wherever the payload is cut and
/// whether it is masked, and never more than the limit.
func fuzzInflate(_ bytes: UnsafeRawBufferPointer) throws(BrokenInvariant) {
  var input = FuzzInput(bytes)
  let decision = input.decide()
  let settings = Inflater.Settings(windowBits: 9 + Int(decision % 7), keepsContext: decision & 8 == 0)
  let limit = [64, 1000, 5000, 100_000][Int(decision >> 4 & 3)]
  let opcode = decision & 64 == 0 ? Opcode.binary : .text
  let key = MaskingKey(rawValue: 0x37FA_213D)
  let sizes = (0..<Int(input.decide() & 7)).map { _ in Int(input.decide()) }
  let cut = Int(input.decide()) * input.wire.count / 255
  let payloads = [Array(input.wire[..<cut]), Array(input.wire[cut...])]

  let whole = try inflate(payloads, opcode, settings, limit: limit, key: nil, inReadsOf: nil)
  for event in whole.messages {
    switch event {
    case .text(let text): try invariant(text.utf8.count <= limit, "\(text.utf8.count) bytes of text")
    case .binary(let bytes): try invariant(bytes.count <= limit, "\(bytes.count) bytes")
    default: throw BrokenInvariant(description: "inflated to \(event)")
    }
  }
  for (key, sizes) in [(nil, [1]), (nil, sizes), (key, sizes), (key, nil)] {
    let other = try inflate(payloads, opcode, settings, limit: limit, key: key, inReadsOf: sizes)
    // zlib takes a distance behind the window when what it refers to was inflated by the same call, so that a peer
    // that breaks its own promise is found out or not as the reads are cut.
    let isPromiseBroken =
      settings.windowBits < 15 && [whole, other].contains { $0.violation == .corruptCompressedData }
    try invariant(
      other == whole || isPromiseBroken,
      "key \(key, default: "none"), reads \(sizes, default: "whole"): \(other), not \(whole)")
  }
}

/// Messages of the owner's: what is compressed is shorter and inflates to what went in, also after messages that were
/// left as they were.
func fuzzDeflate(_ bytes: UnsafeRawBufferPointer) throws(BrokenInvariant) {
  var input = FuzzInput(bytes)
  let decision = input.decide()
  let window = 9 + Int(decision % 7)
  let keepsContext = decision & 8 == 0
  let prefersShorter = decision & 16 == 0
  let levels = input.decide()
  var deflater = Deflater(
    .init(
      windowBits: window, keepsContext: keepsContext, level: Int(levels & 15) % 10,
      memoryLevel: 1 + Int(levels >> 4) % 9,
      minimumSize: 0, prefersShorter: prefersShorter))
  var assembler = MessageAssembler(limit: .max, inflater: .init(windowBits: window, keepsContext: keepsContext))
  let sizes = (0..<Int(input.decide() & 7)).map { _ in (size: Int(input.decide()), times: 1 + Int(input.decide())) }
  for (size, times) in sizes {
    let part = Array(input.wire.prefix(size))
    // The same again and again, to go past the window.
    let message = Array(repeatElement(part, count: min(times, 100)).joined())
    var output: [UInt8] = [1, 2, 3]
    guard message.withUnsafeBytes({ deflater?.compress($0, into: &output) }) == true else {
      try invariant(output == [1, 2, 3], "not compressed, and \(output)")
      continue
    }
    try invariant(
      output.starts(with: [1, 2, 3]) && (output.count - 3 < message.count || !prefersShorter),
      "\(message) became \(output)")
    let payload = Array(output.dropFirst(3))
    let inflated = try receive(payload, .binary, &assembler, key: nil, inReadsOf: nil)
    try invariant(inflated == .success(.binary(message)), "\(message) became \(payload), and that \(inflated)")
  }
}

private struct Inflated: Equatable {
  var messages: [WebSocketConnection.Event] = []
  var violation: ProtocolViolation?
}

private func inflate(
  _ payloads: [[UInt8]], _ opcode: Opcode, _ settings: Inflater.Settings, limit: Int, key: MaskingKey?,
  inReadsOf sizes: [Int]?
) throws(BrokenInvariant) -> Inflated {
  var assembler = MessageAssembler(limit: limit, inflater: settings)
  var inflated = Inflated()
  for payload in payloads {
    switch try receive(payload, opcode, &assembler, key: key, inReadsOf: sizes) {
    case .success(let message): inflated.messages.append(message)
    case .failure(let violation):
      inflated.violation = violation
      return inflated
    }
  }
  return inflated
}

/// One compressed message in one frame.
private func receive(
  _ payload: [UInt8], _ opcode: Opcode, _ assembler: inout MessageAssembler, key: MaskingKey?, inReadsOf sizes: [Int]?
) throws(BrokenInvariant) -> Result<WebSocketConnection.Event, ProtocolViolation> {
  var wire = payload
  if let key { wire.withUnsafeMutableBytes { key.apply(to: $0, offset: 0) } }
  do {
    try assembler.begin(FrameHeader(reserved: .rsv1, opcode: opcode, maskingKey: key, payloadLength: payload.count))
    var offset = 0
    try wire.inReads(of: sizes ?? [wire.count]) { read throws(ProtocolViolation) in
      try read.withUnsafeBytes { part throws(ProtocolViolation) in
        try assembler.append(part, key: key, offset: offset)
        offset += part.count
      }
      return true
    }
    return .success(try assembler.finish())
  } catch {
    return .failure(error)
  }
}
