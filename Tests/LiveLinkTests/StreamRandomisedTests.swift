import LiveLink
import Testing

@Suite("An operator's stream without manners")
struct StreamRandomisedTests {
  /// Three simulated minutes of trouble, then two quiet ones with a message in their midst.
  private func world(seed: Int) -> StreamWorld {
    var world = StreamWorld(seed: UInt64(seed))
    for _ in 0..<900 {
      world.run(for: .milliseconds(200))
      if world.chance(0.2) { world.store() }
      if world.chance(0.004) { world.restart() }
    }
    world.isRude = false
    world.run(for: .seconds(90))
    world.store()
    world.run(for: .seconds(30))
    return world
  }

  @Test("nothing twice, nothing out of order, and nothing missing without a word", arguments: 0..<100)
  func nothingIsMissing(seed: Int) {
    let world = world(seed: seed)
    #expect(world.problems.isEmpty)
    #expect(world.known == Set(world.stored))
    guard case .live = world.stream.phase else {
      Issue.record("\(world.stream.phase)")
      return
    }
  }

  @Test func theWorldsDoWhatTheyAreFor() {
    let worlds = (0..<20).map { world(seed: $0) }
    #expect(worlds.reduce(0) { $0 + $1.resumes } > 20)
    #expect(worlds.reduce(0) { $0 + $1.resyncs } > 40)
  }
}
