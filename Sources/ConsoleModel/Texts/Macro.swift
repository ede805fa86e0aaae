/// Several acts on a dialog that are written down once: a TOML file in a folder of the operator's or of the team's.
///
/// ```toml
/// title = "Refund a double payment"
/// steps = [
///   "take-over",
///   "reply Hello {visitor}, order {?order} is refunded {?when}.",
///   "label refund",
///   "snooze {?when}",
/// ]
///
/// [parameters.when]
/// question = "Until when"
/// default = "tomorrow"
/// choices = ["tomorrow", "mon 9:00"]
/// ```
///
/// A step is a command of the console; what stands in `{?…}` is asked for before anything is done.
public struct Macro: Hashable, Sendable, Identifiable {
  /// The name it is called by: the file's, without its ending.
  public let name: String
  /// What it is about, in one line.
  public let title: String
  /// What it is for, for whoever chooses; empty for nothing.
  public let note: String
  /// What is asked for, as the file declares it. A place of a step that is not declared is asked for as well.
  public let parameters: [Parameter]
  /// What it does, in this order; arguments may have places.
  public let steps: [Command]
  /// Whether it comes from the team's folder.
  public let isShared: Bool

  public var id: String { name }

  /// Something that is asked for.
  public struct Parameter: Hashable, Sendable {
    /// Its name: what stands in the place.
    public let name: String
    /// How it is asked for.
    public let question: String
    /// What it is unless something else is said; nil for nothing.
    public let standard: String?
    /// What it may be; empty for anything.
    public let choices: [String]

    /// Makes one.
    public init(_ name: String, question: String? = nil, standard: String? = nil, choices: [String] = []) {
      self.name = name
      self.question = question ?? name
      self.standard = standard
      self.choices = choices
    }

    /// Why a text cannot be its value; nil if it can.
    public func refusal(of value: String) -> String? {
      if value.allSatisfy(\.isWhitespace) { return "\(name) is missing" }
      guard !choices.isEmpty, !choices.contains(value) else { return nil }
      return "\(name) is one of \(choices.joined(separator: ", "))"
    }
  }

  /// More steps than an operator can look over.
  static let stepLimit = 20

  /// The verbs that a step may be: what is done to one dialog and needs nobody to watch it. Those that the rest of the
  /// world sees among them are shown in full before they are done, like all others.
  public static let verbs: [VerbID] = [
    .reply, .note, .canned, .label, .setPriority, .snooze, .markUnread, .takeOver, .release, .requeue, .transfer,
    .requestHuman, .cancelRequest,
  ]

  /// Verbs that do without an argument when a key is pressed, because then the operator can be asked.
  private static let needsArgument: Set<VerbID> = [
    .reply, .note, .canned, .label, .setPriority, .snooze, .transfer,
  ]
}

// MARK: - Reading

extension Macro {
  private static let keys = ["title", "note", "steps"]
  private static let parameterKeys = ["question", "default", "choices"]

  /// Reads a file; all mistakes in it at once.
  init(_ file: TextFile) throws(TextFileErrors) {
    let document: TOMLDocument
    do {
      document = try TOMLDocument(parsing: try file.text())
    } catch let error as TOMLError {
      throw file.error(error.reason, at: error.position)
    } catch let errors as TextFileErrors {
      throw errors
    } catch {
      throw file.error("\(error)")
    }
    var reader = MacroReader(file: file)
    for heading in document.headings { reader.take(heading) }
    for entry in document.entries { reader.take(entry) }
    let steps = reader.finish()
    guard reader.errors.isEmpty else { throw TextFileErrors(errors: reader.errors) }
    self.init(
      name: file.name, title: reader.title.isEmpty ? file.name.fileTitle : reader.title, note: reader.note,
      parameters: reader.parameters, steps: steps, isShared: file.isShared)
  }

  /// Reads a step.
  static func step(_ line: String) throws(CommandError) -> Command {
    let command = try Command(parsing: line, anyVerb: false, isTemplate: true)
    guard verbs.contains(command.verb) else {
      throw CommandError(
        "\(command.verb.rawValue) is no step of a macro: \(verbs.map(\.rawValue).joined(separator: ", "))")
    }
    if needsArgument.contains(command.verb), command.arguments.isEmpty {
      throw CommandError(
        "\(command.verb.rawValue) needs \(Verb(command.verb).arguments[0].name.uppercased()) in a macro")
    }
    return command
  }

  fileprivate static func allKeys(in table: Bool) -> [String] { table ? parameterKeys : keys }
}

