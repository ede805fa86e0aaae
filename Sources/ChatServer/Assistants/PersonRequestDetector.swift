/// Tells whether a visitor asks for a human being.
///
/// Not a list of sentences but a small grammar over a lexicon for each language: a word for a person that a word of
/// talking or wanting reaches over nothing but fillers, in one clause, with nothing behind it that makes it part of a
/// longer thing, and without a negation. So "I need to talk to one of your agents" is a wish, and "I want to talk
/// about personal data", "I need a two person tent" and "I don't want a human" are none.
struct PersonRequestDetector: Sendable {
  /// The longest beginning of a message that is looked at, in Unicode scalars.
  static let longestText = 4000

  private let lexicons: [PersonRequestLexicon]

  /// Makes a detector for all the languages there are lexicons of.
  init(lexicons: [PersonRequestLexicon] = PersonRequestLexicon.all) {
    self.lexicons = lexicons
  }

  /// Whether the message, or one clause of it, asks for a person.
  func asksForPerson(_ text: String) -> Bool {
    let head = String(text.unicodeScalars.prefix(PersonRequestDetector.longestText))
    return head.split(whereSeparator: Self.endsClause).contains { clause in
      let words = QuestionWords.all(in: clause)
      return lexicons.contains { lexicon in
        words.split(whereSeparator: lexicon.conjunctions.contains)
          .contains { Clause(words: Array($0), lexicon: lexicon).asksForPerson }
      }
    }
  }

  private static func endsClause(_ character: Character) -> Bool {
    ".,!?;:…()\n\"«»„“”—–".contains(character)
  }
}

/// One clause, read with one language's lexicon.
private struct Clause {
  let words: [String]
  let lexicon: PersonRequestLexicon

  /// How many words may stand between a verb and its person.
  private static let reach = 8

  var asksForPerson: Bool {
    hasIdiom || rejectsBot || words.indices.contains(where: isRequested)
  }

  /// Whether the word is a person who is asked for.
  private func isRequested(_ index: Int) -> Bool {
    guard var person = lexicon.person(words[index]), isEndOfPhrase(index) else { return false }
    // "Somebody to help me" is as definite as "an agent".
    if person == .indefinite, hasPurpose(index) { person = .named }
    let before = approach(to: index)
    let after = lexicon.verbMayFollow ? continuation(of: index) : Row()
    if before.isNegated || after.isNegated { return false }
    return before.asks(for: person) || after.asks(for: person)
      || (before.hasModal || after.hasModal) && (before.hasService || isAskedToServe(index))
      || person == .named && isAlone(index)
  }

  // MARK: What leads to a person

  /// What a row of words says that holds nothing but fillers and these.
  private struct Row {
    var verbs: [PersonRequestLexicon.Verb] = []
    var hasModal = false
    var hasService = false
    var isNegated = false

    func asks(for person: PersonRequestLexicon.Person) -> Bool {
      verbs.contains { $0.asks(for: person) }
    }
  }

  /// The words before a person, back to the first that is no filler: "would like | to talk to one of your real".
  private func approach(to index: Int) -> Row {
    var row = Row()
    for position in stride(from: index - 1, through: max(index - Clause.reach, 0), by: -1) {
      let word = words[position]
      if lexicon.negations.contains(word) {
        // "Why don't you call somebody", "I can not reach anybody": a complaint, which is a wish.
        row.isNegated = !(position > 0 && lexicon.complaints.contains(words[position - 1]))
        return row
      }
      guard read(word, into: &row) else { return row }
    }
    return row
  }

  /// The words behind a person, in a language where the verb may stand there: "оператора | позовите".
  private func continuation(of index: Int) -> Row {
    var row = Row()
    for word in words[(index + 1)...].prefix(Clause.reach) where row.verbs.isEmpty {
      if lexicon.negations.contains(word) {
        row.isNegated = true
        return row
      }
      guard read(word, into: &row) else { return row }
    }
    return row
  }

  /// Takes one word of a row; false at the first that does not belong to it.
  private func read(_ word: String, into row: inout Row) -> Bool {
    if let verb = lexicon.verb(word) { row.verbs.append(verb) }
    if lexicon.modals.contains(word) {
      row.hasModal = true
    } else if lexicon.verbMayFollow, lexicon.services.contains(word) {
      row.hasService = true
    } else {
      return lexicon.isFiller(word)
    }
    return true
  }

  // MARK: What follows a person

  /// Whether the noun phrase ends here: the "person" before "tent" is none.
  private func isEndOfPhrase(_ index: Int) -> Bool {
    guard index + 1 < words.count else { return true }
    let next = words[index + 1]
    return lexicon.followers.contains(next) || lexicon.urgencies.contains(next) || lexicon.services.contains(next)
      || hasPurpose(index)
      || lexicon.verbMayFollow && (lexicon.isFiller(next) || lexicon.modals.contains(next))
  }

  /// "A person | to look into it", but not "to sign for the parcel".
  private func hasPurpose(_ index: Int) -> Bool {
    index + 2 < words.count && lexicon.purposes.contains(words[index + 1])
      && lexicon.services.contains(words[index + 2])
  }

  /// "Could a human | look into it": somebody is to do what only people here do.
  private func isAskedToServe(_ index: Int) -> Bool {
    words[(index + 1)...].prefix(3).contains(where: lexicon.services.contains)
  }

  /// "Operator", "a real human please": nothing but the person.
  private func isAlone(_ index: Int) -> Bool {
    words.indices.allSatisfy { position in
      position == index || lexicon.isFiller(words[position]) || lexicon.urgencies.contains(words[position])
    }
  }

  // MARK: Other ways to say it

  /// "I don't want to talk to a bot": the negation of the opposite. "I'm not a robot" is none.
  private var rejectsBot: Bool {
    guard let bot = words.firstIndex(where: lexicon.isBot) else { return false }
    return (max(bot - Clause.reach, 0)..<bot).contains { position in
      lexicon.rejections.contains(words[position])
        && !(position > 0 && lexicon.claims.contains(words[position - 1]))
    }
  }

  private var hasIdiom: Bool {
    lexicon.idioms.contains { idiom in
      words.count >= idiom.count
        && (0...words.count - idiom.count).contains { words[$0..<$0 + idiom.count].elementsEqual(idiom) }
    }
  }
}
