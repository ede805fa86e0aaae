import ConsoleView
import Foundation
import Testing

/// Screens kept as files: what a frame must look like, to the cell.
///
/// `RECORD_GOLDEN=1 swift test --filter Golden` writes them anew; look at each before it is committed.
enum Golden {
  private static let directory = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Golden")
  private static let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil

  /// Compares a screen with its file; with `styles`, how it looks as well as what it says.
  static func expect(
    _ canvas: Canvas, is name: String, styles: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var lines = canvas.dump()
    if styles { lines += ["", "--- styles"] + canvas.dumpStyles() }
    if let cursor = canvas.cursor { lines += ["--- cursor row \(cursor.row) column \(cursor.column)"] }
    let text = lines.joined(separator: "\n") + "\n"
    let file = directory.appending(path: name + ".txt")
    if isRecording {
      try Data(text.utf8).write(to: file)
      return
    }
    let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    guard text != expected else { return }
    let differing = zip(
      text.split(separator: "\n", omittingEmptySubsequences: false),
      expected.split(separator: "\n", omittingEmptySubsequences: false)
    )
    .enumerated().first { $0.element.0 != $0.element.1 }
    Issue.record(
      "\(name) differs from its golden file, first in line \((differing?.offset ?? -1) + 1):\n\(differing?.element.0 ?? "")\ninstead of\n\(differing?.element.1 ?? "")",
      sourceLocation: sourceLocation)
  }
}
