public import ChatProtocol
import LiveLink

/// What an operator should know before it answers: why the dialog came, what is asked, what was tried.
///
/// From the server's brief where there is one; from the dialog's own fields and messages on a server of part 1.
public struct Brief: Hashable, Sendable {
  /// Why a human was asked for, in words of ours; nil if nobody said.
  public var rule: String?
  /// The reason as the server has it; raw text.
  public var reason: String?
  /// What the visitor asked last and nobody answered; raw text.
  public var question: String?
  /// How many messages of the visitor nobody has answered.
  public var unanswered = 0
  /// What the AI tried; raw text.
  public var attempts: [String] = []
  /// The language that the visitor writes; raw text.
  public var language: String?
  /// How long the visitor had waited for an answer when a human was asked for.
  public var waitedBefore: Duration?
}

extension ConsoleState {
  /// What is known of why a dialog needs a human; nil where none was asked for.
  public func brief(of id: DialogID) -> Brief? {
    guard let entry = list.entries[id], entry.holder != .assistant else { return nil }
    var brief = Brief()
    brief.reason = entry.dialog.handoffReason.flatMap { $0.isEmpty ? nil : $0 }
    let asked = unansweredMessages(in: id)
    // `hello?? anybody there?` is a call, not what is asked: the longest of the last few says it better.
    let question = asked.suffix(3).max { $0.text.utf8.prefix(400).count < $1.text.utf8.prefix(400).count }
    brief.question = question?.visibleText(on: session.capabilities)
    brief.unanswered = asked.count
    if brief.question == nil, links[id]?.timeline.isEmpty ?? true, let last = entry.lastLine, last.sender == .user {
      brief.question = last.text
    }
    guard let told = briefs[id] else { return brief }
    brief.rule = told.ruleInWords
    brief.reason = told.reason.flatMap { $0.isEmpty ? nil : $0 } ?? brief.reason
    if links[id]?.timeline.isEmpty ?? true { brief.question = told.asked.last?.text ?? brief.question }
    brief.attempts = told.attempts.map(\.words)
    brief.language = told.language.map(Self.languageName)
    brief.waitedBefore = told.waitedSeconds.flatMap { $0 >= 0 && $0 < 1e9 ? .seconds($0) : nil }
    return brief
  }

  /// The visitor's messages since anybody else wrote, oldest first.
  private func unansweredMessages(in id: DialogID) -> [Message] {
    var asked: [Message] = []
    guard let timeline = links[id]?.timeline else { return [] }
    // From the end, one by one: the frame asks for this each time, and a dialog may have tens of thousands.
    for index in timeline.indices.reversed() {
      let message = timeline[index]
      switch message.sender {
      case .user: asked.append(message)
      case .assistant, .manager: if message.kind == .message { return asked.reversed() }
      case .system, .other: break
      }
      if asked.count >= 20 { break }
    }
    return asked.reversed()
  }

  /// Asks for the brief of a dialog that waits for a human or has one, once for each request.
  mutating func loadBrief(of id: DialogID) {
    guard session.capabilities.hasBrief, let entry = list.entries[id], entry.holder != .assistant else { return }
    let request = BriefRequest(requestedAt: entry.dialog.handoffRequestedAt)
    guard engine.briefRequests[id] != request else { return }
    engine.briefRequests[id] = request
    emit(.loadBrief(id))
  }

  /// The server's brief, or that it has none.
  mutating func take(_ brief: HandoffBrief?, of id: DialogID) {
    briefs[id] = brief
    if briefs.count > Self.briefLimit, let oldest = briefs.keys.filter({ $0 != conversation?.dialogID }).min() {
      briefs[oldest] = nil
      engine.briefRequests[oldest] = nil
    }
  }

  /// The brief could not be read: it is asked for again when the dialog is opened the next time.
  mutating func briefFailed(of id: DialogID) {
    engine.briefRequests[id] = nil
  }

  private static let briefLimit = 200

  /// Languages by the tags that servers guess; any other tag is shown as it is.
  private static func languageName(_ tag: String) -> String {
    languages[tag.lowercased().split(separator: "-").first.map(String.init) ?? tag] ?? tag
  }

  private static let languages = [
    "ar": "Arabic", "cs": "Czech", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "fi": "Finnish",
    "fr": "French", "he": "Hebrew", "hi": "Hindi", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "sv": "Swedish", "th": "Thai",
    "tr": "Turkish", "uk": "Ukrainian", "zh": "Chinese",
  ]
}

/// For which request a brief was asked for.
struct BriefRequest: Hashable, Sendable {
  var requestedAt: Timestamp?
}

extension HandoffBrief {
  fileprivate var ruleInWords: String? {
    switch rule {
    case "person_requested": "the visitor asked for a person"
    case "nothing_found": "the AI found no answer"
    case "model_asked": "the AI asked for help"
    case "model_failed": "the AI could not answer"
    case "operator": "an operator asked for it"
    case "visitor": "the visitor pressed for a person"
    case "assistant": "the AI handed it over"
    case "server": "the server handed it over"
    case "": nil
    default: rule
    }
  }
}

extension HandoffBrief.Attempt {
  /// Such as `“Refunds” fits 41 %: no section fits well enough`.
  fileprivate var words: String {
    var text: String
    switch kind {
    case "knowledge":
      text = name.map { "“\($0)”" } ?? "the knowledge base"
      if let score, score >= 0, score <= 1 { text += " fits \(Int((score * 100).rounded())) %" }
    case "remark": return detail.map { "said “\($0)”" } ?? "said nothing"
    default: text = name ?? kind
    }
    if let detail, !detail.isEmpty { text += ": \(detail)" }
    return text
  }
}
