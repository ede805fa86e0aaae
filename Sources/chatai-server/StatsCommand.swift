import ArgumentParser
import ChatProtocol
import ChatServer
import Foundation

/// `chatai-server stats`: what stands in the database, in figures.
struct StatsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats", abstract: "Print figures: dialogs, messages, the queue, waits.",
    discussion: """
      Read from the database, whether or not the server runs. What a running server counts (sockets, deliveries, \
      latencies) is at its /metrics, in Prometheus' format, for the token that --metrics-token prints.
      """)

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print the token that opens /metrics, and nothing else.")
  var metricsToken = false

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    if metricsToken {
      print(MetricsToken(secret: try TokenSecret.load(from: try storage.dataDirectory())).text)
      return
    }
    let store = try await storage.openStore()
    let statistics = try await store.statistics(at: .now())
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
      print(String(decoding: try encoder.encode(statistics), as: UTF8.self))
    } else {
      print(text(statistics))
    }
    try store.close()
  }

  private func text(_ statistics: ServerStatistics) -> String {
    func line(_ name: String, _ counts: [String: Int]) -> String {
      let parts = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      return "\(name): \(counts.values.reduce(0, +))" + (parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))")
    }
    var queue = "waiting: \(statistics.queueLength)"
    if let longest = statistics.longestWait { queue += ", the longest for \(Self.minutes(longest))" }
    var waits = "waits, last 24 h: \(statistics.waitsOfDay.count)"
    if let median = statistics.wait(atShare: 0.5), let most = statistics.wait(atShare: 0.9),
      let longest = statistics.waitsOfDay.last
    {
      waits += ", half within \(Self.minutes(median)), nine of ten within \(Self.minutes(most)), "
      waits += "the longest \(Self.minutes(longest))"
    }
    return [
      line("dialogs", statistics.dialogs), line("messages", statistics.messages),
      line("messages, last 24 h", statistics.messagesOfDay), queue, waits,
    ].joined(separator: "\n")
  }

  /// `3:05`, minutes and seconds.
  private static func minutes(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    return "\(whole / 60):" + (whole % 60 < 10 ? "0" : "") + "\(whole % 60)"
  }
}
