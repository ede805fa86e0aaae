/// A verb and what it is to be done with: what a key is bound to, and what a command line says.
public struct Command: Hashable, Sendable {
  /// The verb.
  public let verb: VerbID
  /// Its arguments, as `Verb.arguments` declares them; those that are left out stand at the end.
  public let arguments: [String]

  /// Makes a command.
  public init(_ verb: VerbID, _ arguments: [String] = []) {
    self.verb = verb
    self.arguments = arguments
  }

  /// What it does, in a word or two.
  public var title: String { ([Verb(verb).title] + arguments).joined(separator: " ") }

  /// It as a command line.
  public var line: String {
    ([verb.rawValue] + arguments.map { Completion($0).quoted }).joined(separator: " ")
  }

  /// Whether it says itself which dialog it is about, so that it does not matter which one has the cursor.
  var namesItsDialog: Bool { !arguments.isEmpty && Verb(verb).arguments.first?.kind == .dialog }
}

// MARK: - Reading a command line

/// Why a command line cannot be done: it names the word that is wrong.
public struct CommandError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One sentence.
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}

extension Command {
  /// Short names that fingers know from elsewhere.
  private static let aliases: [String: VerbID] = ["q": .quit, "h": .help]

  /// Reads a command line: a verb's name and its arguments, parted by blanks. An argument with blanks stands in double
  /// quotes; the last one needs none if it is a text.
  ///
  /// - Throws: ``CommandError`` with the word that is wrong.
  public init(parsing line: String) throws(CommandError) {
    try self.init(parsing: line, anyVerb: false)
  }

  /// - Parameters:
  ///   - anyVerb: Whether verbs count that a key only can do, such as those that edit text.
  ///   - isTemplate: Whether arguments may have places that are filled later: then these are checked later too.
  init(parsing line: String, anyVerb: Bool, isTemplate: Bool = false) throws(CommandError) {
    var rest = line[...].drop { $0 == " " }
    let name = String(rest.prefix { $0 != " " })
    rest = rest.dropFirst(name.count)
    guard let verb = try Self.verb(named: name, any: anyVerb) else { throw CommandError("no command is given") }
    var arguments: [String] = []
    for (index, argument) in verb.arguments.enumerated() {
      rest = rest.drop { $0 == " " }
      guard !rest.isEmpty else { break }
      let isLast = index == verb.arguments.count - 1
      if isLast, argument.kind.takesTheRest {
        arguments.append(Self.trimmed(rest))
        rest = ""
      } else {
        let word = try Self.takeWord(from: &rest)
        if !isTemplate || TemplateText(word).isPlain { try argument.check(word, of: verb) }
        arguments.append(word)
      }
    }
    rest = rest.drop { $0 == " " }
    guard rest.isEmpty else {
      throw CommandError("\(verb.name) has no use for \"\(Self.trimmed(rest))\": \(verb.usage)")
    }
    if let missing = verb.arguments.dropFirst(arguments.count).first(where: \.isRequired) {
      throw CommandError("\(verb.name) needs \(missing.usage): \(verb.usage)")
    }
    self.init(verb.id, arguments)
  }

  /// Refuses arguments that have been filled since and cannot be what they are for.
  func check() throws(CommandError) {
    let verb = Verb(verb)
    for (argument, word) in zip(verb.arguments, arguments) { try argument.check(word, of: verb) }
  }

  /// The verb of a name; nil for no name.
  private static func verb(named name: String, any: Bool) throws(CommandError) -> Verb? {
    guard !name.isEmpty else { return nil }
    if let id = aliases[name] ?? VerbID(rawValue: name), any || Verb(id).isCommand { return Verb(id) }
    let names = (any ? Verb.all : Verb.commands).map(\.name)
    let hint = name.suggestion(among: names)
    throw CommandError("\"\(name)\" is no command\(hint)")
  }

  /// A word, or what stands in double quotes (`\"` and `\\` in them are those characters).
  private static func takeWord(from rest: inout Substring) throws(CommandError) -> String {
    guard rest.first == "\"" else {
      let word = rest.prefix { $0 != " " }
      rest = rest.dropFirst(word.count)
      return String(word)
    }
    rest = rest.dropFirst()
    var word = ""
    while let character = rest.popFirst() {
      switch character {
      case "\"": return word
      case "\\": if let next = rest.popFirst() { word.append(next) }
      default: word.append(character)
      }
    }
    throw CommandError("the quote before \"\(word)\" is not closed")
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return String(text)
  }
}

extension VerbArgument {
  /// Refuses a word that cannot be this argument, whatever else is known.
  fileprivate func check(_ word: String, of verb: Verb) throws(CommandError) {
    switch kind {
    case .dialog where word.dialogNumber == nil: throw CommandError("\"\(word)\" is no dialog's number: \(verb.usage)")
    case .number where Int(word) == nil: throw CommandError("\"\(word)\" is no number: \(verb.usage)")
    case .choice(let words) where !words.contains(word):
      let hint = word.nearest(of: words).map { ": did you mean \($0)?" } ?? ": one of \(words.joined(separator: ", "))"
      throw CommandError("\"\(word)\" is no \(name)\(hint)")
    default: break
    }
  }
}

extension Verb {
  /// The verbs that the command line and the palette have.
  public static let commands: [Verb] = all.filter(\.isCommand)
}
