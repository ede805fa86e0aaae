import ArgumentParser

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Posts messages to a chat server and listens to its sockets; prints what came of it as JSON.
@main
struct ServerLoad: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "server-load")

  @Option(help: "The server's port on this machine.") var port: UInt16
  @Option(help: "An operator's access token.") var token: String
  @Option(help: "The dialogs' ids, separated by commas.") var dialogs: String
  @Option(help: "How long to post, in seconds.") var seconds: Double
  @Option(help: "Connections that post.") var connections = 64
  @Option(help: "Sockets that listen, spread over the dialogs.") var sockets = 0
  @Option(help: "Messages a second; as fast as they are answered without it.") var pace: Double?
  @Option(help: "What the client ids of the messages begin with: another for each run.")
  var clientID: String

  /// How long the last answers and deliveries may take, in seconds.
  private static let patience = 10.0
  /// Without a pace, the time of a delivery is of no interest: sockets are read this often, in seconds, so that what has
  /// come meanwhile costs one read, and the load leaves the processors to the server.
  private static let interval = 0.05

  func run() throws {
    let ids = dialogs.split(separator: ",").compactMap { Int($0) }
    var load = try Load(
      requests: ids.map { PostRequest(dialog: $0, token: token, clientID: clientID) },
      posters: (0..<connections).map { _ in try Poster(port: port) },
      listeners: (0..<sockets).map {
        let place = $0 % ids.count
        return try Listener(port: port, path: "/ws/dialogs/\(ids[place])?token=\(token)", dialog: place)
      }, timesDeliveries: pace != nil)
    let began = Self.now()
    var posting = true
    var read = began
    while posting || !load.isDone {
      let now = Self.now()
      if now - began >= seconds { posting = false }
      if now - began >= seconds + Self.patience { throw LoadError(description: load.whatIsMissing) }
      if posting {
        let due = pace.map { Int((now - began) * $0) + 1 } ?? .max
        while load.posted < due, try load.post(at: now) {}
      }
      if pace != nil {
        try load.wait(atMost: 0.001, forListeners: true, Self.now)
      } else {
        try load.wait(atMost: Self.interval, forListeners: false, Self.now)
        if now - read >= Self.interval {
          try load.readListeners(Self.now)
          read = now
        }
      }
    }
    print(load.report(seconds: load.lastEvent - began))
  }

  /// The monotonic time, in seconds.
  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
