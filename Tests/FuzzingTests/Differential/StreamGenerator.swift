import Foundation

@testable import WebSocket

/// Makes conversations as a peer may have them, and spoils most of them in one way each.
struct StreamGenerator {
  private var random: SeededGenerator
  private var role = WebSocketConnection.Role.server
  private var deflate: PermessageDeflate?
  private var frames: [[UInt8]] = []

  static let limit = 1000

  init(seed: UInt64) { random = SeededGenerator(state: seed) }

  /// The next stream, of the kind that `index` says.
  mutating func stream(_ index: Int) throws -> Stream {
    let kinds = Fault.allCases.count + 4
    let fault = index % kinds < 4 ? nil : Fault.allCases[index % kinds - 4]
    role = chance(50) ? .server : .client
    frames = []
    let configuration = deflateConfiguration()
    deflate = nil
    let isCompressed = fault?.needsDeflate ?? chance(40)
    try converse(isCompressed ? configuration : nil)
    let kind = fault?.rawValue ?? ["sound", "flipped", "cut", "noise"][index % kinds]
    if let fault { frames.insert(contentsOf: faulty(fault), at: Int.random(in: 0...frames.count, using: &random)) }
    var wire = frames.flatMap { $0 }
    switch kind {
    case "flipped":
      for _ in 0...2 where !wire.isEmpty { wire[pick(0..<wire.count)] ^= UInt8.random(in: 1...255, using: &random) }
    case "cut": wire = Array(wire.prefix(pick(0..<wire.count + 1)))
    case "noise": wire += (0..<pick(0..<40)).map { _ in byte() }
    default: break
    }
    return Stream(
      role: role == .server ? "server" : "client", limit: StreamGenerator.limit,
      deflate: deflate.map {
        Stream.Deflate(windowBits: $0.inflater.windowBits, keepsContext: $0.inflater.keepsContext)
      },
      wire: Data(wire), kind: kind, agreement: deflate)
  }

  // MARK: The conversation

  /// Messages of the peer, some in fragments with control frames between them, and mostly a Close frame.
  private mutating func converse(_ configuration: PermessageDeflate.Configuration?) throws {
    var ends: (ours: PermessageDeflate?, peers: PermessageDeflate?)
    if let configuration { ends = try agree(configuration) }
    deflate = ends.ours
    var peer = WebSocketConnection(
      role: role == .server ? .client : .server, deflate: ends.peers, now: .zero, generator: random)
    for _ in 0..<pick(0..<5) {
      let isText = chance(50)
      if isText {
        try peer.send(TextMessage(text(size())))
      } else {
        try peer.send((0..<size()).map { _ in byte() & 7 })
      }
      var output: [UInt8] = []
      _ = peer.drainOutput { span in span.withUnsafeBytes { output = Array($0) } }
      guard let header = ReferenceFrame(output[...]), let payload = header.payload(in: output[...]) else {
        throw BrokenInvariant(description: "no whole frame: \(output)")
      }
      fragment(header.opcode, payload, rsv: header.reserved)
    }
    if chance(70) { frames.append(frame(8, chance(20) ? [] : [3, 232 + byte() % 4] + Array(text(pick(0..<40)).utf8))) }
  }

  private mutating func fragment(_ opcode: UInt8, _ payload: [UInt8], rsv: UInt8) {
    var cuts = (0..<pick(0..<4)).map { _ in pick(0..<payload.count + 1) }.sorted()
    cuts.append(payload.count)
    var start = 0
    for (index, cut) in cuts.enumerated() {
      let isLast = index == cuts.count - 1
      frames.append(frame(index == 0 ? opcode : 0, Array(payload[start..<cut]), fin: isLast, rsv: index == 0 ? rsv : 0))
      start = cut
      if chance(25) { frames.append(frame(chance(50) ? 9 : 10, (0..<pick(0..<126)).map { _ in byte() })) }
    }
  }

  private mutating func deflateConfiguration() -> PermessageDeflate.Configuration {
    var configuration = PermessageDeflate.Configuration()
    configuration.windowBits = pick(9..<16)
    configuration.peerWindowBits = pick(9..<16)
    configuration.keepsContext = chance(70)
    configuration.peerKeepsContext = chance(70)
    configuration.minimumSize = pick(0..<2)
    configuration.prefersShorter = chance(70)
    return configuration
  }

  /// What two ends with the same wishes agree on, by the module's own negotiation.
  private func agree(_ configuration: PermessageDeflate.Configuration) throws
    -> (ours: PermessageDeflate?, peers: PermessageDeflate?)
  {
    let (server, client) = try agreement(client: configuration, server: configuration)
    return role == .server ? (server, client) : (client, server)
  }

  // MARK: What is wrong with it

  /// A rule to break.
  enum Fault: String, CaseIterable {
    case reservedOpcode, rsv1, rsv1OnControl, rsv1OnContinuation, rsv2, rsv3, fragmentedControl, oversizedControl
    case wrongMask, longLengthOf2, longLengthOf8, lengthOf2To63, continuation, interruption, shortCloseCode, closeCode
    case closeReason, closeInside, badText, badTextInFragments, tooLong, tooLongInFragments
    case corruptDeflate, cutDeflate, finalBlock, storedBlock, bomb, badCompressedText, emptyDeflate

    var needsDeflate: Bool? {
      switch self {
      case .corruptDeflate, .cutDeflate, .finalBlock, .storedBlock, .bomb, .badCompressedText, .emptyDeflate: true
      default: nil
      }
    }
  }

