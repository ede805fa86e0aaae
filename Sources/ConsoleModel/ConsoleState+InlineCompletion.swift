import ChatProtocol
import LiveLink

/// What the word under the cursor may become while a text is typed: a colleague's name in a note, an emoji's name.
extension ConsoleState {
  /// As many are offered.
  private static let offerLimit = 6

  /// What Tab would put in, the likeliest first; may hold raw text of the server.
  public var inlineCompletions: [InlineCompletion] {
    guard isComposing, let composer = openComposer else { return [] }
    if let offered = composer.offered { return offered }
    let word = composer.wordBeforeCursor
    if word.hasPrefix("@"), openKind == .note {
      let start = word.dropFirst().lowercased()
      let handles = mentionHandles.filter { $0.lowercased().hasPrefix(start) }
      return handles.prefix(Self.offerLimit).map { InlineCompletion(label: "@" + $0, text: "@" + $0 + " ") }
    }
    // Two letters, so that a time or a colon at the end of a word offers nothing.
    if word.hasPrefix(":"), word.count > 2 {
      return EmojiNames.names(beginningWith: word.dropFirst().lowercased()).prefix(Self.offerLimit).compactMap { name in
        EmojiNames.emoji(named: name).map { InlineCompletion(label: "\($0) \(name)", text: $0) }
      }
    }
    return []
  }

  /// Whom a note can name: the team where the server tells it, else the operators who are known by their dialogs and
  /// notes.
  private var mentionHandles: [String] {
    var names: Set<String> = []
    for entry in list.entries.values {
      if case .other(let manager?) = entry.holder, let name = manager.name { names.insert(name) }
    }
    for message in openLink?.timeline.suffix(200) ?? [] {
      if let author = message.author, author.id != session.account?.id, let name = author.name { names.insert(name) }
    }
    names.formUnion(colleagueNames)
    let colleagues: [Colleague]? = team
    for colleague in colleagues ?? [] where colleague.id != session.account?.id {
      if let name = colleague.name { names.insert(name) }
    }
    return names.map(Mentions.handle).filter { !$0.isEmpty }.sorted() + Mentions.everybody.sorted()
  }

  /// Tab: the next place of a canned reply, else the next thing that the word may become.
  mutating func completeInComposer() {
    guard let composer = openComposer else { return }
    if composer.hasPlaces {
      editComposer { $0.selectNextField() }
    } else {
      let offers = inlineCompletions
      guard !offers.isEmpty else { return }
      editComposer { $0.complete(with: offers) }
    }
  }
}

/// Something that the word under the cursor may become.
public struct InlineCompletion: Hashable, Sendable {
  /// How it is offered.
  public let label: String
  /// What is put in.
  public let text: String
}
