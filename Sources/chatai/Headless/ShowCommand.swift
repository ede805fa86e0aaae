public import ArgumentParser
import ChatProtocol
import Glibc
public import Headless
import Transport

/// `chatai show`.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(.show)

  @OptionGroup var options: HeadlessOptions

  @Argument(help: "The dialog's id.")
  var id: Int

  @Option(help: ArgumentHelp("Only the last so many messages; 0 for all.", valueName: "number"))
  var last = 20

  @Flag(help: "One line of JSON: the dialog and its messages.")
  var json = false

  func validate() throws {
    guard last >= 0 else { throw ValidationError("--last must not be negative") }
  }

  func run() throws {
    let (id, last, json) = (id, last, json)
    try options.run(.show) { client in
      let transcript = try await client.transcript(of: id, last: last == 0 ? nil : last)
      if json {
        Output.line(try transcript.jsonLine())
      } else {
        for line in transcript.textLines(local: .here) { Output.line(line) }
      }
    }
  }
}

/// `chatai export`.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    .export, discussion: "A file that is there already is not touched without --force. It is made with mode 0600.")

  @OptionGroup var options: HeadlessOptions

  @Argument(help: "The dialog's id.")
  var id: Int

  @Option(help: "text, json or md.")
  var format = Transcript.Format.text

  @Option(
    name: [.customShort("o"), .long], help: ArgumentHelp("Where to; - is the standard output.", valueName: "file"))
  var output = "-"

  @Flag(help: "Replace the file.")
  var force = false

  func run() throws {
    let (id, format, output, force) = (id, format, output, force)
    try options.run(.export) { client in
      let text = try await client.transcript(of: id, last: nil).rendered(as: format, local: .here)
      guard output != "-" else { return Output.write(text) }
      guard force || access(output, F_OK) != 0 else {
        throw CommandFailure("\(output) is there already: --force replaces it", status: .refused)
      }
      do {
        try PrivateFile.write(text.utf8, to: output)
      } catch {
        throw CommandFailure("\(error)")
      }
    }
  }
}

extension Transcript.Format: ExpressibleByArgument {}

extension HeadlessClient {
  /// A dialog with its messages.
  ///
  /// - Parameter last: Only the last so many; nil for all.
  func transcript(of id: DialogID, last: Int?) async throws -> Transcript {
    let capabilities = try await capabilities()
    var dialog = try await read { api throws(APIFailure) in try await api.dialog(id) }
    // Some servers leave the hand-off out of a single dialog.
    if dialog.handoffStatus == .none, let status = try? await api.handoffStatus(of: id) {
      dialog.handoffStatus = status.status
      dialog.assignedManagerID = dialog.assignedManagerID ?? status.assignedManager?.id
    }
    let messages = try await read { api throws(APIFailure) in
      if let last, capabilities.hasPaging, last <= 1000 {
        try await api.page(of: id, before: nil, limit: last)
      } else {
        try await api.messages(in: id)
      }
    }
    return Transcript(
      dialog: dialog, messages: Array(messages.sorted { $0.id < $1.id }.suffix(last ?? .max)),
      capabilities: capabilities)
  }
}
