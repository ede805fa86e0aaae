import ChatProtocol
import Foundation
import Testing

@testable import ChatServer

/// `chatai-server audit`, as an admin calls it.
@Suite struct AuditCommandTests {
  @Test func printsTheLogAsTextAndAsJSON() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    var dialogs: [DialogID] = []
    for (second, guest) in ["a", "b"].enumerated() {
      let dialog = try await fixture.openDialog(guest: guest).id
      dialogs.append(dialog)
      _ = try await store.handoff(
        dialogID: dialog, .request(requestID: "r", reason: "two\nlines", lastUserText: nil), by: .visitor,
        at: TemporaryStore.start.advanced(by: .seconds(second)))
    }
    _ = try await store.handoff(
      dialogID: dialogs[0], .takeOver, by: .account(fixture.ann), at: TemporaryStore.start.advanced(by: .seconds(2)))
    func audit(_ arguments: String...) throws -> ServerProgram.Result {
      try ServerProgram.run(["audit", "--data", fixture.folder.path] + arguments)
    }

    let all = try audit()
    #expect(
      all
        == .init(
          output: """
            2023-11-14T22:13:20.000Z  dialog 1  request  by visitor  none -> requested  because: two?lines
            2023-11-14T22:13:21.000Z  dialog 2  request  by visitor  none -> requested  because: two?lines
            2023-11-14T22:13:22.000Z  dialog 1  takeover  by operator Ann Lee (2)  requested -> active  to Ann Lee (2)

            """, error: "", status: 0))
    #expect(try audit("--dialog", "2").output.split(separator: "\n").count == 1)
    #expect(try audit("--since", "2023-11-14T22:13:21Z").output.split(separator: "\n").count == 2)
    #expect(try audit("--since", "2023-11-15").output.isEmpty)
    let json = try audit("--dialog", "1", "--json").output.split(separator: "\n")
    #expect(
      json.last == """
        {"action":"takeover","actor":{"id":2,"kind":"operator","name":"Ann Lee"},"at":"2023-11-14T22:13:22.000Z",\
        "dialog_id":1,"id":3,"new_status":"active","old_status":"requested","to":{"id":2,"name":"Ann Lee"}}
        """)
    #expect(json.count == 2)
    let wrong = try audit("--since", "yesterday")
    #expect(wrong.status != 0 && wrong.error.contains("must be a date or a time"))
  }
}
