import ChatProtocol
import Foundation
import Logging
import Testing

@testable import ChatServer

@Suite struct JSONLogHandlerTests {
  @Test func anObjectALine() throws {
    let lines = Collected<String>()
    var logger = Logger(label: "test") { _ in
      JSONLogHandler(now: { Timestamp(milliseconds: 1_700_000_000_123) }, write: { lines.add($0) })
    }
    logger.logLevel = .info
    logger[metadataKey: "pool"] = "admin"
    logger.debug("not this")
    logger.notice("refused", metadata: ["path": "/a\nlevel=error \u{1B}[31m\u{9B}", "pool": "visitor"])
    #expect(lines.all.count == 1)
    let line = try #require(lines.all.first)
    #expect(!line.utf8.contains { $0 < 0x20 })
    struct Line: Decodable { let time, level, message: String, data: [String: String] }
    let decoded = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
    #expect(decoded.time == "2023-11-14T22:13:20.123Z")
    #expect(decoded.level == "notice" && decoded.message == "refused")
    #expect(decoded.data == ["path": "/a\nlevel=error \u{1B}[31m\u{9B}", "pool": "visitor"])
  }
}
