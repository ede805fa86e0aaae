import Testing

@testable import Transport

@Suite("A server's common end of its WebSockets, as a table") struct DrainStateTests {
  private typealias State = DrainState<Int>

  /// The actions with their members in order.
  private func actions(_ actions: [State.Action]) -> [State.Action] {
    actions.map { action in
      switch action {
      case .quiesce(let members): .quiesce(members.sorted())
      case .drop(let members): .drop(members.sorted())
      case .finish: action
      }
    }
  }

  /// Plays events at their seconds, and gives what follows from each.
  private func play(_ state: inout State, _ script: [(second: Int, event: State.Event)]) -> [[State.Action]] {
    script.map { actions(state.handle($0.event, now: .seconds($0.second))) }
  }

  private func report(_ connections: Int, dropped: Int, _ seconds: Int) -> State.Action {
    .finish(WebSocketDrain.Report(connections: connections, dropped: dropped, duration: .seconds(seconds)))
  }

  @Test("While it serves nobody is told anything") func serving() {
    var state = State()
    #expect(play(&state, [(0, .entered(1)), (1, .entered(2)), (2, .left(1)), (3, .deadline)]).flatMap(\.self).isEmpty)
    #expect(state.count == 1)
    #expect(!state.isDraining)
  }

  @Test("All are told at once; the end is when the last has left") func drains() {
    var state = State()
    let steps = play(
      &state,
      [
        (0, .entered(1)), (0, .entered(2)), (0, .entered(3)), (10, .begin), (11, .left(2)), (12, .left(1)),
        (13, .left(3)),
      ])
    #expect(steps == [[], [], [], [.quiesce([1, 2, 3])], [], [], [report(3, dropped: 0, 3)]])
    #expect(play(&state, [(20, .deadline), (20, .begin), (20, .left(3))]).flatMap(\.self).isEmpty, "it ends once")
  }

  @Test("Nobody is there") func empty() {
    var state = State()
    #expect(play(&state, [(5, .begin)]) == [[report(0, dropped: 0, 0)]])
  }

  @Test("Who comes late is told too, and counted") func late() {
    var state = State()
    let steps = play(&state, [(0, .entered(1)), (1, .begin), (2, .entered(2)), (3, .left(1)), (4, .left(2))])
    #expect(steps == [[], [.quiesce([1])], [.quiesce([2])], [], [report(2, dropped: 0, 3)]])
    #expect(play(&state, [(9, .entered(3))]) == [[.quiesce([3])]], "even behind the end")
  }

  @Test("The deadline drops who is left, and ends it") func deadline() {
    var state = State()
    let steps = play(
      &state, [(0, .entered(1)), (0, .entered(2)), (0, .entered(3)), (1, .begin), (2, .left(2)), (6, .deadline)])
    #expect(steps.last == [.drop([1, 3]), report(3, dropped: 2, 5)])
    #expect(play(&state, [(6, .left(1)), (6, .left(3))]).flatMap(\.self).isEmpty)
  }

  @Test("Who enters twice counts once; who never entered leaves nothing") func twice() {
    var state = State()
    let steps = play(&state, [(0, .entered(1)), (0, .entered(1)), (0, .left(7)), (1, .begin), (1, .left(1))])
    #expect(steps == [[], [], [], [.quiesce([1])], [report(1, dropped: 0, 0)]])
  }
}
