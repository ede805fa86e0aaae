import Testing

@testable import WebSocket

/// A fault fails the connection at the byte that makes it certain, not at the end of its frame or message.
@Suite("Faults are found at their byte") struct FailFastTests {
  /// The number of bytes that were taken when the connection failed.
  private func failure(of bytes: [UInt8], at role: WebSocketConnection.Role) -> (count: Int, why: ProtocolViolation)? {
    var end = connection(role, limit: 1000)
    for (index, byte) in bytes.enumerated() {
      _ = end.feed([byte])
      if let violation = end.violation { return (index + 1, violation) }
    }
    return nil
  }

  /// Text that is no UTF-8, and the index of the byte that no text can have there (RFC 3629, section 4).
  static let badTexts: [(bytes: [UInt8], badIndex: Int)] = [
    ([0x80], 0), ([0xBF], 0), ([0xC0, 0xAF], 0), ([0xC1, 0xBF], 0), ([0xF5, 0x80], 0), ([0xFE], 0), ([0xFF], 0),
    ([0xC3, 0x28], 1), ([0xE0, 0x80, 0xAF], 1), ([0xE0, 0x9F, 0xBF], 1), ([0xED, 0xA0, 0x80], 1),
    ([0xED, 0xBF, 0xBF], 1), ([0xF0, 0x80, 0x80, 0xAF], 1), ([0xF0, 0x8F, 0xBF, 0xBF], 1),
    ([0xF4, 0x90, 0x80, 0x80], 1), ([0xE2, 0x82, 0x28], 2), ([0xE2, 0xC3, 0xA9], 1), ([0xF0, 0x9F, 0x91, 0x41], 3),
    (Array("κόσμε".utf8) + [0xED, 0xA0, 0x80] + Array("edited".utf8), 11),
    (Array(repeating: 0x61, count: 63) + [0xC0], 63),
  ]

  @Test("8.1: bad UTF-8, in one frame and in fragments cut at every point, with more of the message still to come")
  func badText() {
    for (bytes, badIndex) in Self.badTexts {
      let tail = Array("the rest".utf8)
      for role in [WebSocketConnection.Role.client, .server] {
        let masked = role == .server
        let header = frame(1, [], masked: masked).count
        let whole = frame(1, bytes + tail, masked: masked)
        #expect(failure(of: whole, at: role)?.count == header + badIndex + 1)
        #expect(failure(of: whole, at: role)?.why == .invalidUTF8)
        for cut in 0...bytes.count {
          let fragments =
            frame(1, Array(bytes[..<cut]), fin: false, masked: masked) + frame(9, masked: masked)
            + frame(0, bytes[cut...] + tail, masked: masked)
          let headers = badIndex < cut ? header : 3 * header
          #expect(failure(of: fragments, at: role)?.count == headers + badIndex + 1, "\(bytes) cut at \(cut)")
        }
      }
    }
  }

  @Test("8.1: text that ends within a character fails with its last frame, not before") func unfinishedText() {
    for bytes in [[0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x91]] as [[UInt8]] {
      #expect(failure(of: frame(1, bytes, fin: false), at: .server) == nil)
      let whole = frame(1, bytes)
      #expect(failure(of: whole, at: .server)?.count == whole.count)
      // An empty last fragment is where it becomes certain.
      let fragments = frame(1, bytes, fin: false) + frame(0)
      #expect(failure(of: fragments, at: .server)?.count == fragments.count)
    }
  }

  @Test("5.2: what is wrong with a header, at its first, second or last byte")
  func headers() {
    let table: [(bytes: [UInt8], count: Int)] = [
      (frame(3, [1]), 1), (frame(1, [1], rsv: 4), 1), (frame(9, fin: false), 1),
      (frame(1, [1], masked: false), 2), (frame(9, Array(repeating: 0, count: 126)), 2),
      (frame(2, [], length: 125, lengthBytes: 2), 4), (frame(2, [], length: 0xFFFF, lengthBytes: 8), 10),
      (frame(2, [], length: 1 << 63, lengthBytes: 8), 10), (frame(2, [], length: 1001), 8),
    ]
    for (bytes, count) in table { #expect(failure(of: bytes, at: .server)?.count == count, "\(bytes.prefix(10))") }
    #expect(failure(of: frame(1, [1]), at: .client)?.count == 2)
  }

  @Test("7.4: every close code there is", arguments: [WebSocketConnection.Role.client, .server])
  func everyCloseCode(role: WebSocketConnection.Role) {
    for value in UInt16.min ... .max {
      let isSound =
        switch value {
        case 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000...4999: true
        default: false
        }
      var end = connection(role)
      let events = end.feed(close(value, masked: role == .server))
      let code = CloseCode(rawValue: value)
      if isSound {
        if events != [.closeReceived(CloseFrame(code))] || end.violation != nil { Issue.record("\(value) failed") }
      } else if !events.isEmpty || end.violation != .invalidCloseCode(code) {
        Issue.record("\(value) passed")
      }
    }
  }

  @Test("5.5.1: the longest reason is 123 bytes; one more and a control frame is too long", arguments: [false, true])
  func reasonLength(masked: Bool) {
    let role = masked ? WebSocketConnection.Role.server : .client
    var end = connection(role)
    let reason = Array(repeating: UInt8(0x72), count: 123)
    let longest = CloseFrame(.normal, reason: String(decoding: reason, as: UTF8.self))
    #expect(end.feed(close(1000, reason, masked: masked)) == [.closeReceived(longest)])
    #expect(end.violation == nil)
    #expect(failure(of: close(1000, reason + [0x72], masked: masked), at: role)?.why == .oversizedControlFrame)
    // As UTF-8 the last character must be whole.
    let cut = Array(reason.dropLast(2)) + [0xE2, 0x82]
    #expect(failure(of: close(1000, cut, masked: masked), at: role)?.why == .invalidUTF8)
  }
}
