import ArgumentParser
import ChatProtocol
import ChatServer
import Foundation
import Logging
import ServiceLifecycle

/// `chatai-server demo`: a server with a busy shop in it, which leaves nothing behind.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Run a server with a lively demo in a temporary folder.",
    discussion: """
      Prints one line of JSON on the standard output when it accepts connections: the url, the email and password to \
      log in with, the widget's demo page, and the directory that is removed at the end. It ends on SIGTERM, on SIGINT, and when its standard \
      input ends: so it goes with the program that holds the other end. `chatai demo` does all of it.
      """)

  @Option(help: "The address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "The port to listen on; 0 takes a free one.")
  var port = 0

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port must be from 0 to 65535") }
  }

  func run() async throws {
    let folder = try TemporaryFolder(prefix: "chatai-demo")
    defer { folder.remove() }
    // The settings of a real server are not the demo's: nothing is taken from the environment. The operator's colleague
    // is on the stage only and has no connection that could hold its dialogs.
    let configuration = try ServerConfiguration.load(
      file: nil, environment: [:],
      flags: [
        "host": host, "port": String(port), "data": folder.path + "/server", "handoff.grace_seconds": "86400",
      ])
    let logger = ServerRun.logger(configuration)
    let resources = try ResourceDirectory.locate()
    let directory = try DataDirectory(path: configuration.data)
    let store = try await ChatStore.open(in: directory)
    let demo = try Demo(resources: resources)
    let stage = try await demo.prepare(store, passwords: Passwords(), at: .now())

    let (addresses, listening) = AsyncStream.makeStream(of: ChatApplication.Address.self)
    let application = ChatApplication(
      configuration: configuration, store: store,
      tokens: await TokenService(secret: try TokenSecret.load(from: directory)),
      answers: try KnowledgeBaseResponder(directory: resources.appending(path: "knowledge")),
      widget: try WidgetFiles(resources: resources), logger: logger
    ) { address in
      listening.yield(address)
      Ready(
        url: address.description, email: stage.login.email, password: stage.login.password, directory: folder.path,
        widget: address.description + stage.widgetPath
      ).announce()
    }
    let visitors = Visitors(demo: demo, stage: stage, addresses: addresses, logger: logger)
    try await ServerRun.serve(
      application, beside: [StandardInputEnd(), visitors], configuration: configuration, logger: logger
    ) {
      folder.remove()
    }
    try store.close()
  }

  /// The line that tells how to come in.
  private struct Ready: Encodable {
    let url: String
    let email: String
    let password: String
    let directory: String
    /// A page with the web widget on it.
    let widget: String

    func announce() {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      guard let line = try? encoder.encode(self) else { return }
      print(String(decoding: line, as: UTF8.self))
      // Whoever reads this through a pipe waits for it.
      fflush(nil)
    }
  }

  /// The simulated visitors, for as long as the server runs.
  private struct Visitors: Service {
    let demo: Demo
    let stage: Demo.Stage
    let addresses: AsyncStream<ChatApplication.Address>
    let logger: Logger

    func run() async throws {
      await cancelWhenGracefulShutdown {
        for await address in addresses {
          await demo.play(stage, at: address, logger: logger)
        }
      }
    }
  }
}

/// A service that ends, and the server with it, when the standard input does.
private struct StandardInputEnd: Service {
  func run() async throws {
    let (ended, end) = AsyncStream.makeStream(of: Never.self)
    // A thread of its own: this read may wait for hours.
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: 512)
      while true {
        let count = read(STDIN_FILENO, &buffer, buffer.count)
        if count == 0 || (count < 0 && errno != EINTR) { break }
      }
      end.finish()
    }
    await cancelWhenGracefulShutdown {
      for await _ in ended {}
    }
  }
}

/// A folder of mode 0700 with a name that nobody else has.
private struct TemporaryFolder: Sendable {
  let path: String

  init(prefix: String) throws {
    let parent = FileManager.default.temporaryDirectory.path(percentEncoded: false)
    var template = Array((parent + (parent.hasSuffix("/") ? "" : "/") + prefix + ".XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CommandFailure("cannot make a folder in \(parent): \(String(cString: strerror(errno)))")
    }
    path = String(decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }
}