/// The state of reading a macro's file.
private struct MacroReader {
  let file: TextFile
  var title = ""
  var note = ""
  var parameters: [Macro.Parameter] { order.compactMap { drafts[$0]?.parameter(named: $0) } }
  var errors: [SettingsError] = []
  private var order: [String] = []
  private var drafts: [String: Draft] = [:]
  private var lines: [String] = []
  private var stepsPosition: TOMLPosition?

  private struct Draft {
    var question: String?
    var standard: String?
    var choices: [String] = []

    func parameter(named name: String) -> Macro.Parameter {
      Macro.Parameter(name, question: question, standard: standard, choices: choices)
    }
  }

  init(file: TextFile) {
    self.file = file
  }

  mutating func take(_ heading: TOMLDocument.Heading) {
    switch heading.path.count {
    case 1 where heading.path[0] == "parameters": break
    case 2 where heading.path[0] == "parameters": declare(heading.path[1])
    default:
      let name = heading.path.joined(separator: ".")
      fail("there is no such table; a macro has parameters.NAME", at: heading.position, key: name)
    }
  }

  mutating func take(_ entry: TOMLDocument.Entry) {
    if entry.path.count == 3, entry.path[0] == "parameters" { return takeParameter(entry) }
    switch (entry.path.count == 1 ? entry.path[0] : "", entry.value) {
    case ("title", .string(let text)): title = text.joinedLines
    case ("note", .string(let text)): note = text.joinedLines
    case ("steps", .string(let text)):
      stepsPosition = entry.valuePosition
      lines = text.split(whereSeparator: \.isNewline).map { String($0).trimmingBlanks }.filter { !$0.isEmpty }
    case ("steps", .array(let values)):
      stepsPosition = entry.valuePosition
      for value in values {
        guard case .string(let line) = value else {
          fail("a step is a text in quotes, not \(value.kind)", at: entry.valuePosition, key: "steps")
          continue
        }
        lines.append(line.trimmingBlanks)
      }
    case ("title", _), ("note", _), ("steps", _):
      let wanted = entry.path[0] == "steps" ? "a list of texts" : "a text in quotes"
      fail("\(wanted) is expected, not \(entry.value.kind)", at: entry.valuePosition, key: entry.name)
    default: unknown(entry, among: Macro.allKeys(in: false))
    }
  }

  private mutating func takeParameter(_ entry: TOMLDocument.Entry) {
    let name = entry.path[1]
    declare(name)
    switch (entry.path[2], entry.value) {
    case ("question", .string(let text)): drafts[name]?.question = text.joinedLines
    case ("default", .string(let text)): drafts[name]?.standard = text
    case ("default", .integer(let number)): drafts[name]?.standard = String(number)
    case ("choices", .array(let values)):
      for value in values {
        guard case .string(let text) = value else {
          fail("a choice is a text in quotes, not \(value.kind)", at: entry.valuePosition, key: entry.name)
          continue
        }
        drafts[name]?.choices.append(text)
      }
    case ("question", _), ("default", _), ("choices", _):
      let wanted = entry.path[2] == "choices" ? "a list of texts" : "a text in quotes"
      fail("\(wanted) is expected, not \(entry.value.kind)", at: entry.valuePosition, key: entry.name)
    default: unknown(entry, among: Macro.allKeys(in: true))
    }
  }

  /// The steps, and what can be said about the file only as a whole.
  mutating func finish() -> [Command] {
    var steps: [Command] = []
    for (index, line) in lines.enumerated() {
      do {
        steps.append(try Macro.step(line))
      } catch {
        fail("step \(index + 1): \(error.description)", at: stepsPosition, key: "steps")
      }
    }
    if lines.isEmpty, errors.isEmpty { fail("has no steps", at: stepsPosition) }
    if lines.count > Macro.stepLimit { fail("a macro has at most \(Macro.stepLimit) steps", at: stepsPosition) }
    for parameter in parameters {
      if let standard = parameter.standard, let reason = parameter.refusal(of: standard) {
        fail("its default is none of its values: \(reason)", key: "parameters.\(parameter.name)")
      }
    }
    return steps
  }

  private mutating func declare(_ name: String) {
    guard drafts[name] == nil else { return }
    drafts[name] = Draft()
    order.append(name)
  }

  private mutating func unknown(_ entry: TOMLDocument.Entry, among names: [String]) {
    let hint = (entry.path.last ?? "").suggestion(among: names)
    fail("there is no such setting\(hint)", at: entry.keyPosition, key: entry.name)
  }

  private mutating func fail(_ reason: String, at position: TOMLPosition? = nil, key: String? = nil) {
    errors += file.error(reason, at: position, key: key).errors
  }
}
