public import ConsoleModel

/// The commands of `chatai` that need no screen.
///
/// Those that the console has as well take their name and their line of help from the one table of verbs, so that a
/// key, a `:command` and a line in a script are called the same.
public enum HeadlessCommand: String, Hashable, Sendable, CaseIterable {
  case watch, list, show, reply, takeover, release, requeue, transfer, request, cancel, export, search, team, status
  case online, away, doctor, canned, macro
  case webSocket = "ws"

  /// The console's verb for the same; nil where the console has none.
  public var verb: VerbID? {
    switch self {
    case .reply: .reply
    case .takeover: .takeOver
    case .release: .release
    case .cancel: .cancelRequest
    case .request: .requestHuman
    case .requeue: .requeue
    case .transfer: .transfer
    case .export: .export
    case .search: .search
    case .online: .statusOnline
    case .away: .statusAway
    case .canned: .canned
    case .macro: .macro
    default: nil
    }
  }

  /// Whether others see something of it: what is refused with `--read-only`. Of a verb the table says it.
  public var writes: Bool {
    switch self {
    // A canned reply is printed; the console's verb sends it.
    case .watch, .list, .show, .team, .status, .doctor, .canned: false
    // What is sent over a socket by hand is anybody's guess.
    case .webSocket: true
    case .reply, .takeover, .release, .cancel, .request, .requeue, .transfer, .export, .search, .online, .away,
      .macro:
      self == .macro || Verb.all.first { $0.id == verb }?.writes ?? true
    }
  }

  /// Why it is not done with `--read-only`: one line; nil for what only reads.
  public var readOnlyRefusal: String? {
    writes ? "\(name) is not for --read-only (also the setting read_only, or CHATAI_READ_ONLY)" : nil
  }

  /// What it is called on the command line.
  public var name: String { verb?.rawValue ?? rawValue }

  /// Other names for it, which scripts may use.
  public var aliases: [String] { name == rawValue ? [] : [rawValue] }

  /// The line of help.
  public var help: String {
    guard let verb, let help = Verb.all.first(where: { $0.id == verb })?.help else { return ownHelp }
    // A script is not asked: whoever wrote it has decided. And it has no dialog open.
    return help.replacing(" (asks)", with: "").replacing("; offers to take over first", with: "")
      .replacing(", to be put into the composer by name or from a list", with: "")
      .replacing(": asks for what it needs, shows all that it will do, then asks", with: "")
      .replacing(" of the open dialog; from the list: in all", with: "")
  }

  private var ownHelp: String {
    switch self {
    case .watch: "Print messages and hand-offs as they come, a line each"
    case .list: "List the dialogs, those that need you first"
    case .show: "Show a dialog's messages"
    case .team: "List the operators: who is there, and how many dialogs each has"
    case .status: "Print one line of what waits, for a status bar"
    case .doctor: "Check the whole way to the server, and this terminal, and say what to do"
    case .webSocket: "Talk to any WebSocket: frames out, frames in"
    // The verb's.
    case .reply, .takeover, .release, .cancel, .request, .requeue, .transfer, .export, .search, .online, .away, .canned,
      .macro:
      ""
    }
  }
}
