import ChatProtocol
import Testing

@testable import ChatServer

@Suite struct DialogViewsTests {
  private let ann = Manager(id: 2, name: "Ann")
  private let bob = Manager(id: 3, name: "Bob")

  private func socket(_ number: UInt64) -> SocketID { SocketID(rawValue: number) }

  @Test func whoLooksIsToldWhole() {
    var views = DialogViews()
    let script: [(DialogViews.Event, [DialogViews.Change])] = [
      (.view(socket(1), bob, 7), [.init(dialogID: 7, viewers: [bob])]),
      (.view(socket(2), ann, 7), [.init(dialogID: 7, viewers: [ann, bob])]),
      (.view(socket(2), ann, 7), []),
      // A second window of the same operator is no second operator.
      (.view(socket(3), ann, 7), []),
      (.gone(socket(2)), []),
      // One dialog at a time.
      (.view(socket(3), ann, 8), [.init(dialogID: 7, viewers: [bob]), .init(dialogID: 8, viewers: [ann])]),
      (.view(socket(1), bob, nil), [.init(dialogID: 7, viewers: [])]),
      (.gone(socket(1)), []),
      (.gone(socket(3)), [.init(dialogID: 8, viewers: [])]),
      (.gone(socket(3)), []),
    ]
    for (event, changes) in script { #expect(views.handle(event) == changes, "\(event)") }
    #expect(views.viewers(of: 7) == [])
  }
}
