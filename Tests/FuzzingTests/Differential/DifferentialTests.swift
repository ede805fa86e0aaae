import Foundation
import Testing

/// The same bytes to this module and to Python's websockets: the same messages, the same verdict, the same close code
/// and reason.
@Suite("Differential against websockets") struct DifferentialTests {
  private static let count = 4000

  @Test("The same bytes, the same verdict, but for the differences that are listed")
  func verdicts() throws {
    // Other streams on demand; the same ones for everybody else.
    let seed = ProcessInfo.processInfo.environment["CHATAI_FUZZ_SEED"].flatMap { UInt64($0) } ?? 20_110_600
    var generator = StreamGenerator(seed: seed)
    let streams = try (0..<DifferentialTests.count).map { try generator.stream($0) }
    let verdicts = try websocketsVerdicts(on: streams)
    try #require(verdicts.count == streams.count)

    var explained: [KnownDifference: Int] = [:]
    var same = 0
    for (stream, theirs) in zip(streams, verdicts) {
      let comparison = Comparison(stream, ours: try ModuleVerdict(stream), theirs: theirs)
      if comparison.isSame {
        same += 1
      } else if let difference = KnownDifference.allCases.first(where: { $0.explains(comparison) }) {
        explained[difference, default: 0] += 1
      } else {
        Issue.record("\(comparison)")
      }
    }
    #expect(same > streams.count * 3 / 4, "hardly anything is the same")
    for difference in KnownDifference.allCases {
      #expect(explained[difference] != nil, "\(difference) is listed and does not occur")
    }
  }

  private func websocketsVerdicts(on streams: [Stream]) throws -> [StreamVerdict] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "chatai-differential-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = folder.appending(path: "streams")
    let output = folder.appending(path: "verdicts")
    let encoder = JSONEncoder()
    let lines = try streams.map { try encoder.encode($0) + Data("\n".utf8) }
    try Data(lines.joined()).write(to: input)
    try runPython(["Driver/websockets_verdicts.py", input.path, output.path])
    let decoder = JSONDecoder()
    return try Data(contentsOf: output).split(separator: UInt8(ascii: "\n")).map {
      try decoder.decode(StreamVerdict.self, from: $0)
    }
  }

  /// The interpreter of the virtual environment that `make test` sets up.
  private func runPython(_ arguments: [String]) throws {
    let venv = try #require(
      ProcessInfo.processInfo.environment["CHATAI_TEST_VENV"],
      "CHATAI_TEST_VENV must name a virtual environment with websockets: run `make test`, which makes one")
    let process = Process()
    process.executableURL = URL(filePath: venv + "/bin/python")
    process.currentDirectoryURL = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(arguments[0]) failed; its output is above")
  }
}
