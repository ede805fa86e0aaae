import ArgumentParser
import ChatProtocol
import ConsoleModel
import FoundationEssentials
import Headless
import Transport

/// `chatai macro`.
struct MacroCommand: ParsableCommand {
  static let configuration: CommandConfiguration = {
    var configuration = CommandConfiguration(
      .macro,
      discussion: """
        A macro is a TOML file, name.toml, in $XDG_CONFIG_HOME/chatai/macros (the setting files.macros) or in the folder \
        macros of one of the team's (files.team): a title, steps = [...], each a command such as "reply Hello {visitor}", \
        "canned NAME", "label refund" or "release", and [parameters.NAME] with a question, a default and choices for \
        what stands in {?NAME}. In the console m opens them; there all that a macro does is shown before it is done. A \
        script is not asked: --dry-run shows it. A step that fails stops the rest. Labels and other marks of your own are \
        the console's: one that is open has them at once, else the next one.
        """)
    configuration.subcommands = [List.self, Run.self]
    configuration.defaultSubcommand = Run.self
    return configuration
  }()

  /// Prints the macros, and what is wrong with files that cannot be used.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the macros; what is wrong with others is said on the standard error.")

    @OptionGroup var options: ConfigOptions
    @Flag(help: "A line of JSON for each macro.") var json = false

    func run() throws {
      for macro in try options.texts().macros {
        if json {
          Output.line(try JSONText.line(MacroLine(macro)))
        } else {
          let team = macro.isShared ? "  (team)" : ""
          let note = macro.note.isEmpty ? "" : ": \(macro.note)"
          Output.row("\(macro.name)  \(macro.title)\(note)\(team)")
        }
      }
    }
  }

  /// Does one, or shows what it would do.
  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Do a macro, or with --dry-run show what it would do.")

    @OptionGroup var options: HeadlessOptions
    @Argument(help: "The macro's name, or the beginning of it.") var name: String
    @Argument(help: ArgumentHelp("What it asks for.", valueName: "name=value")) var values: [String] = []
    @Option(help: ArgumentHelp("The dialog.", valueName: "id")) var dialog: Int
    @Flag(help: "Only show what it would do, with everything filled in.") var dryRun = false
    @Flag(help: "A line of JSON for each step.") var json = false

    func run() throws {
      let library = try ConfigOptions.texts(ofProfile: options.target.profile.name)
      guard let macro = library.macro(named: name) else {
        throw CommandFailure("no macro is called \"\(name.escapingControls)\"", status: .refused)
      }
      let (dialog, values, dryRun, json) = (dialog, values, dryRun, json)
      // What it would do may be looked at by those who only look on.
      try options.run(dryRun ? .show : .macro) { client in
        let facts = try await client.macroFacts(of: dialog, library: library, for: macro)
        let given = try GivenAnswers(values, to: macro.subject(facts))
        let plan = macro.plan(try given.completed(for: macro.questions(facts)), facts)
        try await MacroPerformance(plan: plan, dialogID: dialog, client: client, json: json).run(isDry: dryRun)
      }
    }
  }
}

/// A macro for scripts.
private struct MacroLine: Encodable {
  struct Parameter: Encodable {
    let name: String
    let question: String
    let `default`: String?
    let choices: [String]
  }

  let name: String
  let title: String
  let note: String
  let steps: [String]
  let parameters: [Parameter]
  let team: Bool

  init(_ macro: Macro) {
    name = macro.name
    title = macro.title
    note = macro.note
    steps = macro.steps.map(\.line)
    parameters = macro.parameters.map {
      Parameter(name: $0.name, question: $0.question, default: $0.standard, choices: $0.choices)
    }
    team = macro.isShared
  }
}

/// A plan that is carried out, step by step.
private struct MacroPerformance: Sendable {
  let plan: MacroPlan
  let dialogID: DialogID
  let client: HeadlessClient
  let json: Bool

  private struct Line: Encodable {
    let step: Int
    let what: String
    let text: String?
    let state: String
    let reason: String?
  }

