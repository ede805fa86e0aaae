import ChatProtocol
import Foundation
import Testing

@testable import ChatServer

/// A client that knows nothing of us: Python's `websockets` from PyPI on each of the three sockets.
@Suite struct StockClientTests {
  @Test(.timeLimit(.minutes(5))) func pythonWebsockets() async throws {
    let python = try await PythonEnvironment.ready()
    try await TestServer.run(configure: {
      $0.heartbeat.interval = .milliseconds(500)
      $0.heartbeat.timeout = .seconds(5)
    }) { server in
      let site = try await server.store.openDialog(
        for: Visitor(entrance: .site(ownerID: server.ann.id), guestID: "site-guest"), at: .now())
      let configuration = Configuration(
        http: server.address.description,
        ws: "ws://\(server.address.host):\(server.address.port)",
        token: try await server.accessToken(server.ann),
        expired: try await server.accessToken(server.ann, at: .now().advanced(by: .seconds(-7200))),
        widget: .init(query: server.widgetQuery("guest"), dialog: try await server.openDialog()),
        site: .init(query: server.siteQuery("site-guest"), dialog: site.id))
      let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Python/stock_client.py").path(percentEncoded: false)
      let json = String(decoding: try JSONEncoder().encode(configuration), as: UTF8.self)
      let (status, output) = try await Subprocess.run(python, [script, json])
      #expect(status == 0, "\(output)")
      #expect(output.hasSuffix("ok\n"), "\(output)")
    }
  }

  private struct Configuration: Encodable {
    struct Entrance: Encodable {
      let query: String
      let dialog: Int
    }

    let http: String
    let ws: String
    let token: String
    let expired: String
    let widget: Entrance
    let site: Entrance
  }
}

/// A virtual environment with `websockets` in it: the one that CHATAI_TEST_VENV names, or one of our own in .build.
private enum PythonEnvironment {
  struct Unusable: Error { let output: String }

  /// Its interpreter. Made if it is missing; a test without its client fails, it is not skipped.
  static func ready() async throws -> String {
    let ours = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: ".build/venv-stock")
    let folder = ProcessInfo.processInfo.environment["CHATAI_TEST_VENV"] ?? ours.path(percentEncoded: false)
    let python = folder + "/bin/python"
    if !FileManager.default.isExecutableFile(atPath: python) {
      try await require("/usr/bin/env", ["python3", "-m", "venv", folder])
    }
    if try await Subprocess.run(python, ["-c", "import websockets"]).status != 0 {
      try await require(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "websockets"])
    }
    return python
  }

  private static func require(_ program: String, _ arguments: [String]) async throws {
    let (status, output) = try await Subprocess.run(program, arguments)
    guard status == 0 else { throw Unusable(output: output) }
  }
}

/// Another program, run to its end.
private enum Subprocess {
  static func run(_ program: String, _ arguments: [String]) async throws -> (status: Int32, output: String) {
    let folder = try TemporaryDirectory()
    // A file and not a pipe: nobody has to empty it while the program runs.
    let output = folder.url.appending(path: "output")
    try Data().write(to: output)
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    let handle = try FileHandle(forWritingTo: output)
    process.standardOutput = handle
    process.standardError = handle
    process.standardInput = FileHandle.nullDevice
    let (ended, end) = AsyncStream.makeStream(of: Never.self)
    process.terminationHandler = { _ in end.finish() }
    try process.run()
    for await _ in ended {}
    return (process.terminationStatus, String(decoding: try Data(contentsOf: output), as: UTF8.self))
  }
}
