import Foundation
import Testing

@testable import ChatServer

@Suite struct GzipTests {
  @Test(arguments: [1, 100, 100_000]) func aStockProgramReadsIt(size: Int) throws {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
    let folder = try TemporaryDirectory()
    let file = folder.url.appending(path: "file.gz")
    try Data(try #require(Gzip.compress(bytes))).write(to: file)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/gzip")
    process.arguments = ["-d", file.path(percentEncoded: false)]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(Array(try Data(contentsOf: folder.url.appending(path: "file"))) == bytes)
  }

  @Test(arguments: [
    ("gzip", true), ("deflate, GZIP;q=0.5, br", true), ("x-gzip", true), ("br,gzip ; q=1.0", true), ("", false),
    ("br", false), ("gzip;q=0", false), ("gzip; q=0.0, br", false), ("gzipped", false),
  ]) func whoTakesIt(value: String, isAccepted: Bool) {
    #expect(Gzip.isAccepted(value) == isAccepted)
    #expect(!Gzip.isAccepted(nil))
  }
}