  /// - Throws: `CommandFailure` with what was not done.
  func run(isDry: Bool) async throws {
    for caution in plan.cautions { Output.say("careful: \(caution.escapingControls)") }
    if let problem = plan.problem {
      for index in plan.steps.indices { try tell(index, "impossible", plan.steps[index].problem) }
      throw CommandFailure(
        "step \(problem.number) cannot be done, and nothing was: \(problem.reason.escapingControls)", status: .refused)
    }
    for (index, step) in plan.steps.enumerated() {
      guard !isDry, let act = step.act else {
        try tell(index, "planned", nil)
        continue
      }
      do {
        try await perform(act)
      } catch let failure as CommandFailure {
        try tell(index, "failed", failure.description)
        for rest in plan.steps.indices.dropFirst(index + 1) { try tell(rest, "not done", nil) }
        throw CommandFailure(
          "stopped at step \(index + 1) of \(plan.steps.count): \(failure.description)", status: failure.status)
      }
      try tell(index, "done", nil)
    }
  }

  private func tell(_ index: Int, _ state: String, _ reason: String?) throws {
    let step = plan.steps[index]
    guard !json else {
      let line = Line(step: index + 1, what: step.words, text: step.text, state: state, reason: reason)
      return Output.line(try JSONText.line(line))
    }
    Output.line(PlainText.line("\(index + 1)  \(step.words)  (\(state)\(reason.map { ": \($0)" } ?? ""))"))
    for line in step.text?.split(separator: "\n", omittingEmptySubsequences: false) ?? [] {
      Output.line("     " + PlainText.line(String(line)))
    }
  }

  private func perform(_ act: MacroPlan.Act) async throws {
    switch act {
    case .send(let text, let kind):
      _ = try await ReplySending(
        dialogID: dialogID, text: text, kind: kind, ifLastID: nil, clientID: UUID().uuidString.lowercased(),
        patience: .seconds(60)
      ).perform(with: client)
    case .takeOver:
      guard try await client.holder(of: dialogID) != .me else { return }
      try await client.prepareTakeover(of: dialogID)
      try await handOff(.takeover)
    case .handoff(let act): try await handOff(act.verb)
    case .mark(let change): try mark(change)
    case .restore: throw CommandFailure("only a console takes back what it did", status: .refused)
    }
  }

  /// The marks are the console's. What is on disk it takes at once, or when it is opened the next time.
  private func mark(_ change: DialogMarks.Change) throws {
    if case .snooze(let until) = change, until <= .now { throw CommandFailure("the time is over", status: .refused) }
    do {
      try MarkRequestFiles(directory: client.profile.markRequests).add(
        MarkRequest(change, in: dialogID, at: .now, token: UUID().uuidString.lowercased()))
    } catch {
      throw CommandFailure("cannot keep the mark: \(error)")
    }
  }

  private func handOff(_ verb: ChatAPI.HandoffVerb) async throws {
    _ = try await client.write { api throws(APIFailure) in try await api.handoff(verb, in: dialogID) }
  }
}

extension HeadlessClient {
  /// Who has a dialog.
  fileprivate func holder(of id: DialogID) async throws -> Holder {
    try await entry(of: id, account: try await account()).holder
  }

  private func entry(of id: DialogID, account: Account) async throws -> DialogEntry {
    let dialog = try await read { api throws(APIFailure) in try await api.dialog(id) }
    // The dialog may lack the fields. Then the queue tells whether it waits.
    let queued = try? await api.queue().first { $0.dialogID == id }
    return DialogEntry(dialog, account: account.id, queued: queued)
  }

  /// What is known of a dialog, for texts and macros.
  func macroFacts(of id: DialogID, library: TextLibrary, for macro: Macro? = nil) async throws -> MacroFacts {
    let account = try await account()
    let capabilities = try await capabilities()
    let entry = try await entry(of: id, account: account)
    let needsTeam = macro?.steps.contains { $0.verb == .transfer } == true && capabilities.hasPresence
    let now = Timestamp.now
    let clock = Clock(now: now, monotonic: .zero, zone: LocalZone(around: now) { $0.utcOffset })
    return MacroFacts(
      dialogID: id, values: TemplateText.Values(entry, operator: account, clock: clock), holder: entry.holder,
      team: needsTeam ? try await team() : [], myID: account.id, clock: clock, canned: library.canned,
      capabilities: capabilities)
  }
}
