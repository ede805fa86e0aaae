import ChatProtocol
import LiveLink
import Testing

@Suite("A network without manners")
struct RandomisedTests {
  /// A hundred and twenty simulated seconds of trouble, then three quiet minutes.
  private func world(seed: Int, takesClientID: Bool, restarts: Bool) -> World {
    var world = World(seed: UInt64(seed), takesClientID: takesClientID)
    if !restarts { world.faults.restart = 0 }
    for step in 0..<600 {
      world.run(for: .milliseconds(200))
      if world.chance(0.15) {
        world.store([.user, .assistant].randomElement(using: &world.generator) ?? .user, "n\(step)", clientID: nil)
      }
      if world.chance(0.05) { world.submit("reply \(step)") }
      if world.chance(world.faults.restart) { world.restart() }
    }
    world.faults = .none
    world.run(for: .seconds(180))
    return world
  }

  @Test("with client_id: no gap, no duplicate, every send stored once and settled once", arguments: 0..<60)
  func exactlyOnce(seed: Int) {
    let world = world(seed: seed, takesClientID: true, restarts: false)
    #expect(world.problems.isEmpty)
    #expect(world.link.timeline.map(\.id) == world.stored.map(\.id))
    #expect(world.link.phase.isLive)
    #expect(world.settledTexts.sorted() == world.submitted.sorted())
    #expect(
      world.stored.filter { $0.sender == .manager }.map(\.text) == world.submitted, "in the order they were written")
    #expect(world.outbox.isEmpty)
    #expect(world.disk.isEmpty)
  }

  @Test("with client_id, and the console killed now and then", arguments: 0..<60)
  func exactlyOnceOverCrashes(seed: Int) {
    let world = world(seed: seed, takesClientID: true, restarts: true)
    #expect(world.problems.isEmpty)
    #expect(world.link.timeline.map(\.id) == world.stored.map(\.id))
    #expect(world.stored.filter { $0.sender == .manager }.map(\.text) == world.submitted)
    // A console that dies between the settling and the erasing settles again, with the same message.
    #expect(Set(world.settledTexts) == Set(world.submitted))
    #expect(world.outbox.isEmpty)
    #expect(world.disk.isEmpty)
  }

  @Test("without client_id: never twice; what is not settled is asked about", arguments: 0..<60, [false, true])
  func atMostOnce(seed: Int, restarts: Bool) {
    let world = world(seed: seed, takesClientID: false, restarts: restarts)
    #expect(world.problems.isEmpty)
    #expect(world.link.timeline.map(\.id) == world.stored.map(\.id))
    let replies = world.stored.filter { $0.sender == .manager }.map(\.text)
    #expect(Set(replies).count == replies.count, "nothing was sent twice")
    #expect(Set(world.settledTexts).isSubset(of: replies), "nothing is called delivered that is not")
    let rows = world.outbox.rows(of: 4)
    #expect(Set(world.settledTexts).union(rows.map(\.entry.text)) == Set(world.submitted), "nothing is lost")
    for (index, row) in rows.enumerated() {
      #expect(!replies.contains(row.entry.text), "what was stored was found")
      if case .unsure = row.state { continue }
      #expect(index > 0 && row.state == .queued, "only behind one that the operator has to decide")
    }
  }
}

extension LiveLink.Phase {
  fileprivate var isLive: Bool { if case .live = self { true } else { false } }
}
