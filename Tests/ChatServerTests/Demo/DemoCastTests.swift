import ChatProtocol
import Foundation
import Testing

@testable import ChatServer

@Suite struct DemoCastTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../Resources/demo").standardizedFileURL

  @Test(arguments: [
    ("0s", 0), ("-40s", -40), ("-2d3h", -183_600), ("-1m58s", -118), ("5m", 300), ("-1d2h3m4s", -93_784),
  ])
  func readsOffsets(text: String, seconds: Int) {
    #expect(DemoOffset(text)?.duration == .seconds(seconds))
  }

  @Test(arguments: ["", "-", "5", "-3h2d", "1h1h", "1x", "--1s", "1.5h", " 1s", "9999999s", "-٣h"])
  func refusesWhatIsNoOffset(text: String) {
    #expect(DemoOffset(text) == nil)
  }

  @Test func theShippedHistoryIsVaried() throws {
    let cast = try DemoCast(folder: Self.folder)
    #expect(cast.dialogs.count >= 14)
    #expect(Set(cast.dialogs.map(\.identity.guestID)).count == cast.dialogs.count)
    let texts = cast.dialogs.flatMap(\.timeline).compactMap { entry in
      if case .message(_, let text) = entry.happening { text } else { nil }
    }
    #expect(texts.contains { $0.count > 800 }, "a long message")
    #expect(texts.contains { $0.contains("\u{1B}") }, "a hostile one")
    #expect(texts.contains { $0.unicodeScalars.contains { (0x400...0x4FF).contains($0.value) } }, "Russian")
    #expect(texts.contains { $0.unicodeScalars.contains { $0.properties.isEmojiPresentation } }, "emoji")
    let oldest = try #require(cast.dialogs.compactMap(\.timeline.first?.at).min())
    #expect(oldest.duration < .seconds(-4 * 86_400))
    let names = cast.dialogs.compactMap(\.identity.name)
    #expect(names.contains { $0.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) } }, "a CJK name")
  }

  @Test func theShippedScriptsCanBePlayedToTheEnd() throws {
    let roles = try DemoCast(folder: Self.folder).roles
    #expect(roles.count >= 20)
    for role in roles {
      #expect(!role.people.isEmpty)
      #expect(!role.script.questions.isEmpty)
      #expect(!role.script.goodbye.isEmpty, "\(role.people)")
      // Who asks for a human must have something to say to one.
      #expect((role.script.askForPerson == nil) == role.script.toOperator.isEmpty, "\(role.people)")
    }
    #expect(roles.contains { $0.script.questions.contains { $0.contains("\u{1B}") } })
  }

  @Test(arguments: [
    (
      #"{"colleague":{"email":"a@b.example","first_name":"A","last_name":"B"},"dialogs":[{"guest_id":"g","timeline":[]}]}"#,
      "timeline of g"
    ),
    (
      #"{"colleague":{"email":"a@b.example","first_name":"A","last_name":"B"},"dialogs":[{"guest_id":"g","timeline":[{"at":"-5x","from":"user","text":"t"}]}]}"#,
      "'-5x' is not an offset"
    ),
    (
      #"{"colleague":{"email":"a@b.example","first_name":"A","last_name":"B"},"dialogs":[{"guest_id":"g","timeline":[{"at":"-5m","handoff":"steal"}]}]}"#,
      "no hand-off verb 'steal'"
    ),
    (
      #"{"colleague":{"email":"a@b.example","first_name":"A","last_name":"B"},"dialogs":[{"guest_id":"g","timeline":[{"at":"-5m","from":"user","text":"t"},{"at":"-6m","from":"user","text":"t"}]}]}"#,
      "in order"
    ),
    ("not json", "dialogs.json"),
  ])
  func namesTheFileAndTheFault(json: String, expected: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "demo-cast-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(json.utf8).write(to: folder.appending(path: "dialogs.json"))
    let error = try #require(throws: DemoCastError.self) { try DemoCast(folder: folder) }
    #expect(error.description.contains(expected), "\(error)")
    #expect(error.description.contains("dialogs.json"))
  }
}
