import ArgumentParser
import ConsoleModel
import Headless

/// `chatai canned`.
struct CannedCommand: ParsableCommand {
  static let configuration: CommandConfiguration = {
    var configuration = CommandConfiguration(
      .canned,
      discussion: """
        They are text files, name.md or name.txt, in $XDG_CONFIG_HOME/chatai/canned (the setting files.canned) and in the \
        folder canned of each of the team's (files.team). A first line "# Title" is the title. {visitor}, {first_name}, \
        {operator}, {dialog}, {date} and {time} are filled in; {?a question} is asked for, and the text is not sent \
        before it is filled. In the console / at the start of a line opens them.
        """)
    configuration.subcommands = [List.self, Show.self]
    configuration.defaultSubcommand = List.self
    return configuration
  }()

  /// Prints the names, and what is wrong with files that cannot be used.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the canned replies; what is wrong with others is said on the standard error.")

    @OptionGroup var options: ConfigOptions
    @Flag(help: "A line of JSON for each reply, with its text.") var json = false

    func run() throws {
      let library = try options.texts()
      for reply in library.canned {
        if json {
          Output.line(try JSONText.line(CannedLine(reply)))
        } else {
          let team = reply.isShared ? "  (team)" : ""
          Output.row("\(reply.name)  \(reply.title)\(team)")
        }
      }
    }
  }

  /// Prints one, as it is or filled for a dialog.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print a canned reply; with --dialog filled for it, to be piped into chatai reply.")

    @OptionGroup var options: HeadlessOptions
    @Argument(help: "The reply's name, or the beginning of it.") var name: String
    @Argument(help: ArgumentHelp("Answers to its questions.", valueName: "question=answer")) var values: [String] = []
    @Option(help: ArgumentHelp("Fill it for this dialog.", valueName: "id")) var dialog: Int?
    @Flag(help: "A line of JSON.") var json = false

    func run() throws {
      let library = try ConfigOptions.texts(ofProfile: options.target.profile.name)
      guard let reply = library.reply(named: name) else {
        throw CommandFailure("no canned reply is called \"\(name.escapingControls)\"", status: .refused)
      }
      let answers = try GivenAnswers(values, to: reply.subject).values
      guard let dialog else {
        return try Self.show(
          reply, reply.text.filled(with: .init(), answers: answers), json: json, isPlain: answers.isEmpty)
      }
      let json = json
      try options.run(.canned) { client in
        let facts = try await client.macroFacts(of: dialog, library: library)
        try Self.show(reply, reply.text.filled(with: facts.values, answers: answers), json: json, isPlain: false)
      }
    }

    private static func show(_ reply: CannedReply, _ filled: String, json: Bool, isPlain: Bool) throws {
      let text = isPlain ? reply.text.source : filled
      if json { return Output.line(try JSONText.line(CannedLine(reply, text: text))) }
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        Output.line(PlainText.line(String(line)))
      }
    }
  }
}

/// A canned reply for scripts.
private struct CannedLine: Encodable {
  let name: String
  let title: String
  let text: String
  let questions: [String]
  let team: Bool

  init(_ reply: CannedReply, text: String? = nil) {
    name = reply.name
    title = reply.title
    self.text = text ?? reply.text.source
    questions = TemplateText(self.text).questions
    team = reply.isShared
  }
}

extension ConfigOptions {
  /// The texts of the profile's settings; what is wrong with some of the files has been said then.
  func texts() throws -> TextLibrary { try Self.texts(ofProfile: profile.name) }

  static func texts(ofProfile profile: String) throws -> TextLibrary {
    let files = ConfigurationFiles(profile: profile)
    let configuration = try files.load().get()
    let library = files.texts(configuration.settings, in: configuration).load()
    for problem in library.problems { Output.say(problem.description.escapingControls) }
    return library
  }
}

extension Output {
  /// Prints a line of a table, made harmless, and cut where a person would see it wrapped.
  static func row(_ raw: String) {
    line(columns.map { PlainText.line(raw, columns: $0) } ?? PlainText.line(raw))
  }
}
