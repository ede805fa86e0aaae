import ArgumentParser
import ChatProtocol
import Headless
import Transport

/// `chatai watch`.
struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    .watch,
    discussion: """
      It reconnects by itself, says on the standard error when what it prints may be late, and tells nothing twice. \
      Each line of --json has a cursor: --since goes on right behind it, whatever happened meanwhile, also on another \
      machine. With a server of part 1 the list and the queue are read every 3 seconds, and the dialogs that matter \
      most have a socket each.

      --exec runs a program for each event in place of printing it: without a shell, the event as JSON on its \
      standard input, a clean environment, one at a time. --only takes message, note, handoff, overdue, and with a \
      server that has an operator's stream proposal, receipt, presence, typing and viewing.

      To colleagues and to the server a watch is nobody: it does not show you as online and does not hold your \
      dialogs. With --present it is you who is there, and your dialogs stay yours while it runs.
      """)

  @OptionGroup var options: HeadlessOptions

  @Flag(help: "A line of JSON for each event.")
  var json = false

  @Option(help: ArgumentHelp("Go on behind this cursor; without, begin now.", valueName: "cursor"))
  var since: String?

  @Option(
    help: ArgumentHelp(
      "Keep the cursor in this file, and go on behind the one that is there.", valueName: "file"))
  var cursorFile: String?

  @Option(help: ArgumentHelp("These kinds of events, parted by commas.", valueName: "kinds"))
  var only: String?

  @Option(help: ArgumentHelp("Only this dialog.", valueName: "id"))
  var dialog: Int?

  @Flag(help: "Be there: show you as online, and keep your dialogs yours.")
  var present = false

  @Option(help: ArgumentHelp("How long a program of --exec may run.", valueName: "seconds"))
  var execTimeout = 60

  @Option(
    parsing: .remaining,
    help: ArgumentHelp("Run this for each event; all that follows is its own.", valueName: "program"))
  var exec: [String] = []

  private func kinds() throws -> Set<WatchEvent.Kind> {
    guard let only else { return WatchEvent.Kind.usual }
    return try Set(
      only.split(separator: ",").map { name in
        guard let kind = WatchEvent.Kind(rawValue: String(name.filter { $0 != " " })) else {
          let known = WatchEvent.Kind.allCases.map(\.rawValue).joined(separator: ", ")
          throw ValidationError("--only does not know \"\(name)\": \(known)")
        }
        return kind
      })
  }

  func validate() throws {
    _ = try kinds()
    guard since == nil || since.flatMap({ WatchLedger(cursor: $0) }) != nil else {
      throw ValidationError("--since is no cursor of chatai watch")
    }
    guard since == nil || cursorFile == nil else {
      throw ValidationError("--since and --cursor-file exclude each other")
    }
    guard !present || !options.looking.readOnly else {
      throw ValidationError("--present and --read-only exclude each other")
    }
    guard execTimeout > 0 else { throw ValidationError("--exec-timeout must be at least 1") }
    guard exec.isEmpty || !json else {
      throw ValidationError("--exec has JSON on its standard input: --json says nothing")
    }
  }

  func run() throws {
    var configuration = Watcher.Configuration()
    configuration.kinds = try kinds()
    configuration.dialogID = dialog
    let watching = configuration
    let ledger = try (since ?? savedCursor()).flatMap { WatchLedger(cursor: $0) }
    let sink = WatchSink(
      json: json, program: exec.isEmpty ? nil : try ProgramRunner(exec, timeout: .seconds(execTimeout)),
      cursorFile: cursorFile)
    if exec.isEmpty { Output.endWithReader() }
    if present, try options.looking.isReadOnly(in: try options.target.openProfile()) {
      throw CommandFailure("--present is not for who only looks on (read_only, CHATAI_READ_ONLY)", status: .refused)
    }
    try options.run(.watch, isPresent: present) { client in
      try await WatchShell(client: client, configuration: watching, sink: sink).run(since: ledger)
    }
  }

  private func savedCursor() throws -> String? {
    guard let cursorFile else { return nil }
    let bytes: [UInt8]
    do {
      bytes = try PrivateFile.read(cursorFile)
    } catch  where error.isMissingFile {
      return nil
    } catch {
      throw CommandFailure("\(error)")
    }
    let cursor = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
    guard cursor.isEmpty || WatchLedger(cursor: cursor) != nil else {
      throw CommandFailure("\(cursorFile) holds no cursor of chatai watch; remove it to begin anew")
    }
    return cursor.isEmpty ? nil : cursor
  }
}

/// Where the events of a watch go.
struct WatchSink: Sendable {
  let json: Bool
  /// What is run for each; nil prints them.
  let program: ProgramRunner?
  let cursorFile: String?

  /// Hands one event on, and comes back when that is done.
  func take(_ record: WatchRecord) async throws {
    if let program {
      await program.run(input: try JSONText.line(record) + "\n")
    } else if json {
      Output.line(try JSONText.line(record))
    } else {
      Output.line(record.line(local: .here, now: .now))
    }
    guard let cursorFile else { return }
    do {
      try PrivateFile.write((record.cursor + "\n").utf8, to: cursorFile)
    } catch {
      throw CommandFailure("cannot keep the cursor: \(error)")
    }
  }
}
