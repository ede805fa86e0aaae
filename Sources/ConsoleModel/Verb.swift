/// Something the operator can do: the one table of verbs drives the keys, the key hints, the help, the palette and the
/// command line.
public struct Verb: Sendable, Identifiable {
  /// The verb's name, also for the command line (`:take-over`), scripts and settings.
  public let id: VerbID
  /// The keys that do it unless the settings say otherwise, the one to show first. None for `answerYes`, whose key each
  /// question names, and for what has a command only. What is in force is `ConsoleState.keymap`.
  public let keys: [KeySequence]
  /// What a key hint says: a word or two.
  public let title: String
  /// What the help says: one line.
  public let help: String
  /// Where the keys act.
  public let modes: Set<Mode>
  /// What it is done with, in this order.
  public let arguments: [VerbArgument]
  /// Whether it changes something that others see: a console that may only read refuses it.
  public let writes: Bool
  /// The place among the key hints, the likeliest lowest; nil for a verb that only the help names.
  public let hintRank: Int?
  let availability: @Sendable (ConsoleState) -> Availability
  let perform: @Sendable (inout ConsoleState, [String]) -> Void

  /// A verb without arguments.
  init(
    _ id: VerbID, _ keys: [KeySequence], _ title: String, _ help: String, in modes: Set<Mode>, writes: Bool = false,
    hint: Int? = nil, when availability: @escaping @Sendable (ConsoleState) -> Availability = { _ in .yes },
    perform: @escaping @Sendable (inout ConsoleState) -> Void
  ) {
    self.init(
      id, keys, title, help, in: modes, takes: [], writes: writes, hint: hint, when: availability
    ) { state, _ in perform(&state) }
  }

  /// A verb with arguments: it is done with as many as were given, those that are required always among them.
  init(
    _ id: VerbID, _ keys: [KeySequence], _ title: String, _ help: String, in modes: Set<Mode>,
    takes arguments: [VerbArgument], writes: Bool = false, hint: Int? = nil,
    when availability: @escaping @Sendable (ConsoleState) -> Availability = { _ in .yes },
    perform: @escaping @Sendable (inout ConsoleState, [String]) -> Void
  ) {
    self.id = id
    self.keys = keys
    self.title = title
    self.help = help
    self.modes = modes
    self.arguments = arguments
    self.writes = writes
    hintRank = hint
    self.availability = availability
    self.perform = perform
  }

  /// Whether it can be done now, and if not, why.
  public func isAvailable(in state: ConsoleState) -> Availability {
    if writes, state.session.isReadOnly { return .no("\(name) is not for a console that was opened with --read-only") }
    if writes, state.isReadingEarlier {
      return .no("An earlier dialog is only read here: Esc goes back to the present one")
    }
    return availability(state)
  }

  /// Its name for the command line.
  public var name: String { id.rawValue }

  /// The command with its arguments: `transfer OPERATOR [NOTE]`.
  public var usage: String { ([name] + arguments.map(\.usage)).joined(separator: " ") }

  /// Whether the command line and the palette have it: what acts while browsing does, what edits text or answers
  /// questions does not.
  public var isCommand: Bool { modes.contains(where: \.isBrowse) }
}

// MARK: - The table

/// Verbs that belong together: a section of the help.
struct VerbGroup: Sendable {
  /// What they have in common.
  let title: String
  /// The verbs, in the order of the help.
  let verbs: [Verb]

  init(_ title: String, _ verbs: [Verb]) {
    self.title = title
    self.verbs = verbs
  }
}

extension Verb {
  /// The table. What is new gets a line here and a file of its own.
  static let groups: [VerbGroup] = [
    VerbGroup("Moving about", browseVerbs),
    VerbGroup("The dialog", dialogVerbs + noteVerbs + textVerbs + takingBackVerbs),
    VerbGroup("Screens and panes", screenVerbs),
    VerbGroup("My status", statusVerbs),
    VerbGroup("Handing over", transferVerbs),
    VerbGroup("Proposals of the AI", proposalVerbs),
    VerbGroup("Setting aside and marking", markVerbs),
    VerbGroup("Tabs", tabVerbs),
    VerbGroup("Finding", findVerbs),
    VerbGroup("Taking out", takeOutVerbs),
    VerbGroup("The console", programVerbs + commandVerbs + settingVerbs),
    VerbGroup("Writing", composeVerbs + writingVerbs + composeTextVerbs),
    VerbGroup("Filtering the list", filterVerbs),
    VerbGroup("The command line", commandLineVerbs),
    VerbGroup("The palette", paletteVerbs),
    VerbGroup("Logging in", loginVerbs),
    VerbGroup("Choosing from a list", pickVerbs),
    VerbGroup("Searching a dialog", searchVerbs),
    VerbGroup("Searching what was sent", sentSearchVerbs),
    VerbGroup("Questions", promptVerbs),
    VerbGroup("Help", helpVerbs),
    VerbGroup("Details", detailsVerbs),
    VerbGroup("Monitor and dashboard", monitorVerbs),
    VerbGroup("Editing text", editVerbs),
    VerbGroup("Everywhere", everywhereVerbs),
  ]

  /// What a prefix is for: the title of the box that shows what may follow it.
  private static let prefixTitles: [KeySequence: String] = [
    "g": "go to",
    "p": "proposal",
    "s": "my status",
    "y": "copy",
    "z": "set aside",
  ]

  /// Every verb, in the order of the help.
  public static let all: [Verb] = groups.flatMap(\.verbs)

  /// The verb of a name.
  public init(_ id: VerbID) {
    self = Self.all[Self.rank(of: id)]
  }

  /// The place in the table.
  static func rank(of id: VerbID) -> Int { ranks[id] ?? 0 }

  private static let ranks: [VerbID: Int] = Dictionary(
    all.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })

  /// What a prefix is for.
  public static func prefixTitle(_ prefix: KeySequence) -> String { prefixTitles[prefix] ?? prefix.label }
}

/// Whether a verb can be done.
public enum Availability: Hashable, Sendable {
  /// It can.
  case yes
  /// It cannot, and why: a sentence.
  case no(String)
}
