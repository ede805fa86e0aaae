/// A text with places to be filled: `{visitor}`, `{first_name}`, `{operator}`, `{dialog}`, `{date}`, `{time}`, and
/// `{?a question}` for what only the operator knows.
///
/// A brace that is none of these is a brace. What is known is put in once, and what is put in is never looked at again:
/// a visitor whose name is `{operator}` is called so.
public struct TemplateText: Hashable, Sendable {
  /// The text as it was written.
  public let source: String

  /// A text that may have places.
  public init(_ source: String) {
    self.source = source
  }

  /// What is put in where.
  public struct Values: Hashable, Sendable {
    /// The visitor's name; nil if it is not known.
    public var visitor: String?
    /// The operator's name.
    public var `operator`: String?
    /// The dialog's number.
    public var dialog: String?
    /// The day, where the operator is.
    public var date: String?
    /// The time of day, where the operator is.
    public var time: String?

    /// Makes values.
    public init(
      visitor: String? = nil, operator: String? = nil, dialog: String? = nil, date: String? = nil, time: String? = nil
    ) {
      self.visitor = visitor
      self.operator = `operator`
      self.dialog = dialog
      self.date = date
      self.time = time
    }

    /// The value of a place that the console fills by itself; nil if it is not known.
    func value(of place: Substring) -> String? {
      switch place {
      case "visitor": visitor
      case "first_name": visitor?.split(separator: " ").first.map(String.init)
      case "operator": `operator`
      case "dialog": dialog
      case "date": date
      case "time": time
      default: nil
      }
    }
  }

  /// The places that the console fills by itself.
  public static let places = ["visitor", "first_name", "operator", "dialog", "date", "time"]

  /// A question is at most this long; a longer one is text.
  static let longestPlace = 80

  /// The text with what is known put in. What is not becomes a question.
  public func filled(with values: Values, answers: [String: String] = [:]) -> String {
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text
      case .place(let name):
        let value = values.value(of: name) ?? answers[String(name.drop { $0 == "?" })]
        result += value ?? (name.hasPrefix("?") ? "{\(name)}" : "{?\(name)}")
      }
    }
    return result
  }

  /// Whether it has no places.
  public var isPlain: Bool {
    !parts.contains { if case .place = $0 { true } else { false } }
  }

  /// The questions in it, each once, in order.
  public var questions: [String] {
    var questions: [String] = []
    for case .place(let name) in parts where name.hasPrefix("?") {
      let question = String(name.dropFirst())
      if !questions.contains(question) { questions.append(question) }
    }
    return questions
  }

  /// The places in it that are filled by themselves, where what belongs there is known.
  var knownPlaces: [String] {
    parts.compactMap { if case .place(let name) = $0, !name.hasPrefix("?") { String(name) } else { nil } }
  }

  private enum Part {
    case text(Substring)
    case place(Substring)
  }

  private var parts: [Part] {
    var parts: [Part] = []
    var rest = source[...]
    while let brace = rest.firstIndex(of: "{") {
      let inside = rest[rest.index(after: brace)...].prefix(Self.longestPlace).prefix { $0 != "}" && !$0.isNewline }
      let isPlace =
        inside.endIndex < rest.endIndex && rest[inside.endIndex] == "}"
        && (Self.places.contains(String(inside)) || (inside.hasPrefix("?") && inside.count > 1))
      if isPlace {
        parts.append(.text(rest[..<brace]))
        parts.append(.place(inside))
        rest = rest[rest.index(after: inside.endIndex)...]
      } else {
        let next = rest.index(after: brace)
        parts.append(.text(rest[..<next]))
        rest = rest[next...]
      }
    }
    parts.append(.text(rest))
    return parts
  }
}

extension TextBuffer {
  /// The next place with a question at or after a position; from the start again after the last.
  func field(from position: Int) -> Range<Int>? {
    let fields = fields
    return fields.first { $0.lowerBound >= position } ?? fields.first
  }

  /// The places with a question, in order.
  var fields: [Range<Int>] {
    var fields: [Range<Int>] = []
    var index = 0
    while index + 2 < characters.count {
      guard characters[index] == "{", characters[index + 1] == "?" else {
        index += 1
        continue
      }
      let limit = min(characters.count, index + TemplateText.longestPlace + 2)
      guard let end = characters[(index + 2)..<limit].firstIndex(where: { $0 == "}" || $0.isNewline }),
        characters[end] == "}", end > index + 2
      else {
        index += 2
        continue
      }
      fields.append(index..<end + 1)
      index = end + 1
    }
    return fields
  }
}
