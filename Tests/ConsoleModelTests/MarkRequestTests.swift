import ChatProtocol
import Foundation
import Testing

@testable import ConsoleModel

@Suite("Marks that commands ask for")
struct MarkRequestTests {
  private func house(_ dialogs: [Dialog] = [.mine(1), .waiting(2, minutes: 3), .make(3, minutesAgo: 1)]) -> Playhouse {
    var house = Playhouse(dialogs)
    house.begin()
    return house
  }

  private func request(
    _ change: DialogMarks.Change, in id: DialogID = 3, at seconds: Int = 0, token: String? = nil
  ) -> MarkRequest {
    MarkRequest(change, in: id, at: Console.start.advanced(by: .seconds(seconds)), token: token ?? "\(id) \(change)")
  }

  // MARK: The file

  @Test(arguments: [
    DialogMarks.Change.label("vip", isOn: true), .label("vip", isOn: false), .priority(.urgent), .priority(nil),
    .snooze(until: Console.start), .unread,
  ])
  func aRequestIsReadAsItWasWritten(_ change: DialogMarks.Change) throws {
    let request = request(change)
    #expect(try JSONDecoder().decode(MarkRequest.self, from: JSONEncoder().encode(request)) == request)
  }

  @Test(arguments: [
    "", "{}", "[]", #"{"version":2,"id":"a","dialog":1,"at":"2026-01-01T00:00:00Z","unread":true}"#,
    #"{"version":1,"id":"a","dialog":1,"at":"2026-01-01T00:00:00Z"}"#,
    #"{"version":1,"id":"a","dialog":1,"at":"2026-01-01T00:00:00Z","unread":false}"#,
    #"{"version":1,"id":"a","dialog":1,"at":"2026-01-01T00:00:00Z","label":" - ","on":true}"#,
    #"{"version":1,"id":"a","dialog":1,"at":"2026-01-01T00:00:00Z","priority":"top"}"#,
    #"{"version":1,"id":"a","dialog":"x","at":"2026-01-01T00:00:00Z","unread":true}"#,
  ])
  func whatIsNoneIsRefused(_ text: String) {
    #expect(throws: (any Error).self) { try JSONDecoder().decode(MarkRequest.self, from: Data(text.utf8)) }
  }

  @Test func idsAreInTheOrderOfTime() {
    let ids = [(0, "z"), (1, "y"), (900_000_000, "x")].map { request(.unread, at: $0.0, token: $0.1).id }
    #expect(ids == ids.sorted())
  }

  // MARK: The console

  @Test func theyAreSetKeptAndForgotten() throws {
    var house = house()
    let requests = [
      request(.label("vip", isOn: true)), request(.priority(.high), at: 1),
      request(.snooze(until: Console.start.advanced(by: .seconds(3600))), in: 1, at: 2),
    ]
    house.happen(.marksRequested(requests))
    let marks = house.console.state.marks
    #expect(marks[3].labels == ["vip"] && marks[3].priority == .high && marks[1].snooze != nil)
    #expect(house.console.state.list.entries[3]?.marks == marks[3])
    #expect(house.desk?.marks == marks.marks, "at once")
    #expect(house.takenMarkRequests == requests.map(\.id))
    #expect(house.console.notice == "3 marks of 2 dialogs are set by macros from the shell")
  }

  @Test(arguments: [
    (DialogMarks.Change.label("vip", isOn: true), "#3 has the label vip, by a macro from the shell"),
    (.priority(.low), "#3 has low priority, by a macro from the shell"),
    (.unread, "#3 is marked unread, by a macro from the shell"),
  ])
  func oneIsTold(_ change: DialogMarks.Change, _ notice: String) {
    var house = house()
    house.happen(.marksRequested([request(change)]))
    #expect(house.console.notice == notice)
  }

  /// A file may be read again before it is forgotten; by then the operator may have thought otherwise.
  @Test func oneThatIsReadTwiceIsDoneOnce() {
    var house = house()
    let first = request(.label("vip", isOn: true))
    house.happen(.marksRequested([first]))
    house.press(":open 3<Enter>:label vip<Enter>")
    #expect(house.console.state.marks[3].labels == [])
    house.happen(.marksRequested([first, request(.unread, in: 2, at: 5)]))
    #expect(house.console.state.marks[3].labels == [])
    #expect(house.console.state.marks[2].isUnread)
    #expect(house.takenMarkRequests.count == 2)
  }

  /// After a crash between keeping and forgetting it is done again, and comes to the same.
  @Test func doneAgainItComesToTheSame() throws {
    let requests = [request(.label("vip", isOn: true)), request(.label("old", isOn: false)), request(.unread, in: 2)]
    var house = house()
    house.happen(.marksRequested(requests))
    let desk = try #require(house.desk)
    var again = Playhouse([.mine(1), .waiting(2, minutes: 3), .make(3, minutesAgo: 1)])
    again.happen(.deskRestored(desk))
    again.happen(.marksRequested(requests))
    again.begin()
    #expect(again.console.state.marks == house.console.state.marks)
    #expect(again.takenMarkRequests == requests.map(\.id))
  }

  @Test func thoseOfTheNightAreThereInTheMorning() {
    var house = Playhouse([.mine(1), .make(3, minutesAgo: 1)])
    house.happen(.marksRequested([request(.label("vip", isOn: true)), request(.priority(.urgent), in: 99)]))
    house.begin()
    #expect(house.console.state.list.entries[3]?.marks.labels == ["vip"])
    #expect(house.console.state.marks[99].priority == .urgent, "a dialog that is not in the list, or not yet")
  }

  @Test func whatIsDueByThenIsBack() {
    var house = house()
    house.advance(by: .seconds(7200))
    house.happen(.marksRequested([request(.snooze(until: Console.start.advanced(by: .seconds(3600))), in: 3)]))
    #expect(house.console.state.marks[3].snooze == nil)
    #expect(house.console.state.marks[3].isUnread)
    #expect(house.console.notice.contains("#3 is back"))
  }

  @Test func whoeverWritesStaysWhereTheyAre() {
    var house = house()
    house.press(":open 1<Enter>rhalf a tho")
    house.happen(
      .marksRequested([
        request(.snooze(until: Console.start.advanced(by: .seconds(3600))), in: 1), request(.unread, in: 1, at: 1),
      ]))
    house.press("ught")
    #expect(house.console.opened == 1)
    #expect(house.console.state.mode == .compose)
    #expect(house.console.draft == "half a thought")
    #expect(house.console.state.marks[1].snooze != nil)
  }
}
