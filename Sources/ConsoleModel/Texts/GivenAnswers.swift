/// Answers that are given along with the name of a macro or of a canned reply, before anything is asked: `name=value`,
/// in the console's command line and in a shell's alike.
public struct GivenAnswers: Hashable, Sendable {
  /// What is answered: whose questions they are, and what may stand before the sign.
  public struct Subject: Hashable, Sendable {
    /// How an error calls it.
    let words: String
    /// What it asks for, in order.
    let questions: [String]
    /// Its places that are filled by themselves where that is known: an answer to these is for where it is not.
    let places: [String]

    init(_ words: String, asking questions: [String], places: [String] = []) {
      self.words = words
      self.questions = questions
      self.places = places
    }
  }

  /// The answers, by what they answer.
  public let values: [String: String]

  /// Reads words such as `order=7781`.
  ///
  /// - Throws: `CommandError` that names the word, or the part of it, that cannot be.
  public init(_ words: [String], to subject: Subject) throws(CommandError) {
    var values: [String: String] = [:]
    for word in words {
      // A question may have such a sign in it, too.
      let signs = word.indices.filter { word[$0] == "=" && $0 != word.startIndex }
      guard let first = signs.first else { throw CommandError("\"\(word)\" is no answer: NAME=VALUE is") }
      guard let sign = signs.first(where: { subject.takes(String(word[..<$0])) }) else {
        let name = String(word[..<first])
        throw CommandError("\(subject.words) does not ask for \"\(name)\"\(subject.hint(for: name))")
      }
      let name = String(word[..<sign])
      guard values.updateValue(String(word[word.index(after: sign)...]), forKey: name) == nil else {
        throw CommandError("\"\(name)\" is answered twice")
      }
    }
    self.values = values
  }

  /// Reads them from a line: `order=7781 "day=in two days"`.
  ///
  /// - Throws: `CommandError` as above, or for a quote that is not closed.
  public init(line: String, to subject: Subject) throws(CommandError) {
    guard let words = ShellWords.split(line) else {
      throw CommandError("a quote is not closed in the answers: \(line)")
    }
    try self.init(words, to: subject)
  }

  /// The answers to all questions, for whoever cannot be asked: those given, else what is usual.
  ///
  /// - Throws: `CommandError` that names the first question without an answer, or the answer that cannot be.
  public func completed(for questions: [Macro.Parameter]) throws(CommandError) -> [String: String] {
    var answers = values
    for question in questions {
      guard let answer = answers[question.name] ?? question.standard else {
        let words = question.question == question.name ? "" : ": \(question.question)"
        throw CommandError("\"\(question.name)\" has no answer: \(question.name)=VALUE is missing\(words)")
      }
      if let reason = question.refusal(of: answer) { throw CommandError(reason) }
      answers[question.name] = answer
    }
    return answers
  }
}

extension GivenAnswers.Subject {
  fileprivate func takes(_ name: String) -> Bool { questions.contains(name) || places.contains(name) }

  /// What may have been meant.
  fileprivate func hint(for name: String) -> String {
    let suggestion = name.suggestion(among: questions + places)
    guard suggestion.isEmpty else { return suggestion }
    return questions.isEmpty ? ": it asks for nothing" : ": it asks for \(questions.joined(separator: ", "))"
  }
}

extension Macro {
  /// What can be answered of it.
  public func subject(_ facts: MacroFacts) -> GivenAnswers.Subject {
    GivenAnswers.Subject(
      "the macro \(name)", asking: questions(facts).map(\.name),
      places: steps.flatMap { texts(of: $0, facts) }.flatMap { TemplateText($0).knownPlaces })
  }
}

extension CannedReply {
  /// What can be answered of it.
  public var subject: GivenAnswers.Subject {
    GivenAnswers.Subject("the canned reply \(name)", asking: text.questions, places: text.knownPlaces)
  }
}
