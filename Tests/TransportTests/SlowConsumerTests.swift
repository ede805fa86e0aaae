import Foundation
import Glibc
import NIOCore
import Testing
import WebSocket

@testable import Transport

extension LoopbackTests {
  @Suite("A peer that never reads") struct SlowConsumerTests {
    /// The memory of this process, in bytes.
    private func residentSize() throws -> Int {
      let statm = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
      return try #require(statm.split(separator: " ").dropFirst().first.flatMap { Int($0) }) * Int(getpagesize())
    }

    @Test("Millions of bytes pushed to it leave no more behind than the stated bound", arguments: [40, 4000])
    func memory(messageSize: Int) async throws {
      var configuration = WebSocketHandler.Configuration()
      configuration.maximumPendingOutput = 1 << 20
      let server = try await TestServer(configuration: configuration)
      let peer = try await RawPeer.neverReading(from: server.port)
      let handle = try #require(await server.handles.next())
      let message = TextMessage(String(repeating: "x", count: messageSize))
      /// Pushes a hundred messages; the size of the queue behind them.
      func push() async throws -> Int {
        try await handle.eventLoop.submit {
          for _ in 0..<100 { handle.send(message) }
          return handle.sendQueueSize
        }.get()
      }
      let before = try residentSize()
      var (pushed, longest, largest) = (0, 0, 0)
      while pushed < 64 << 20 {
        let size = try await push()
        longest = max(longest, size)
        largest = max(largest, try residentSize())
        pushed += 100 * messageSize
        // Empty again: it has been dropped.
        if longest > 1 << 19, size == 0 { break }
      }
      #expect(await server.ended()?.cause == .slowConsumer)
      #expect(longest > 1 << 19 && longest <= 1 << 20 + (messageSize + 10))
      #expect(largest - before < 24 << 20, "after \(pushed) bytes")
      for _ in 0..<100 { #expect(try await push() == 0) }
      try? await peer.channel.close()
      try await server.close()
    }
  }
}