  private static let badTexts: [[UInt8]] = [
    [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0x80], [0xE2, 0x82], [0xF0, 0x9F, 0x98, 0x41],
    [0xE0, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
  ]
  private static let badCodes: [UInt16] = [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535]
  private mutating func faulty(_ fault: Fault) -> [[UInt8]] {
    let some = (0..<pick(0..<20)).map { _ in byte() }
    let bad = Array("so far ".utf8) + StreamGenerator.badTexts[pick(0..<StreamGenerator.badTexts.count)]
    switch fault {
    case .reservedOpcode: return [frame([3, 4, 5, 6, 7, 11, 12, 13, 14, 15][pick(0..<10)], some)]
    case .rsv1: return [frame(1, Array("plain".utf8), rsv: 4)]
    case .rsv1OnControl: return [frame(9, some, rsv: 4)]
    case .rsv1OnContinuation: return [frame(1, [0x61], fin: false), frame(0, [0x62], rsv: 4)]
    case .rsv2: return [frame(2, some, rsv: 2)]
    case .rsv3: return [frame(2, some, rsv: 1)]
    case .fragmentedControl: return [frame([8, 9, 10][pick(0..<3)], [], fin: false)]
    case .oversizedControl: return [frame(9, Array(repeating: 1, count: 126 + some.count))]
    case .wrongMask: return [FrameSeeds.frame(1, [0x61], key: role == .server ? nil : [1, 2, 3, 4])]
    case .longLengthOf2: return [frame(2, some, lengthSize: 2)]
    case .longLengthOf8: return [frame(2, some, lengthSize: 8)]
    case .lengthOf2To63: return [frame(2, some, lengthSize: 8, length: 1 << 63 + UInt64(some.count))]
    case .continuation: return [frame(0, some, fin: chance(50))]
    case .interruption: return [frame(1, [0x61], fin: false), frame(2, some)]
    case .shortCloseCode: return [frame(8, [3])]
    case .closeCode:
      let code = StreamGenerator.badCodes[pick(0..<StreamGenerator.badCodes.count)]
      return [frame(8, [UInt8(code >> 8), UInt8(code & 255)])]
    case .closeReason: return [frame(8, [3, 232] + bad)]
    case .closeInside: return [frame(1, [0x61], fin: false), frame(8, [3, 232])]
    case .badText: return [frame(1, bad), frame(9, some)]
    case .badTextInFragments:
      let cut = pick(0..<bad.count)
      return [frame(1, Array(bad[..<cut]), fin: false), frame(9, some), frame(0, Array(bad[cut...])), frame(9, some)]
    case .tooLong: return [frame(2, Array(repeating: 1, count: StreamGenerator.limit + 1 + some.count))]
    case .tooLongInFragments:
      return [frame(2, Array(repeating: 1, count: 600), fin: false), frame(0, Array(repeating: 1, count: 401))]
    case .corruptDeflate: return [frame(2, [0x07] + some, rsv: 4)]
    case .cutDeflate: return [frame(1, Array(DeflateSeeds.hello.prefix(pick(1..<7))), rsv: 4)]
    case .finalBlock: return [frame(1, DeflateSeeds.finalHello, rsv: 4), frame(1, DeflateSeeds.hello, rsv: 4)]
    case .storedBlock: return [frame(1, DeflateSeeds.storedHello, rsv: 4)]
    case .bomb: return [frame(2, compressed(Array(repeating: 0, count: 900 + pick(0..<20000))), rsv: 4)]
    case .badCompressedText: return [frame(1, compressed(bad), rsv: 4)]
    case .emptyDeflate: return [frame(1, chance(50) ? [0] : [], rsv: 4)]
    }
  }

  /// Compressed by itself: good for any window and after any message.
  private func compressed(_ payload: [UInt8]) -> [UInt8] {
    var deflater = Deflater(
      .init(windowBits: 9, keepsContext: false, level: 9, memoryLevel: 5, minimumSize: 0, prefersShorter: true))
    var output: [UInt8] = []
    let isShorter = payload.withUnsafeBytes { deflater?.compress($0, into: &output) } ?? false
    // A stored block and an empty one, which the tail completes.
    let size = UInt16(truncatingIfNeeded: payload.count)
    let header = [0, UInt8(size & 255), UInt8(size >> 8), UInt8(~size & 255), UInt8(~size >> 8)]
    return isShorter ? output : header + payload + [0]
  }

  // MARK: Dice

  private mutating func frame(
    _ opcode: UInt8, _ payload: [UInt8] = [], fin: Bool = true, rsv: UInt8 = 0, lengthSize: Int? = nil,
    length: UInt64? = nil
  ) -> [UInt8] {
    let key = role == .server ? (0..<4).map { _ in byte() } : nil
    return FrameSeeds.frame(opcode, payload, fin: fin, rsv: rsv, key: key, lengthSize: lengthSize, length: length)
  }

  private mutating func chance(_ percent: Int) -> Bool { pick(0..<100) < percent }

  private mutating func pick(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

  private mutating func byte() -> UInt8 { UInt8.random(in: 0...255, using: &random) }

  private mutating func size() -> Int {
    [0, 1, 5, 40, 125, 126, 300, StreamGenerator.limit - pick(0..<2)][pick(0..<8)]
  }

  /// Text of exactly so many bytes.
  private mutating func text(_ size: Int) -> String {
    var text = ""
    while text.utf8.count < size {
      let next = ["a", "b", " ", "é", "日", "😀"][pick(0..<6)]
      text += text.utf8.count + next.utf8.count <= size ? next : "."
    }
    return text
  }
}
