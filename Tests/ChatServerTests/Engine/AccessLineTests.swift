import Testing

@testable import ChatServer

@Suite struct AccessLineTests {
  private enum Step: Sendable {
    /// Comes, and may run at once.
    case starts(AccessLine.Access)
    /// Comes, and waits.
    case waits(AccessLine.Access, Int)
    /// One is done, and these may run.
    case leaves([Int])
  }

  private static let stories: [[Step]] = [
    [.starts(.exclusive), .leaves([])],
    [.starts(.shared), .starts(.shared), .leaves([]), .starts(.shared), .leaves([]), .leaves([])],
    [
      .starts(.exclusive), .waits(.exclusive, 1), .waits(.shared, 2), .waits(.shared, 3), .leaves([1]),
      .leaves([2, 3]), .leaves([]), .leaves([]),
    ],
    // Shared work does not pass exclusive work that came before it.
    [
      .starts(.shared), .waits(.exclusive, 1), .waits(.shared, 2), .waits(.exclusive, 3), .waits(.shared, 4),
      .leaves([1]), .leaves([2]), .leaves([3]), .leaves([4]), .starts(.shared), .leaves([]), .leaves([]),
    ],
    [.starts(.shared), .starts(.shared), .waits(.exclusive, 1), .leaves([]), .leaves([1]), .leaves([])],
  ]

  @Test(arguments: stories.indices) func story(_ index: Int) {
    var line = AccessLine()
    for (number, step) in Self.stories[index].enumerated() {
      switch step {
      case .starts(let access): #expect(line.enter(access) == nil, "step \(number)")
      case .waits(let access, let id): #expect(line.enter(access) == id, "step \(number)")
      case .leaves(let next): #expect(line.leave() == next, "step \(number)")
      }
    }
    #expect(line.isEmpty)
  }
}
