import Foundation
import Testing

@testable import ChatServer

@Suite struct CheckpointPaceTests {
  /// The length of the log at each of so many checkpoints, if each commit writes so many pages.
  private func lengths(_ checkpoints: Int, pagesOfACommit: Int, _ pace: inout CheckpointPace) -> [Int] {
    (0..<checkpoints).map { _ in
      var commits = 1
      while !pace.committed() { commits += 1 }
      pace.begin()
      pace.ended(length: commits * pagesOfACommit)
      return commits * pagesOfACommit
    }
  }

  @Test(arguments: [3, 12, 30, 80]) func theLogGetsItsRightLengthWhateverTheLoad(pages: Int) throws {
    var pace = CheckpointPace()
    let last = try #require(lengths(20, pagesOfACommit: pages, &pace).last)
    #expect((CheckpointPace.rightLength * 9 / 10...CheckpointPace.rightLength * 11 / 10).contains(last))
  }

  @Test func itFollowsTheLoad() {
    var pace = CheckpointPace()
    _ = lengths(20, pagesOfACommit: 3, &pace)
    let found = lengths(20, pagesOfACommit: 60, &pace)
    #expect(found[0] > 2 * CheckpointPace.rightLength && found[19] < CheckpointPace.rightLength * 11 / 10)
  }

  @Test func nothingGoesBeyondItsBounds() {
    var pace = CheckpointPace()
    for length in [0, -1, 1, 1, 1, 1, 1, 1, 1, 1] { pace.ended(length: length) }
    #expect(pace.interval == CheckpointPace.bounds.upperBound)
    for _ in 0..<40 { pace.ended(length: 1 << 40) }
    #expect(pace.interval == CheckpointPace.bounds.lowerBound)
  }

  /// The log of a store that is written without a pause is brought in beside the writes, and begins anew.
  @Test(.timeLimit(.minutes(2))) func theLogBeginsAnew() async throws {
    let base = try await TemporaryStore()
    let dialog = try await base.openDialog()
    let log = base.folder.path + "/chat.sqlite-wal"
    // The salt of the log's header is another each time it begins (the file format's section 4.1).
    func salt() throws -> Data { try Data(contentsOf: URL(filePath: log)).subdata(in: 16..<24) }
    let first = try salt()
    while try salt() == first { _ = try await base.post("another", in: dialog) }
  }
}
