import NIOCore
import NIOPosix
import Synchronization
import Testing
import WebSocket

@testable import Transport

@Suite("Flow meter") struct FlowMeterTests {
  @Test("Full at the high mark, ready at the low one, and nothing between changes it") func marks() {
    var meter = FlowMeter(WaterMarks(low: 10, high: 20))
    for (size, isFull, becameReady) in [
      (19, false, false), (20, true, false), (11, true, false), (25, true, false), (10, false, true),
      (15, false, false), (20, true, false), (0, false, true), (0, false, false),
    ] {
      let isReady = meter.set(size)
      #expect(isReady == becameReady)
      #expect(meter.isFull == isFull)
      #expect(meter.size == size)
    }
  }
}

extension LoopbackTests {
  @Suite("Back-pressure") struct ClientBackPressureTests {
    /// A server that is given messages and consumes them when the test says so, and how far it ever was behind.
    private final class LazyServer: Sendable {
      let server: TestServer
      let handles = Log<WebSocketHandle>()
      let events = Log<WebSocketConnection.Event>()
      private let unconsumed = Mutex((now: 0, most: 0))

      init(marks: WaterMarks, keepalive: WebSocketConnection.Keepalive? = nil) async throws {
        var configuration = WebSocketHandler.Configuration()
        configuration.receiveMarks = marks
        configuration.connection.keepalive = keepalive
        let settings = configuration
        let box = Mutex<LazyServer?>(nil)
        let (handles, events) = (handles, events)
        let noted: @Sendable (Int) -> Void = { size in box.withLock { $0 }?.note(size) }
        server = try await TestServer { _ in
          .accept(
            UpgradeAcceptance(configuration: settings) { handle in
              handles.add(handle)
              return { event in
                if case .binary(let bytes) = event { noted(bytes.count) }
                events.add(event)
              }
            })
        }
        box.withLock { $0 = self }
      }

      private func note(_ size: Int) {
        unconsumed.withLock {
          $0.now += size
          $0.most = max($0.most, $0.now)
        }
      }

      /// The next message, consumed.
      func consume(_ handle: WebSocketHandle) async -> [UInt8]? {
        let bytes: [UInt8]? = await events.next { event in
          guard case .binary(let bytes) = event else { return nil }
          return bytes
        }
        guard let bytes else { return nil }
        note(-bytes.count)
        handle.consumed(bytes.count)
        return bytes
      }

      var mostUnconsumed: Int { unconsumed.withLock { $0.most } }
    }

    /// Masked with zeros: the payload is the bytes themselves.
    private func frame(_ payload: [UInt8]) -> [UInt8] { [0x82, 0x80 | UInt8(payload.count), 0, 0, 0, 0] + payload }

    @Test("What one read has brought is parsed only as far as the consumer follows; nothing is lost")
    func lazyConsumer() async throws {
      let lazy = try await LazyServer(marks: WaterMarks(low: 500, high: 2000))
      let peer = try await RawPeer.connect(to: lazy.server.port)
      let messages = (0..<200).map { [UInt8](repeating: UInt8($0), count: 100) }
      try await peer.send(upgradeRequest)
      _ = await peer.read(until: "\r\n\r\n")
      // TCP ends behind the last of them, which must not end the connection before they are delivered.
      try await peer.send(messages.flatMap(frame) + [0x88, 0x80, 0, 0, 0, 0])
      try await peer.channel.close()
      let handle = try #require(await lazy.handles.next())
      for message in messages { #expect(await lazy.consume(handle) == message) }
      #expect(lazy.mostUnconsumed <= 2100)
      let ending = await lazy.events.next { event -> WebSocketConnection.Ending? in
        guard case .ended(let ending) = event else { return nil }
        return ending
      }
      #expect(ending?.isClean == true)
      try await lazy.server.close()
    }

    @Test("A peer that is not read is not taken for dead") func pausedKeepalive() async throws {
      let lazy = try await LazyServer(
        marks: WaterMarks(low: 0, high: 100),
        keepalive: .init(interval: .milliseconds(100), timeout: .milliseconds(500)))
      let client = try TestClient("ws://127.0.0.1:\(lazy.server.port)/")
      _ = await client.opened()
      for number in UInt8(0)..<3 { client.handle.send(binary: Array(repeating: number, count: 100)) }
      let handle = try #require(await lazy.handles.next())
      try await handle.eventLoop.scheduleTask(in: .milliseconds(1200)) {}.futureResult.get()
      for number in 0..<3 { #expect(await lazy.consume(handle) == Array(repeating: UInt8(number), count: 100)) }
      client.handle.close()
      #expect(await client.closed()?.isClean == true)
      try await lazy.server.close()
    }

    @Test("A sender learns that its queue is full, how much it is, and when it has drained")
    func slowPeer() async throws {
      let server = try await TestServer()
      let peer = try await RawPeer.neverReading(from: server.port)
      let handle = try #require(await server.handles.next())
      try await handle.whenSendable().get()
      let marks = WebSocketHandler.Configuration().sendMarks
      // The sockets' buffers take the first megabytes.
      var size = 0
      while size < marks.high {
        size = try await handle.eventLoop.submit { () -> Int in
          handle.send(binary: Array(repeating: 1, count: 100_000))
          return handle.sendQueueSize
        }.get()
      }
      let drained = handle.whenSendable()
      let isReady = try await handle.eventLoop.submit { () -> Bool in drained.isFulfilled }.get()
      #expect(!isReady)
      try await peer.channel.setOption(.autoRead, value: true).get()
      try await drained.get()
      size = try await handle.eventLoop.submit { () -> Int in handle.sendQueueSize }.get()
      #expect(size < marks.high)
      handle.abort()
      await #expect(throws: WebSocketConnection.SendError.notOpen) { try await handle.whenSendable().get() }
      try await server.close()
    }
  }
}

extension EventLoopFuture {
  /// To be asked on its event loop.
  fileprivate var isFulfilled: Bool {
    var fulfilled = false
    assumeIsolated().whenComplete { _ in fulfilled = true }
    return fulfilled
  }
}
