@testable import WebSocket

/// What happens to a connection: reads of given sizes from the wire, and what its owner does between them.
struct ConnectionScript {
  enum Action {
    case sendText(Int), sendBinary(Int), ping, pong(Int)
    case close(CloseFrame)
    /// Time goes by; the timer is looked at whether it is due or not.
    case wait(Duration)
    /// Time goes by until the deadline, if there is one.
    case waitForDeadline
    /// Some of what waits, or all of it, is written; the pings among it leave at once or never.
    case drain(limit: Int, pingsLeave: Bool)
    case transportEnded, abort
  }

  struct Step {
    /// How many bytes are read before the action.
    var count: Int
    /// None: the read merely ends here.
    var action: Action?
  }

  let configuration: WebSocketConnection.Configuration
  /// What the handshake has agreed on, as the server and as the client see it.
  let deflate: (server: PermessageDeflate?, client: PermessageDeflate?)
  let steps: [Step]
  let wire: [UInt8]

  init(_ bytes: UnsafeRawBufferPointer) {
    var input = FuzzInput(bytes)
    let decision = input.decide()
    configuration = ConnectionScript.configuration(decision)
    deflate = decision & 16 != 0 ? ConnectionScript.deflate(&input) : (nil, nil)
    steps = (0..<Int(input.decide() % 16)).map { _ in
      let count = Int(input.decide())
      return Step(count: count < 128 ? count : (count - 127) * 16, action: ConnectionScript.action(input.decide()))
    }
    wire = input.wire
  }

  /// The steps with the reads that no action parts joined, or every read cut to one byte: what happens must not
  /// depend on it.
  func reads(cut: Cut) -> [(sizes: [Int], action: Action?)] {
    var reads: [(sizes: [Int], action: Action?)] = []
    var sizes: [Int] = []
    for step in steps {
      sizes.append(step.count)
      guard let action = step.action else { continue }
      reads.append((sizes, action))
      sizes = []
    }
    reads.append((sizes + [wire.count], nil))
    switch cut {
    case .asGiven: return reads
    case .joined: return reads.map { ([$0.sizes.reduce(0, +)], $0.action) }
    case .bytewise: return reads.map { (Array(repeating: 1, count: $0.sizes.reduce(0, +)), $0.action) }
    }
  }

  enum Cut: CaseIterable {
    case joined, asGiven, bytewise
  }

  private static func configuration(_ decision: UInt8) -> WebSocketConnection.Configuration {
    var configuration = WebSocketConnection.Configuration()
    configuration.maximumMessageSize = [1 << 20, 1000, 125, 16][Int(decision & 3)]
    configuration.maximumFrameSize = decision & 4 != 0 ? 64 : nil
    configuration.keepalive = decision & 8 != 0 ? .init(interval: .seconds(25), timeout: .seconds(15)) : nil
    return configuration
  }

  private static func deflate(_ input: inout FuzzInput) -> (server: PermessageDeflate?, client: PermessageDeflate?) {
    var configuration = PermessageDeflate.Configuration(fuzzing: &input)
    // A peer that reaches back behind a narrower window is found out or not, as the reads are cut; see `fuzzInflate`.
    configuration.windowBits = 15
    configuration.peerWindowBits = 15
    return (try? agreement(client: configuration, server: configuration)) ?? (nil, nil)
  }

  private static func action(_ decision: UInt8) -> Action? {
    let size = Int(decision >> 4)
    let sizes = [0, 1, 2, 3, 5, 8, 13, 30, 60, 124, 125, 126, 127, 300, 1000, 66_000]
    switch decision & 15 {
    case 3: return .sendText(sizes[size % 15])
    case 4: return .sendBinary(sizes[size])
    case 5: return .ping
    case 6: return .pong(sizes[size % 15])
    case 7: return .close(size == 0 ? .empty : CloseFrame(codes[size], reason: String(repeating: "é", count: 8 * size)))
    case 8, 9: return .wait(.seconds(size * size))
    case 10: return .waitForDeadline
    case 11: return .transportEnded
    case 12: return .abort
    case 13: return .drain(limit: size == 0 ? .max : size * size, pingsLeave: true)
    case 14: return .drain(limit: size == 0 ? .max : size * size, pingsLeave: false)
    default: return nil
    }
  }

  /// Codes of each kind, some of which may not be sent.
  private static let codes: [CloseCode] = [
    1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1011, 1014, 1015, 2999, 3000, 4999, 5000, 65535,
  ].map(CloseCode.init(rawValue:))
}
