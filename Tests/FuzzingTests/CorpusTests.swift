import FoundationEssentials
import Testing

/// Every input the fuzzers have kept, through its target: what once was found stays mended.
@Suite("Fuzzing corpus") struct CorpusTests {
  private static let corpus = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

  @Test("Each input keeps its target's invariants", arguments: FuzzTarget.allCases)
  func replay(_ target: FuzzTarget) throws {
    let folder = CorpusTests.corpus.appending(path: target.rawValue).path
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(names.count >= 10, "\(folder) has lost its inputs")
    for name in names {
      let input = try #require(FileManager.default.contents(atPath: folder + "/" + name))
      check(target, Array(input), name)
    }
  }

  @Test("Each seed keeps its target's invariants", arguments: FuzzTarget.allCases)
  func seeds(_ target: FuzzTarget) {
    #expect(!target.seeds.isEmpty)
    for (index, seed) in target.seeds.enumerated() { check(target, seed, "seed \(index)") }
  }

  private func check(_ target: FuzzTarget, _ input: [UInt8], _ name: String) {
    do {
      try input.withUnsafeBytes { try target.run($0) }
    } catch {
      Issue.record("\(target), \(name): \(error)")
    }
  }
}
