import ArgumentParser
import ChatProtocol
import ChatServer
import Foundation

/// `chatai-server export`: dialogs with their messages, for people and for other programs.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write dialogs with their messages, operators' notes included.",
    discussion: """
      With what belongs to them: proposals, hand-off briefs, how far operators have read. \
      Everything, or with --dialog one of them, or with --since what was written since then. The server may be running; \
      what comes out is the state of one moment.
      """)

  @Option(help: "The id of the only dialog to write.")
  var dialog: Int?

  @Option(
    help: "A day (2025-01-31) or time (2025-01-31T10:30:00Z), UTC.",
    transform: { text in
      guard let time = Timestamp(text) ?? Timestamp(text + "T00:00:00Z") else {
        throw ValidationError("must be a day such as 2025-01-31 or a time such as 2025-01-31T10:30:00Z")
      }
      return time
    })
  var since: Timestamp?

  @Option(
    help: "json, jsonl or text.",
    transform: { text in
      guard let format = ExportFormat(rawValue: text) else { throw ValidationError("must be json, jsonl or text") }
      return format
    })
  var format = ExportFormat.jsonl

  @Option(help: "The file to make, mode 0600; there must be none of that name (default: the standard output).")
  var output: String?

  @OptionGroup var storage: StoreOptions

  func validate() throws {
    guard dialog == nil || since == nil else { throw ValidationError("--dialog and --since exclude each other") }
  }

  func run() async throws {
    let store = try await storage.openStore()
    let selection: ExportSelection =
      dialog.map(ExportSelection.dialog) ?? since.map(ExportSelection.since) ?? .everything
    let file = try output.map(PrivateFile.create(at:)) ?? .standardOutput
    do {
      _ = try await store.export(selection, as: format) { try file.write(contentsOf: Data($0.utf8)) }
    } catch {
      // What is there of it is no export.
      if let output { try? FileManager.default.removeItem(atPath: output) }
      throw error
    }
    try store.close()
  }
}
