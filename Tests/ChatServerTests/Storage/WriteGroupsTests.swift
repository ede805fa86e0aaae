import Testing

@testable import ChatServer

@Suite struct WriteGroupsTests {
  private typealias Groups = WriteGroups<Int>

  /// The actions, as text.
  private func run(_ groups: inout Groups, _ events: Groups.Event...) -> [String] {
    events.flatMap { groups.handle($0) }.map {
      switch $0 {
      case .begin: "begin"
      case .commit(let writes): "commit \(writes.map(String.init).joined(separator: " "))"
      }
    }
  }

  @Test func aWriteAloneGoesAtOnce() {
    var groups = Groups()
    #expect(run(&groups, .arrived(1)) == ["begin"])
    #expect(run(&groups, .ready) == ["commit 1"])
    #expect(run(&groups, .ended) == [])
    #expect(run(&groups, .arrived(2), .ready) == ["begin", "commit 2"])
  }

  @Test func thoseThatComeDuringACommitAreTheNextGroup() {
    var groups = Groups()
    #expect(run(&groups, .arrived(1), .ready, .arrived(2), .arrived(3)) == ["begin", "commit 1"])
    #expect(run(&groups, .ended) == ["begin"])
    // The database was busy with something else meanwhile: one more fits in.
    #expect(run(&groups, .arrived(4), .ready) == ["commit 2 3 4"])
    #expect(run(&groups, .ended) == [])
  }

  @Test func aGroupHasSixtyFourAtMost() {
    var groups = Groups()
    for number in 0..<(2 * Groups.largestGroup + 1) { _ = groups.handle(.arrived(number)) }
    var sizes: [Int] = []
    var order: [Int] = []
    while true {
      guard case .commit(let writes)? = groups.handle(.ready).first else { break }
      sizes.append(writes.count)
      order += writes
      guard !groups.handle(.ended).isEmpty else { break }
    }
    #expect(sizes == [64, 64, 1])
    #expect(order == Array(0...128))
  }
}
