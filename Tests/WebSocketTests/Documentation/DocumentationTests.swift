import Foundation
import Testing

@testable import WebSocket

/// What the module's documentation says holds: its example is compiled and run here, its tables are compared with the
/// code, and it builds without a warning.
@Suite("The documentation of the module") struct DocumentationTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let catalog = root.appending(path: "Sources/WebSocket/WebSocket.docc")

  private func article(_ name: String) throws -> String {
    try String(contentsOf: Self.catalog.appending(path: "\(name).md"), encoding: .utf8)
  }

  /// The fenced Swift code of an article, block by block.
  private func code(in article: String) -> [String] {
    article.components(separatedBy: "```swift\n").dropFirst().compactMap { part in
      part.range(of: "```").map { String(part[..<$0.lowerBound]) }
    }
  }

  // MARK: The example

  @Test("The article's example is the code that is compiled here") func sameExample() throws {
    let source = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "BlockingWebSocket.swift"),
      encoding: .utf8)
    #expect(code(in: try article("UsingTheModuleAlone")).contains(source))
  }

  @Test("The article's loops are the ones that are run here") func sameLoops() throws {
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let loops = code(in: try article("UsingTheModuleAlone")).filter { $0.hasPrefix("var ") }
    #expect(loops.count == 2)
    for loop in loops { #expect(source.contains(loop.split(separator: "\n").map { "    \($0)\n" }.joined())) }
  }

  private static func serve(_ descriptor: Int32) throws {
    var server = try BlockingWebSocket.accept(on: BlockingSocket(descriptor: descriptor))
    while let event = server.next() {
      if case .text(let message) = event { try server.send(message) }
    }
  }

  private static func converse(_ descriptor: Int32, print: (String) -> Void) throws {
    var client = try BlockingWebSocket.open(on: BlockingSocket(descriptor: descriptor), authority: "localhost")
    try client.send("hello")
    while let event = client.next() {
      switch event {
      case .text(let answer):
        print(answer.string)
        try client.close()
      case .ended(let ending): print("ended with \(ending.code)")
      default: break
      }
    }
  }

  @Test("The example's two ends talk over a socket, and both close it", .timeLimit(.minutes(1))) func example() throws {
    var descriptors: [Int32] = [0, 0]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &descriptors) == 0)
    let server = descriptors[0]
    Thread.detachNewThread { try? Self.serve(server) }
    var printed: [String] = []
    try Self.converse(descriptors[1]) { printed.append($0) }
    #expect(printed == ["hello", "ended with 1000"])
    #expect(fcntl(descriptors[1], F_GETFD) == -1)
  }

  // MARK: The tables

  @Test("The table of limits names every setting, with the code's default") func limits() throws {
    let text = try article("LimitsAndDefaults")
    let connection = WebSocketConnection.Configuration()
    let keepalive = WebSocketConnection.Keepalive()
    let deflate = PermessageDeflate.Configuration()
    let rows: [(name: String, value: String)] = [
      ("maximumMessageSize", bytes(connection.maximumMessageSize)),
      ("maximumFrameSize", connection.maximumFrameSize.map(bytes) ?? "none"),
      ("closeTimeout", seconds(connection.closeTimeout)),
      ("keepalive", connection.keepalive == nil ? "off" : "on"),
      ("deflate", connection.deflate == nil ? "off" : "on"),
      ("interval", seconds(keepalive.interval)),
      ("timeout", seconds(keepalive.timeout)),
      ("windowBits", "\(deflate.windowBits)"),
      ("peerWindowBits", "\(deflate.peerWindowBits)"),
      ("keepsContext", "\(deflate.keepsContext)"),
      ("peerKeepsContext", "\(deflate.peerKeepsContext)"),
      ("level", "\(deflate.level)"),
      ("memoryLevel", "\(deflate.memoryLevel)"),
      ("minimumSize", bytes(deflate.minimumSize)),
      ("prefersShorter", "\(deflate.prefersShorter)"),
    ]
    let settings = [Mirror(reflecting: connection), Mirror(reflecting: keepalive), Mirror(reflecting: deflate)]
      .flatMap { $0.children.compactMap(\.label) }
    #expect(Set(rows.map(\.name)) == Set(settings))
    for row in rows { #expect(text.contains("/\(row.name)`` | \(row.value) |"), "\(row.name): \(row.value)") }
    #expect(text.contains("/maximumHeadSize`` | \(bytes(ClientHandshake.maximumHeadSize)) |"))
    #expect(text.contains("/maximumRefusalBody`` | \(bytes(ClientHandshake.maximumRefusalBody)) |"))
  }

  private func bytes(_ count: Int) -> String {
    switch count {
    case (1 << 20)...: "\(count >> 20) MiB"
    case (1 << 10)...: "\(count >> 10) KiB"
    default: "\(count) bytes"
    }
  }

  private func seconds(_ duration: Duration) -> String { "\(duration.components.seconds) s" }

  @Test("The table of violations has each one, its code and what the peer is told") func violations() throws {
    let text = try article("ErrorsAndCloseCodes")
    let all: [(name: String, violation: ProtocolViolation)] = [
      ("unexpectedReservedBits", .unexpectedReservedBits), ("reservedOpcode(_:)", .reservedOpcode(3)),
      ("fragmentedControlFrame", .fragmentedControlFrame), ("oversizedControlFrame", .oversizedControlFrame),
      ("unmaskedFrame", .unmaskedFrame), ("maskedFrame", .maskedFrame), ("nonMinimalLength", .nonMinimalLength),
      ("lengthOutOfRange", .lengthOutOfRange), ("unexpectedContinuation", .unexpectedContinuation),
      ("interruptedMessage", .interruptedMessage), ("truncatedCloseCode", .truncatedCloseCode),
      ("invalidCloseCode(_:)", .invalidCloseCode(.noStatus)), ("invalidUTF8", .invalidUTF8),
      ("corruptCompressedData", .corruptCompressedData), ("outOfMemory", .outOfMemory),
      ("frameTooBig(limit:)", .frameTooBig(limit: 1000)), ("messageTooBig(limit:)", .messageTooBig(limit: 1000)),
    ]
    let rows = all.map { "| ``ProtocolViolation/\($0.name)`` | \($0.violation.closeCode) | \($0.violation) |" }
    #expect(text.split(separator: "\n").filter { $0.hasPrefix("| ``ProtocolViolation/") }.map(String.init) == rows)
  }

  // MARK: DocC

  /// Runs a tool of the toolchain and gives what it prints.
  private func run(_ tool: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  private struct SymbolGraph: Decodable {
    struct Symbol: Decodable {
      struct Comment: Decodable {}
      struct Kind: Decodable { let identifier: String }
      let pathComponents: [String]
      let kind: Kind
      let docComment: Comment?
    }
    let symbols: [Symbol]
  }

  @Test("Every public symbol has a doc comment, and DocC builds the page without a warning", .timeLimit(.minutes(2)))
  func docC() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "websocket-docs-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }

    // The test program lies in the build folder, and beside it the modules it was made of.
    let build = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    let extracted = try run(
      "swift-symbolgraph-extract",
      [
        "-module-name", "WebSocket", "-target", build.deletingLastPathComponent().lastPathComponent, "-I",
        build.appending(path: "Modules").path,
        "-I", Self.root.appending(path: "Sources/CZlib").path, "-minimum-access-level", "public",
        "-skip-synthesized-members", "-output-dir", folder.path,
      ])
    #expect(extracted.status == 0, "\(extracted.output)")
    let graph = try JSONDecoder().decode(
      SymbolGraph.self, from: Data(contentsOf: folder.appending(path: "WebSocket.symbols.json")))
    #expect(graph.symbols.count > 150)
    for symbol in graph.symbols where symbol.docComment == nil {
      Issue.record("no doc comment: \(symbol.pathComponents.joined(separator: ".")) (\(symbol.kind.identifier))")
    }

    let converted = try run(
      "docc",
      [
        "convert", Self.catalog.path, "--additional-symbol-graph-dir", folder.path, "--warnings-as-errors",
        "--output-path", folder.appending(path: "WebSocket.doccarchive").path,
      ])
    #expect(converted.status == 0, "\(converted.output)")
  }
}
