/// The words by which people of one language ask for a person.
///
/// All words are folded as `QuestionWords.all(in:)` folds them: lower case, no apostrophes, no diacritics. A word that
/// ends in `*` stands for all that begin like it.
struct PersonRequestLexicon: Sendable {
  /// What kind of person a word names.
  enum Person: Sendable {
    /// A human or somebody who works here: `agent`.
    case named
    /// Anybody: `someone`.
    case indefinite
    /// A group of people: `support`.
    case department
  }

  /// What kind of wish a verb is.
  enum Verb: Sendable {
    /// Talking to somebody, or being put through.
    case talk
    /// Wanting, needing, getting.
    case want

    /// Whether this verb with this person asks for us. "Somebody" and "support" are asked for by talking to them only:
    /// who needs support, or somebody to sign for a parcel, does not ask for a person here.
    func asks(for person: Person) -> Bool {
      self == .talk || person == .named
    }
  }

  private let named: WordSet
  private let indefinite: WordSet
  private let departments: WordSet
  private let talking: WordSet
  private let wanting: WordSet
  private let fillers: WordSet
  private let bots: WordSet

  /// Words that may stand right behind a person without making it part of a longer thing.
  let followers: WordSet
  /// Words that may stand beside a person who is all the clause has: "operator, now".
  let urgencies: WordSet
  /// Words that introduce what the person is for; what follows must be a service.
  let purposes: WordSet
  /// What only a person of ours would be asked to do.
  let services: WordSet
  /// Words that begin a request to do something.
  let modals: WordSet
  /// Words that turn a wish into its opposite.
  let negations: WordSet
  /// Words that, before a negation, keep the wish a wish.
  let complaints: WordSet
  /// Words that, before a bot, ask for a person.
  let rejections: WordSet
  /// Words that, before a rejection, make it a statement about somebody: "I am not a robot".
  let claims: WordSet
  /// Words that part a clause in two.
  let conjunctions: WordSet
  /// Fixed phrases.
  let idioms: [[String]]
  /// Whether the verb may stand behind the person.
  let verbMayFollow: Bool

  init(
    named: WordSet, indefinite: WordSet = [], departments: WordSet = [], talking: WordSet, wanting: WordSet,
    fillers: WordSet, followers: WordSet, urgencies: WordSet = [], purposes: WordSet = [], services: WordSet = [],
    modals: WordSet = [],
    negations: WordSet, complaints: WordSet = [], rejections: WordSet = [], claims: WordSet = [], bots: WordSet = [],
    conjunctions: WordSet, idioms: [String] = [], verbMayFollow: Bool
  ) {
    self.named = named
    self.indefinite = indefinite
    self.departments = departments
    self.talking = talking
    self.wanting = wanting
    self.fillers = fillers
    self.followers = followers
    self.urgencies = urgencies
    self.purposes = purposes
    self.services = services
    self.modals = modals
    self.negations = negations
    self.complaints = complaints
    self.rejections = rejections
    self.claims = claims
    self.bots = bots
    self.conjunctions = conjunctions
    self.idioms = idioms.map(QuestionWords.all(in:))
    self.verbMayFollow = verbMayFollow
  }

  /// What kind of person a word names, if any.
  func person(_ word: String) -> Person? {
    if named.contains(word) { return .named }
    if indefinite.contains(word) { return .indefinite }
    return departments.contains(word) ? .department : nil
  }

  /// What kind of wish a word is, if any.
  func verb(_ word: String) -> Verb? {
    if talking.contains(word) { return .talk }
    return wanting.contains(word) ? .want : nil
  }

  /// Whether a word says nothing between a verb and its person. Persons and verbs themselves are such words too:
  /// "talk to a human agent", "want to speak to one".
  func isFiller(_ word: String) -> Bool {
    fillers.contains(word) || person(word) != nil || verb(word) != nil
  }

  /// Whether a word is the opposite of a person.
  func isBot(_ word: String) -> Bool { bots.contains(word) }
}

/// Words and beginnings of words, written as one string with spaces.
struct WordSet: Sendable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
  private var words: Set<String> = []
  private var beginnings: [String] = []

  init(stringLiteral text: String) {
    for word in text.split(whereSeparator: \.isWhitespace) {
      if word.hasSuffix("*") {
        beginnings.append(String(word.dropLast()))
      } else {
        words.insert(String(word))
      }
    }
  }

  init(arrayLiteral elements: Never...) {}

  func contains(_ word: String) -> Bool {
    words.contains(word) || beginnings.contains(where: word.hasPrefix)
  }
}
