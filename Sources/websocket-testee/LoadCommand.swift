import ArgumentParser
import NIOCore
import NIOPosix
import Transport
import WebSocket

/// A load generator for echo servers; says what it measured as one JSON object.
struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Send messages to an echo server as fast as they come back, and measure.",
    discussion: """
      Every reply is compared with what was sent. A latency goes from handing a message over to be sent to having \
      its reply whole; with many in flight most of it is queueing. Exit status 1: a wrong, late or lost reply.
      """)

  @Argument(help: "The echo server's address, such as ws://127.0.0.1:9001.")
  var url: String

  @Option(help: "How many connections.")
  var connections = 1

  @Option(help: "How many messages are in flight on each.")
  var depth = 1

  @Option(help: "The size of a message, in bytes.")
  var size = 64

  @Flag(help: "Binary messages of random bytes instead of JSON.")
  var binary = false

  @Flag(help: "Offer permessage-deflate.")
  var deflate = false

  @Option(help: "How long to measure, in seconds.")
  var seconds = 3.0

  @Option(help: "How long to run before that, in seconds.")
  var warmUp = 0.5

  func validate() throws {
    guard connections > 0, depth > 0, size > 0 else {
      throw ValidationError("connections, depth and size are 1 or more")
    }
    guard (0.01...86400).contains(seconds), (0...86400).contains(warmUp) else {
      throw ValidationError("the times are seconds, up to a day")
    }
  }

  func run() async throws {
    let plan = LoadGenerator.Plan(
      request: try request(), connections: connections, depth: depth,
      messages: LoadMessages(size: size, isBinary: binary),
      warmUp: .nanoseconds(Int64(warmUp * 1e9)), duration: .nanoseconds(Int64(seconds * 1e9)))
    let result = try await LoadGenerator.run(plan, on: MultiThreadedEventLoopGroup.singleton.next())
    print(json(result))
  }

  private func request() throws -> WebSocketClient.Request {
    do throws(WebSocketURL.ParseError) {
      var request = WebSocketClient.Request(url: try WebSocketURL(url))
      request.configuration.connection.maximumMessageSize = size
      if !deflate { request.configuration.connection.deflate = nil }
      request.configuration.maximumPendingOutput = 2 * depth * (size + 16)
      return request
    } catch {
      throw ValidationError(error.description)
    }
  }

  private func json(_ result: LoadGenerator.Result) -> String {
    let rate = Double(result.replies) / result.seconds
    let fields: [(String, String)] = [
      ("conns", "\(connections)"), ("depth", "\(depth)"), ("size", "\(size)"), ("deflate", "\(deflate)"),
      ("seconds", rounded(result.seconds)), ("replies", "\(result.allReplies)"), ("msgs_per_s", rounded(rate)),
      ("payload_mb_per_s", rounded(rate * Double(size) / 1e6)),
      ("p50_us", rounded(result.latencies.quantile(0.5))), ("p90_us", rounded(result.latencies.quantile(0.9))),
      ("p99_us", rounded(result.latencies.quantile(0.99))), ("p999_us", rounded(result.latencies.quantile(0.999))),
      ("mean_us", rounded(result.latencies.mean)),
    ]
    return "{" + fields.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
  }

  private func rounded(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
}
