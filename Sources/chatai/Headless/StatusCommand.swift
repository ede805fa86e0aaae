import ArgumentParser
import ChatProtocol
import FoundationEssentials
import Headless
import Transport

/// `chatai status`.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    .status,
    discussion: """
      Made for status lines: it answers at once from what it found a moment ago, waits for a server no longer than the \
      time-out, and prints ? instead of hanging. In ~/.tmux.conf: set -g status-right '#(chatai status --tmux)'. A \
      format has {waiting}, {mine} and {longest}.
      """)

  @OptionGroup var options: HeadlessOptions

  @Flag(help: "Coloured by tmux.")
  var tmux = false

  @Option(help: "Your own line.")
  var format: String?

  @Flag(help: "A line of JSON.")
  var json = false

  @Option(help: ArgumentHelp("How old the answer may be.", valueName: "seconds"))
  var maxAge = 5

  @Option(help: ArgumentHelp("How long to wait for the server.", valueName: "seconds"))
  var timeout = 2

  func validate() throws {
    guard [tmux, format != nil, json].count(where: \.self) <= 1 else {
      throw ValidationError("--tmux, --format and --json exclude each other")
    }
    guard maxAge >= 0, timeout > 0 else { throw ValidationError("the times must be positive") }
  }

  func run() throws {
    let summary: StatusSummary
    do {
      summary = try self.summary()
    } catch let failure as CommandFailure where !json {
      // A status line has room for one word, and nobody reads its errors.
      Output.line(StatusSummary.unknown)
      throw CommandFailure.silent(failure.status)
    }
    if json {
      Output.line(try JSONText.line(summary))
    } else {
      Output.line(tmux ? summary.tmuxLine : summary.line(format ?? StatusSummary.plainFormat))
    }
    if !summary.isReachable { throw CommandFailure.silent(.unreachable) }
  }

  private func summary() throws -> StatusSummary {
    let (profile, _) = try options.target.openSession()
    let cache = profile.directory + "/status.json"
    if let known = Self.read(cache),
      (0...Int64(maxAge) * 1000).contains(Timestamp.now.milliseconds - known.at.milliseconds)
    {
      return known
    }
    let found = Box<StatusSummary?>(nil)
    let limit = Duration.seconds(timeout)
    try options.run(.status) { client in
      found.value = try await Self.ask(client, within: limit)
    }
    let summary = found.value ?? .unreachable(at: .now)
    // Without it the next one asks again.
    if let bytes = try? JSONEncoder().encode(summary) { try? PrivateFile.write(bytes, to: cache) }
    return summary
  }

  private static func read(_ path: String) -> StatusSummary? {
    (try? PrivateFile.read(path, limit: 4096)).flatMap { try? JSONDecoder().decode(StatusSummary.self, from: Data($0)) }
  }

  private static func ask(_ client: HeadlessClient, within limit: Duration) async throws -> StatusSummary {
    try await withThrowingTaskGroup(of: StatusSummary.self) { group in
      group.addTask {
        do throws(APIFailure) {
          let queue = try await client.api.queue()
          return StatusSummary(queue: queue, mine: try await client.api.myDialogs(), at: .now)
        } catch {
          guard error != .unauthorized else { throw CommandFailure(error, server: client.session.server.authority) }
          return .unreachable(at: .now)
        }
      }
      group.addTask {
        try await Task.sleep(for: limit)
        return .unreachable(at: .now)
      }
      defer { group.cancelAll() }
      return try await group.next() ?? .unreachable(at: .now)
    }
  }
}
