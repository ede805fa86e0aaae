import WebSocket

/// The WebSocket core alone, in memory: what it costs without a network. Each line is the best of several rounds, so
/// that what else runs on the machine weighs little.
@main
struct WebSocketCodecBenchmark {
  static func main() {
    let sections: [(String, () -> [Measurement])] = [
      ("Receiving: frames to messages", receiving),
      ("Sending: messages to frames", sending),
      ("Bytes: against memcpy of as many in this run", bytes),
      ("Handshakes, both ends", handshakes),
    ]
    let chosen = CommandLine.arguments.dropFirst()
    for (title, measurements) in sections where chosen.isEmpty || chosen.contains(where: title.hasPrefix) {
      print(title)
      for measurement in measurements() { print(measurement.row) }
      print()
    }
  }
}
