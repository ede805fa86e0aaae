import WebSocket

/// Frames as the peer of `role` sends them, about half a megabyte: small enough to stay in the processor's cache, as
/// what a read has just brought does.
func frames(for role: WebSocketConnection.Role, of message: TextMessage) -> (bytes: [UInt8], count: Int) {
  var peer = connection(role == .server ? .client : .server)
  let count = max(1, (1 << 19) / (message.utf8.count + 4))
  for _ in 0..<count { try? peer.send(message) }
  var bytes: [UInt8] = []
  _ = peer.drainOutput { output in output.withUnsafeBytes { bytes.append(contentsOf: $0) } }
  return (bytes, count)
}

func connection(_ role: WebSocketConnection.Role) -> WebSocketConnection {
  var configuration = WebSocketConnection.Configuration()
  configuration.maximumMessageSize = 16 << 20
  return WebSocketConnection(role: role, configuration: configuration, now: .zero)
}

/// A text of `size` bytes, in letters of one byte or of two.
func text(_ size: Int, letter: String = "a") -> TextMessage {
  TextMessage(String(repeating: letter, count: size / letter.utf8.count))
}

func receiving() -> [Measurement] {
  var measurements: [Measurement] = []
  for (role, mask) in [(WebSocketConnection.Role.server, "masked"), (.client, "unmasked")] {
    for size in [8, 64, 1 << 10, 1 << 16, 1 << 20] {
      let (bytes, count) = frames(for: role, of: text(size))
      var receiver = connection(role)
      let rate = best {
        var offset = 0
        var received = 0
        while receiver.receive(bytes.span.bytes, from: &offset, now: .zero) != nil { received += 1 }
        precondition(received == count, "the core lost a message")
        return received
      }
      measurements.append(Measurement(name: "\(size) B \(mask)", perSecond: rate, size: size))
    }
  }
  return measurements
}

func sending() -> [Measurement] {
  var measurements: [Measurement] = []
  for (role, mask) in [(WebSocketConnection.Role.client, "masked"), (.server, "unmasked")] {
    for size in [8, 64, 1 << 10, 1 << 16, 1 << 20] {
      let message = text(size)
      var sender = connection(role)
      // As many frames as one read of the peer's may have asked for.
      let batch = max(1, 4096 / size)
      var handedOut = 0
      let rate = best {
        let rounds = max(1, 4096 / batch / max(1, size / 4096))
        for _ in 0..<rounds {
          for _ in 0..<batch { try? sender.send(message) }
          _ = sender.drainOutput { output in handedOut += output.byteCount }
        }
        return rounds * batch
      }
      precondition(handedOut > size, "the core kept its output")
      measurements.append(Measurement(name: "\(size) B \(mask)", perSecond: rate, size: size))
    }
  }
  return measurements
}
