import ConsoleView
import Foundation
import Testing

@testable import ConsoleModel

/// Every scenario of `Tests/Scenarios`, headless.
@Suite("Scenarios on the canvas")
struct ScenarioFileTests {
  @Test("as written", arguments: Scenario.all)
  func asWritten(_ scenario: Scenario) { play(scenario) { _ in } }

  @Test("with the window's size changing between all steps", arguments: Scenario.all.filter { !$0.isStill })
  func resizing(_ scenario: Scenario) {
    var size = Size(columns: scenario.size.columns, rows: scenario.size.rows)
    play(scenario) { stage in
      size = stage.house.console.state.size
      for other in [Size(columns: 1, rows: 1), Size(columns: 40, rows: 10), Size(columns: 0, rows: 0)] {
        stage.resize(other)
      }
      stage.resize(size)
    }
  }

  @Test("drawn in one colour with ASCII only", arguments: Scenario.all)
  func inASCII(_ scenario: Scenario) {
    var stage = Stage(scenario, theme: Theme.mono.asciiOnly)
    for (_, step) in scenario.steps where !step.isExpectation { _ = stage.play(step) }
    #expect(stage.unsound == [], "\(scenario)")
  }

  private func play(_ scenario: Scenario, betweenSteps: (inout Stage) -> Void) {
    var stage = Stage(scenario)
    for (line, step) in scenario.steps {
      if let problem = stage.play(step) {
        Issue.record(
          """
          \(scenario.file).scenario:\(line): \(problem)
          \(stage.rows.joined(separator: "\n"))
          """)
        return
      }
      if !step.isExpectation { betweenSteps(&stage) }
    }
    #expect(stage.unsound == [], "\(scenario)")
  }
}

extension Scenario: CustomTestStringConvertible {
  var testDescription: String { "\(file): \(title)" }

  /// All scenarios; a file that cannot be read stops the tests.
  static let all: [Scenario] = {
    let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Scenarios")
    do {
      return try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        .filter { $0.hasSuffix(".scenario") }
        .flatMap { name in
          let text = String(decoding: try Data(contentsOf: directory.appending(path: name)), as: UTF8.self)
          return try ScenarioReader.read(text, file: String(name.dropLast(".scenario".count)))
        }
    } catch {
      fatalError("the scenarios cannot be read: \(error)")
    }
  }()
}

extension Scenario.Step {
  /// Whether it only looks.
  var isExpectation: Bool {
    switch self {
    case .see, .miss, .count, .cursor, .stored, .draft, .bells, .quit: true
    default: false
    }
  }
}
