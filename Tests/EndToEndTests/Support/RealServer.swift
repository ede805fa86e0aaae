import Foundation

/// The real server on a port and a folder that it keeps over restarts, with an operator and an assistant.
final class RealServer {
  static let email = "operator@example.com"
  static let password = "correct horse battery staple"

  let url: String
  let assistantID: String
  private let data: TemporaryDirectory
  let port: Int
  private var child: Child?

  init() async throws {
    data = try TemporaryDirectory("chatai-e2e-server")
    _ = try Child.require(
      Programs.server, ["user", "add", RealServer.email, "--role", "admin", "--password-stdin", "--data", data.path],
      input: RealServer.password + "\n")
    assistantID = try Child.require(
      Programs.server, ["assistant", "add", "Help", "--owner", RealServer.email, "--data", data.path])
    port = try RealServer.freePort()
    url = "http://127.0.0.1:\(port)"
    try start()
  }

  deinit {
    child?.kill(SIGKILL)
  }

  /// Starts the server, for the first time or again, and waits until it accepts connections.
  func start() throws {
    let child = try Child(
      Programs.server, ["serve", "--port", "\(port)", "--data", data.path], errorsTo: data.path + "/e2e.log")
    guard let line = child.firstLine(), line.contains(url) else {
      let log = (try? String(contentsOfFile: data.path + "/e2e.log", encoding: .utf8)) ?? ""
      throw EndToEndFailure("the server did not say that it listens on \(url): \(log)")
    }
    self.child = child
  }

  /// Ends the server as a crash would.
  func kill() {
    child?.kill(SIGKILL)
    _ = child?.wait()
    child = nil
  }

  /// Ends the server as an administrator would; returns its exit status.
  func terminate() -> Int32? {
    child?.kill(SIGTERM)
    defer { child = nil }
    return child?.wait()
  }

  /// Logs the console in, into a profile under `home`.
  ///
  /// - Parameter address: How the console reaches the server, if not directly.
  func logIn(home: TemporaryDirectory, at address: String? = nil) throws {
    _ = try Child.require(
      Programs.console, ["login", "--server", address ?? url, "--email", RealServer.email, "--password-stdin"],
      input: RealServer.password + "\n", environment: ConsoleScreen.environment(home: home))
  }

  /// A port of the loopback that nobody listens on, and that no connection gets while the server is away: the system
  /// gives those out from 32768 on.
  static func freePort() throws -> Int {
    for _ in 0..<100 {
      let port = Int.random(in: 20_000..<32_000)
      if isFree(port) { return port }
    }
    throw EndToEndFailure("no free port")
  }

  private static func isFree(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = in_port_t(port).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
