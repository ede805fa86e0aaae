import ChatProtocol
import Foundation
import Testing

@testable import ChatServer

@Suite struct ExportTests {
  private struct Exported: Decodable, Equatable {
    struct Identified: Decodable, Equatable { let id: Int }
    struct Written: Decodable, Equatable {
      let id: Int
      let text: String
    }
    let dialog: Identified
    let messages: [Written]
  }

  private struct Line: Decodable {
    let dialog: Exported.Identified?
    let dialog_id: Int?
    let message: Exported.Written?
  }

  /// Two dialogs with messages, one of them with a note, and one without.
  private func makeStore() async throws -> TemporaryStore {
    let fixture = try await TemporaryStore()
    let first = try await fixture.openDialog(guest: "a")
    let second = try await fixture.openDialog(guest: "b")
    _ = try await fixture.openDialog(guest: "c")
    _ = try await fixture.post("one \"quoted\"\nline\u{1B}[31m", in: first)
    _ = try await fixture.post("two", in: second, seconds: 10)
    _ = try await fixture.store.append(
      NewMessage(
        dialogID: first.id, sender: .manager, author: fixture.ann.manager, kind: .note, text: "a note",
        timestamp: TemporaryStore.start.advanced(by: .seconds(20))))
    return fixture
  }

  private func export(
    _ store: ChatStore, _ selection: ExportSelection, as format: ExportFormat
  ) async throws -> String {
    let pieces = Collected<String>()
    _ = try await store.export(selection, as: format) { pieces.add($0) }
    return pieces.all.joined()
  }

  @Test func asJSON() async throws {
    let fixture = try await makeStore()
    func decoded(_ selection: ExportSelection) async throws -> [Exported] {
      try JSONDecoder().decode(
        [Exported].self, from: Data(try await export(fixture.store, selection, as: .json).utf8))
    }
    let all = try await decoded(.everything)
    #expect(all.map(\.dialog.id) == [1, 2, 3])
    #expect(all.map { $0.messages.map(\.text) } == [["one \"quoted\"\nline\u{1B}[31m", "a note"], ["two"], []])
    #expect(try await decoded(.dialog(2)) == [all[1]])
    let since = try await decoded(.since(TemporaryStore.start.advanced(by: .seconds(10))))
    #expect(since.map(\.dialog.id) == [1, 2])
    #expect(since.map { $0.messages.map(\.text) } == [["a note"], ["two"]])
    #expect(try await decoded(.since(TemporaryStore.start.advanced(by: .seconds(21)))).isEmpty)
    await #expect(throws: StoreError.unknownDialog(9)) { try await export(fixture.store, .dialog(9), as: .json) }
  }

  @Test func asLines() async throws {
    let fixture = try await makeStore()
    let lines = try await export(fixture.store, .everything, as: .jsonl).split(separator: "\n").map {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
    #expect(lines.map { $0.dialog?.id } == [1, nil, nil, 2, nil, 3])
    #expect(lines.map(\.dialog_id) == [nil, 1, 1, nil, 2, nil])
    #expect(lines.compactMap(\.message?.text) == ["one \"quoted\"\nline\u{1B}[31m", "a note", "two"])
  }

  @Test func asTextForPeople() async throws {
    let fixture = try await makeStore()
    let text = try await export(fixture.store, .everything, as: .text)
    #expect(
      text == """
        Dialog 1: a
        2023-11-14T22:13:20.000Z user: one "quoted"
            line?[31m
        2023-11-14T22:13:40.000Z Ann Lee (note): a note

        Dialog 2: b
        2023-11-14T22:13:30.000Z user: two

        Dialog 3: c

        """)
  }

  // MARK: What else belongs to a dialog

  private struct Whole: Decodable {
    struct Read: Decodable, Equatable {
      let manager: Manager
      let last_read: MessageID
    }
    let dialog: Dialog
    let messages: [Message]
    let proposals: [Proposal]
    let handoff_briefs: [HandoffBrief]
    let operator_reads: [Read]
  }

  private struct Part: Decodable {
    let proposal: Proposal?
    let handoff_brief: HandoffBrief?
    let operator_read: Whole.Read?
  }

