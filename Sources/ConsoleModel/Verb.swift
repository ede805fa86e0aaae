/// Something the operator can do: the one table of verbs drives the keys, the key hints and the help.
public struct Verb: Sendable, Identifiable {
  /// The verb's name, also for scripts and settings.
  public let id: VerbID
  /// The keys that do it, the one to show first. Empty only for `answerYes`, whose key each question names.
  public let keys: [Key]
  /// What a key hint says: a word or two.
  public let title: String
  /// What the help says: one line.
  public let help: String
  /// Where the keys act.
  public let modes: Set<Mode>
  /// The place among the key hints, the likeliest lowest; nil for a verb that only the help names.
  public let hintRank: Int?
  let availability: @Sendable (ConsoleState) -> Availability
  let perform: @Sendable (inout ConsoleState) -> Void

  init(
    _ id: VerbID, _ keys: [Key], _ title: String, _ help: String, in modes: Set<Mode>, hint: Int? = nil,
    when availability: @escaping @Sendable (ConsoleState) -> Availability = { _ in .yes },
    perform: @escaping @Sendable (inout ConsoleState) -> Void
  ) {
    self.id = id
    self.keys = keys
    self.title = title
    self.help = help
    self.modes = modes
    hintRank = hint
    self.availability = availability
    self.perform = perform
  }

  /// Whether it can be done now, and if not, why.
  public func isAvailable(in state: ConsoleState) -> Availability { availability(state) }

  /// Every verb, in the order of the help.
  public static let all: [Verb] = browseVerbs + dialogVerbs + typingVerbs + overlayVerbs + programVerbs

  /// The verb that a key means in a mode.
  public static func bound(to key: Key, in mode: Mode) -> Verb? {
    bindings[mode]?[key].map { all[$0] }
  }

  private static let bindings: [Mode: [Key: Int]] = {
    var bindings: [Mode: [Key: Int]] = [:]
    for (index, verb) in all.enumerated() {
      for mode in verb.modes {
        for key in verb.keys { bindings[mode, default: [:]][key] = index }
      }
    }
    return bindings
  }()
}

/// Whether a verb can be done.
public enum Availability: Hashable, Sendable {
  /// It can.
  case yes
  /// It cannot, and why: a sentence.
  case no(String)
}

/// The names of the verbs.
public enum VerbID: String, Hashable, Sendable, CaseIterable {
  case moveDown = "down"
  case moveUp = "up"
  case pageDown = "page-down"
  case pageUp = "page-up"
  case moveToFirst = "first"
  case moveToLast = "last"
  case open, back
  case nextAttention = "next"
  case previousAttention = "previous"
  case previousDialog = "last-dialog"
  case filter
  case resort = "sort"
  case refresh

  case reply
  case takeOver = "take-over"
  case release
  case cancelRequest = "cancel-request"
  case retrySend = "retry"
  case editUnsent = "edit-unsent"
  case discardUnsent = "discard-unsent"

  case enter
  case newline, send
  case leaveComposer = "leave"
  case lineUp = "line-up"
  case lineDown = "line-down"
  case composePageDown = "compose-page-down"
  case composePageUp = "compose-page-up"
  case filterDown = "filter-down"
  case filterUp = "filter-up"
  case applyFilter = "apply-filter"
  case clearFilter = "clear-filter"
  case moveLeft = "left"
  case moveRight = "right"
  case moveWordLeft = "word-left"
  case moveWordRight = "word-right"
  case moveToLineStart = "line-start"
  case moveToLineEnd = "line-end"
  case deleteLeft = "delete-left"
  case deleteRight = "delete-right"
  case killToLineEnd = "kill-line-end"
  case killToLineStart = "kill-line-start"
  case killWordLeft = "kill-word"
  case yank, undo

  case answerYes = "yes"
  case answerNo = "no"
  case helpDown = "help-down"
  case helpUp = "help-up"
  case helpPageDown = "help-page-down"
  case helpPageUp = "help-page-up"
  case helpFirst = "help-first"
  case helpLast = "help-last"
  case closeHelp = "close-help"

  case help, redraw, suspend, interrupt, quit
}
