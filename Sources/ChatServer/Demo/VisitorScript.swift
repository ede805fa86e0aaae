/// What a simulated visitor says, in the order in which it says it.
///
/// The lines to an operator are written so that they fit whatever the operator wrote: nobody reads it.
struct VisitorScript: Hashable, Sendable {
  /// What it asks the AI, one after the other.
  var questions: [String] = []
  /// How it then asks for a human; without it, the visitor is content with the AI.
  var askForPerson: String?
  /// What it says while nobody comes.
  var whileWaiting: [String] = []
  /// What it answers an operator, one line a turn.
  var toOperator: [String] = []
  /// What it says at the end: the first by itself, the others only if an operator goes on talking.
  var goodbye: [String] = []
}

extension VisitorScript: Decodable {
  private enum CodingKeys: String, CodingKey {
    case questions, goodbye
    case askForPerson = "ask_for_person"
    case whileWaiting = "while_waiting"
    case toOperator = "to_operator"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    questions = try container.decodeIfPresent([String].self, forKey: .questions) ?? []
    askForPerson = try container.decodeIfPresent(String.self, forKey: .askForPerson)
    whileWaiting = try container.decodeIfPresent([String].self, forKey: .whileWaiting) ?? []
    toOperator = try container.decodeIfPresent([String].self, forKey: .toOperator) ?? []
    goodbye = try container.decodeIfPresent([String].self, forKey: .goodbye) ?? []
  }
}

/// Who a simulated visitor is, on the wire.
struct VisitorIdentity: Hashable, Sendable {
  /// The id that its widget chose.
  var guestID: String
  /// The name it gave, if it gave one.
  var name: String?
}
