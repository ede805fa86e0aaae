/// Lines typed into the plain console, as the keys that do the same on the screen.
///
/// So both faces share every rule: what asks on the screen asks here, and what is refused there is refused here. A
/// reply is one line, `reply TEXT`; where the console has to ask first, the text waits for the answer.
public struct PlainInput: Sendable {
  /// What a line wants to be told, beside what it does.
  public enum Request: Hashable, Sendable {
    /// The dialogs.
    case list
    /// The last messages of the open dialog.
    case read(Int)
    /// How everything stands.
    case status
    /// What can be typed.
    case help
    /// A sentence about why nothing was done.
    case refusal(String)
  }

  /// What a line comes to.
  public struct Outcome: Hashable, Sendable {
    /// Keys to be pressed, in order.
    public var keys: [Key] = []
    /// What is to be told at once.
    public var request: Request?
  }

  /// A text that waits for its composer.
  private var pending: String?

  /// No line yet.
  public init() {}

  /// Reads a line.
  public mutating func handle(_ line: String, _ state: ConsoleState) -> Outcome {
    let text = line.trimmingBlanks
    if let prompt = state.prompt { return Outcome(keys: [answer(text, to: prompt)]) }
    let word = text.prefix { $0 != " " }.lowercased()
    let rest = String(text.dropFirst(word.count)).trimmingBlanks
    switch word {
    case "": return Outcome()
    case "help", "?": return Outcome(request: .help)
    case "list", "l": return Outcome(request: .list)
    case "status": return Outcome(request: .status)
    case "read": return Outcome(request: .read(max(1, min(Int(rest) ?? 10, 200))))
    case "reply", "r", "say": return write(rest, by: .character("r"), state)
    case "note": return write(rest, by: .character("N"), state)
    case "take" where !rest.isEmpty: return Outcome(keys: command("open " + rest) + [.character("t")])
    case "take": return Outcome(keys: [.character("t")])
    case "quit", "q", "exit": return Outcome(keys: command("quit"))
    default: return Outcome(keys: command(text))
    }
  }

  /// After the keys have done their work: what else has to be pressed so that the next line finds a console at rest.
  public mutating func followUp(_ state: ConsoleState) -> [Key] {
    guard state.prompt == nil else { return [] }
    if state.mode == .compose {
      guard let text = pending else { return [.escape] }
      pending = nil
      return [.paste(text), .control("d")]
    }
    return state.mode.isBrowse ? [] : [.escape]
  }

  private mutating func write(_ text: String, by key: Key, _ state: ConsoleState) -> Outcome {
    guard state.conversation != nil else { return refused("No dialog is open: next, or open and its number") }
    guard !text.isEmpty else { return refused("What is to be written goes behind it, on the same line") }
    guard state.openComposer?.text.isEmpty ?? true else {
      return refused("There is a draft in this dialog already: \(state.openComposer?.text ?? "")")
    }
    pending = text
    return Outcome(keys: [key])
  }

  private func refused(_ sentence: String) -> Outcome { Outcome(request: .refusal(sentence)) }

  private func command(_ line: String) -> [Key] {
    [.character(":")] + line.map { .character($0) } + [.enter]
  }

  private mutating func answer(_ text: String, to prompt: Prompt) -> Key {
    let word = text.lowercased()
    if word == "yes" || word == prompt.confirmLabel.lowercased() || text == prompt.confirmKey.label {
      return prompt.confirmKey
    }
    if let choice = prompt.choices.first(where: { word == $0.label.lowercased() || text == $0.key.label }) {
      return choice.key
    }
    pending = nil
    return .escape
  }
}
