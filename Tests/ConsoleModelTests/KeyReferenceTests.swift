import ConsoleModel
import Foundation
import Testing

/// The keys in the documentation are those of the table: `make docs` writes them there, and so does
/// `RECORD_GOLDEN=1 swift test --filter KeyReference`.
struct KeyReferenceTests {
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test(arguments: [
    ("README.md", "<!-- keys -->\n", "<!-- /keys -->", KeyReference.markdown),
    ("Resources/man/chatai.1", ".\\\" keys\n", ".\\\" /keys", KeyReference.man),
  ])
  func `The documentation has the keys of the table`(
    file: String, start: String, end: String, format: KeyReference
  ) throws {
    let text = try String(contentsOf: Self.repository.appending(path: file), encoding: .utf8)
    let from = try #require(text.range(of: start))
    let to = try #require(text.range(of: end, range: from.upperBound..<text.endIndex))
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
      let recorded = text[..<from.upperBound] + format.rendered + text[to.lowerBound...]
      try Data(recorded.utf8).write(to: Self.repository.appending(path: file).resolvingSymlinksInPath())
      return
    }
    #expect(text[from.upperBound..<to.lowerBound] == format.rendered, "run `make docs`")
  }

  @Test(arguments: KeyReference.allCases)
  func `Every key of every verb is in the reference`(format: KeyReference) {
    for verb in Verb.all {
      for key in verb.keys {
        let label = format == .man ? key.label.replacing("-", with: "\\-") : key.label
        #expect(format.rendered.contains(label), "\(verb.id): \(label)")
      }
    }
  }
}