  @Test func hasProposalsBriefsAndReceipts() async throws {
    let fixture = try await makeStore()
    let store = fixture.store
    let start = TemporaryStore.start
    // The first dialog has a message 1 and a note 3.
    let proposal = try await store.addProposal("a proposal\nline", dialogID: 1, about: 1, at: start)
    let rejected = try #require(
      try await store.rejectProposal(id: proposal.id, dialogID: 1, reason: "no", by: fixture.ann, at: start))
    let later = try await store.addProposal("later", dialogID: 1, about: 1, at: start.advanced(by: .seconds(30)))
    _ = try await store.markRead(dialogID: 1, through: 3, by: .operator(fixture.ann))
    _ = try await store.markRead(dialogID: 1, through: 1, by: .visitor)
    _ = try await store.handoff(
      dialogID: 2, .request(requestID: "r", reason: "why", lastUserText: nil), by: .visitor, at: start)
    let brief = try #require(try await store.brief(dialogID: 2))

    let all = try JSONDecoder().decode([Whole].self, from: Data(try await export(store, .everything, as: .json).utf8))
    #expect(all.map(\.messages.count) == [2, 1, 0])
    #expect(all.map(\.proposals) == [[rejected, later], [], []])
    #expect(all.map(\.handoff_briefs) == [[], [brief], []])
    let read = Whole.Read(manager: fixture.ann.manager, last_read: 3)
    #expect(all.map(\.operator_reads) == [[read], [], []])
    #expect(all.map(\.dialog.visitorLastRead) == [1, nil, nil])

    let lines = try await export(store, .everything, as: .jsonl).split(separator: "\n").map {
      try JSONDecoder().decode(Part.self, from: Data($0.utf8))
    }
    #expect(lines.compactMap(\.proposal) == [rejected, later])
    #expect(lines.compactMap(\.handoff_brief) == [brief])
    #expect(lines.compactMap(\.operator_read) == [read])

    let text = try await export(store, .everything, as: .text)
    #expect(text.hasPrefix("Dialog 1: a, read by the visitor up to message 1\n"))
    #expect(
      text.contains(
        """
        2023-11-14T22:13:20.000Z proposal (rejected, because: no): a proposal
            line
        2023-11-14T22:13:50.000Z proposal (open): later
        read by Ann Lee: up to message 3
        """))
    #expect(text.contains("2023-11-14T22:13:20.000Z hand-off brief (visitor): why\n"))

    let since = try JSONDecoder().decode(
      [Whole].self, from: Data(try await export(store, .since(start.advanced(by: .seconds(20))), as: .json).utf8))
    #expect(since.map(\.proposals) == [[later]] && since.map(\.operator_reads) == [[read]])
  }

  @Test func asACommand() async throws {
    let fixture = try await makeStore()
    let file = fixture.folder.path + "/out.json"
    let arguments = ["export", "--data", fixture.folder.path]
    #expect(
      try ServerProgram.run(arguments + ["--format", "json", "--output", file])
        == ServerProgram.Result(output: "", error: "", status: 0))
    let written = try String(contentsOfFile: file, encoding: .utf8)
    #expect(try await written == export(fixture.store, .everything, as: .json))
    #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
    // The file that is there stays as it is.
    #expect(try ServerProgram.run(arguments + ["--output", file]).error.contains("is there already"))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == written)

    #expect(try ServerProgram.run(arguments + ["--dialog", "2", "--format", "text"]).output.hasPrefix("Dialog 2: b\n"))
    #expect(try ServerProgram.run(arguments + ["--since", "2024-01-01"]).output.isEmpty)
    #expect(try ServerProgram.run(arguments + ["--since", "2023-11-14"]).output.contains("two"))
    #expect(try ServerProgram.run(arguments + ["--since", "yesterday"]).error.contains("must be a day"))
    #expect(try ServerProgram.run(arguments + ["--since", "2023-11-14", "--dialog", "1"]).status != 0)
    let missing = try ServerProgram.run(arguments + ["--dialog", "9", "--output", fixture.folder.path + "/none"])
    #expect(missing == ServerProgram.Result(output: "", error: "Error: there is no dialog 9\n", status: 1))
    #expect(!FileManager.default.fileExists(atPath: fixture.folder.path + "/none"))
  }
}
