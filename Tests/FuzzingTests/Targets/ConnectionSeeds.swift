@testable import WebSocket

/// Conversations, with what the owner of the connection does in between.
enum ConnectionSeeds {
  static func all(for role: WebSocketConnection.Role) -> [[UInt8]] {
    let keys: [[UInt8]?] = role == .server ? [[0, 0, 0, 0], [0x37, 0xFA, 0x21, 0x3D]] : [nil]
    return keys.flatMap { key in wires(key).flatMap { wire in decisions.map { wire + $0 } } }
  }

  private static func wires(_ key: [UInt8]?) -> [[UInt8]] {
    func frame(
      _ opcode: UInt8, _ payload: [UInt8] = [], fin: Bool = true, rsv: UInt8 = 0, lengthSize: Int? = nil,
      length: UInt64? = nil
    ) -> [UInt8] {
      FrameSeeds.frame(opcode, payload, fin: fin, rsv: rsv, key: key, lengthSize: lengthSize, length: length)
    }
    let text = Array("κόσμε 😀".utf8)
    let close = frame(8, [3, 232] + Array("bye".utf8))
    let fragments = frame(1, Array(text[..<3]), fin: false) + frame(9, [1, 2]) + frame(0, [], fin: false)
    return [
      frame(1, text) + frame(2, [1, 2, 3]) + close, fragments + frame(0, Array(text[3...])) + close,
      frame(9) + frame(10, [0, 0, 0, 0, 0, 0, 0, 1]) + frame(10), frame(2, Array(repeating: 9, count: 200)) + frame(8),
      frame(1, Array(repeating: 0x61, count: 126), fin: false) + frame(0, Array(repeating: 0x62, count: 1000)) + close,
      frame(2, length: 1 << 20), frame(2, length: 1 << 63), frame(0), frame(1, fin: false) + frame(2), frame(3),
      frame(8, [3]), frame(8, [3, 237]), frame(8, [3, 232, 0xC0]), frame(1, [0xED, 0xA0, 0x80]), frame(9, fin: false),
      frame(1, rsv: 4), frame(1, DeflateSeeds.hello, rsv: 4) + frame(1, DeflateSeeds.hello, rsv: 4) + close,
      frame(2, Array(DeflateSeeds.hello[..<4]), fin: false, rsv: 4) + frame(9)
        + frame(0, Array(DeflateSeeds.hello[4...])),
      frame(1, DeflateSeeds.finalHello, rsv: 4) + frame(2, DeflateSeeds.bomb, rsv: 4),
      frame(10, [1], lengthSize: 2, length: 1), close + frame(1, text), frame(1, Array(text[..<4])),
    ]
  }

  /// What the owner does: the steps, each an action after a number of bytes read, then their number and the
  /// configuration; see `ConnectionScript`, which takes them from the back.
  private static let decisions: [[UInt8]] = [
    script([], configuration: 0),
    script([(1, 0), (2, 0), (3, 0), (5, 0)], configuration: 9),
    script([(3, 0x53), (4, 0x64), (0, 0x05), (2, 0x0D), (1, 0x36)], configuration: 10),
    script([(0, 0x05), (0, 0x0D), (7, 0x17), (20, 0x28), (0, 0x0A)], configuration: 8),
    script([(0, 0x0A), (0, 0x0D), (0, 0x0A)], configuration: 8),
    script([(6, 0xF4), (9, 0x0B)], configuration: 4),
    script([(6, 0xC3), (9, 0x0C)], configuration: 3),
    // With compression: two bytes more say how.
    script([(0, 0xD3), (30, 0xD4), (1, 0xE4)], configuration: 16, deflate: [0x00, 0x1B]),
    script([(4, 0xC3), (0, 0xC3), (3, 0xF4)], configuration: 17, deflate: [0x13, 0x00]),
  ]

  private static func script(
    _ steps: [(count: UInt8, action: UInt8)], configuration: UInt8, deflate: [UInt8] = []
  ) -> [UInt8] {
    steps.reversed().flatMap { [$0.action, $0.count] } + [UInt8(steps.count)] + deflate + [configuration]
  }
}
