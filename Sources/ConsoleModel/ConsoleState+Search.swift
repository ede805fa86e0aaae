public import ChatProtocol
import LiveLink

/// The words that are looked for in the open dialog, and where they were found.
public struct DialogSearch: Hashable, Sendable {
  /// The dialog.
  public let dialogID: DialogID
  /// What is looked for, while it is typed and after.
  public internal(set) var input: TextBuffer
  /// Whether the line still takes the keys.
  public internal(set) var isTyping = true
  /// The messages that have it, ascending.
  public internal(set) var matches: [MessageID] = []
  /// Which of them the pane shows; nil if there is none.
  public internal(set) var current: Int?
  /// Where the pane looked before.
  let origin: ScrollPosition
  /// The message that the search began at: the nearest match above it comes first.
  let start: MessageID?
  /// The text that `matches` are of.
  var searched = ""
}

/// What a search over all dialogs has found.
struct GlobalSearch: Hashable, Sendable {
  /// What was looked for.
  var text: String
  /// What was found, by the server or in what is loaded here.
  var answer = SearchAnswer()
  /// Whether the server was asked.
  var isServers: Bool
}

/// Looking for words.
extension ConsoleState {
  // MARK: In the open dialog

  /// `/`: in the messages of the open dialog; in the list, over all dialogs.
  mutating func startSearch(_ text: String?) {
    guard focus == .conversation, let id = conversation?.dialogID else { return startGlobalSearch(text) }
    let scroll = conversation?.scroll ?? .bottom
    var start: MessageID?
    if case .held(let anchor?, _) = scroll { start = anchor }
    search = DialogSearch(
      dialogID: id, input: TextBuffer(text ?? ""), origin: search?.origin ?? scroll, start: start)
    findInDialog()
    if text != nil { keepSearch() }
  }

  /// Changes what is looked for; the pane follows at once.
  mutating func editSearch(_ edit: (inout TextBuffer) -> Void) {
    guard var input = search?.input else { return }
    edit(&input)
    search?.input = input
    if isSearchingOlder { engine.seek = nil }
    findInDialog()
  }

  private mutating func findInDialog() {
    guard var search, let timeline = links[search.dialogID]?.timeline else { return }
    let text = search.input.text
    let wanted = TextMatcher(text)
    // What does not have the shorter text does not have the longer one either.
    let narrows = !search.searched.isEmpty && text.hasPrefix(search.searched)
    let known = narrows ? Set(search.matches) : []
    search.matches =
      wanted == nil
      ? []
      : timeline.filter { message in
        (!narrows || known.contains(message.id))
          && wanted?.isFound(in: message.visibleText(on: session.capabilities)) == true
      }.map(\.id)
    search.searched = text
    let start = search.start ?? .max
    search.current = search.matches.lastIndex { $0 <= start } ?? (search.matches.isEmpty ? nil : 0)
    self.search = search
    showMatch()
  }

  /// Goes to the match after this one (or the one before it), in a ring.
  mutating func stepMatch(_ step: Int) {
    guard let search else { return }
    let count = search.matches.count
    if step < 0, search.current ?? 0 == 0, hasOlder(search.dialogID), !search.input.isEmpty {
      return seekOlder(.match(before: search.matches.first), in: search.dialogID)
    }
    guard count > 0 else { return say(.info, "“\(search.input.text)” is not in this dialog") }
    let next = ((search.current ?? 0) + step + count) % count
    self.search?.current = next
    if let current = search.current, (next < current) == (step > 0), count > 1 {
      say(.info, step > 0 ? "From the newest on to the oldest" : "From the oldest on to the newest")
    }
    showMatch()
  }

  private mutating func showMatch() {
    guard let search else { return }
    guard let current = search.current else {
      conversation?.scroll = search.origin
      return
    }
    show(search.matches[current])
  }

  /// Puts a message into the middle of the pane; where the pane is not on the screen yet, as far up as is safe whatever
  /// else stands there.
  mutating func show(_ message: MessageID) {
    let lines = engine.viewport.messageLines
    let half = lines > 0 ? lines / 2 : size.rows / 5
    conversation?.scroll = .held(anchor: message, linesUp: -half)
  }

  /// Enter: the matches stay shown, the keys go back to the messages.
  mutating func keepSearch() {
    guard let search else { return }
    if !search.input.isEmpty, search.matches.isEmpty, hasOlder(search.dialogID) {
      self.search?.isTyping = false
      return seekOlder(.match(before: nil), in: search.dialogID)
    }
    guard !search.input.isEmpty, !search.matches.isEmpty else {
      if !search.input.isEmpty { say(.info, "“\(search.input.text)” is not in this dialog") }
      return dropSearch()
    }
    self.search?.isTyping = false
  }

  /// Esc: back to where the pane was.
  mutating func dropSearch() {
    guard let search else { return }
    if isSearchingOlder { engine.seek = nil }
    if conversation?.dialogID == search.dialogID { conversation?.scroll = search.origin }
    self.search = nil
  }

  /// New messages may have the words too.
  mutating func searchGrew(in id: DialogID, by messages: [Message]) {
    guard let search, search.dialogID == id, let wanted = TextMatcher(search.input.text) else { return }
    let fresh = messages.filter { wanted.isFound(in: $0.visibleText(on: session.capabilities)) }.map(\.id)
    guard !fresh.isEmpty else { return }
    let shown = search.current.map { search.matches[$0] }
    let matches = Set(search.matches).union(fresh).sorted()
    self.search?.matches = matches
    self.search?.current = shown.flatMap(matches.firstIndex(of:)) ?? matches.count - 1
  }

  /// Goes to a match that has come.
  mutating func goToMatch(_ choose: ([MessageID]) -> Int?) {
    guard let search else { return }
    self.search?.current = choose(search.matches) ?? search.current
    showMatch()
  }

  /// The conversation has been looked at to its beginning.
  mutating func noOlderMatch() {
    guard let search else { return }
    guard !search.matches.isEmpty else {
      say(.info, "“\(search.input.text)” is not in this dialog")
      return dropSearch()
    }
    say(.info, "From the oldest on to the newest")
    goToMatch { $0.indices.last }
  }

  // MARK: Over all dialogs

  mutating func startGlobalSearch(_ text: String?) {
    found = nil
    pick(.search, status: searchPlace)
    guard let text else { return }
    editPicker { $0.insert(text) }
    _ = startSearchIfNew(text)
  }

  private var searchPlace: String {
    session.capabilities.hasSearch ? "Enter searches all messages" : "Enter searches what is loaded here"
  }

  /// Looks for what was typed, unless that is what was found last.
  mutating func startSearchIfNew(_ text: String) -> Bool {
    let text = text.split(separator: " ").joined(separator: " ")
    guard !text.isEmpty, found?.text != text else { return false }
    picker?.selection = 0
    guard session.capabilities.hasSearch else {
      found = GlobalSearch(text: text, answer: searchLoaded(text), isServers: false)
      tellFound()
      return true
    }
    found = GlobalSearch(text: text, isServers: true)
    picker?.status = "Searching…"
    emit(.search(text))
    return true
  }

  /// What the server has found.
  mutating func take(_ answer: SearchAnswer, for text: String) {
    guard found?.text == text else { return }
    found?.answer = answer
    tellFound()
  }

  /// The server could not search.
  mutating func searchFailed(_ text: String, _ failure: APIFailure) {
    guard found?.text == text else { return }
    // Encrypted messages cannot be searched by a server: what is here can.
    found = GlobalSearch(text: text, answer: searchLoaded(text), isServers: false)
    tellFound()
    say(.warning, "The server cannot search: \(failure)")
  }

  private mutating func tellFound() {
    guard let found, picker?.purpose == .search else { return }
    let count = found.answer.items.count + found.answer.dialogs.count
    let place = found.isServers ? "all messages" : "what is loaded here"
    let more = found.answer.nextBefore == nil ? "" : "+"
    picker?.status = count == 0 ? "“\(found.text)” is not in \(place)" : "\(count)\(more) in \(place)"
  }

  /// What is known without the server: names, last lines, and the messages of the links.
  private func searchLoaded(_ text: String) -> SearchAnswer {
    guard let wanted = TextMatcher(text) else { return SearchAnswer() }
    var answer = SearchAnswer()
    for id in list.byUrgency {
      guard let entry = list.entries[id] else { continue }
      if let name = entry.visitorName, wanted.isFound(in: name) {
        answer.dialogs.append(FoundDialog(dialogID: id, name: name))
      }
      for message in links[id]?.timeline.reversed() ?? [] where answer.items.count < Self.foundLimit {
        let shown = message.visibleText(on: session.capabilities)
        guard wanted.isFound(in: shown) else { continue }
        answer.items.append(
          FoundMessage(
            dialogID: id, messageID: message.id, sender: message.sender, kind: message.kind,
            timestamp: message.timestamp, name: entry.visitorName, snippet: wanted.snippet(of: shown)))
      }
    }
    answer.items.sort {
      ($0.timestamp?.milliseconds ?? 0, $0.messageID) > ($1.timestamp?.milliseconds ?? 0, $1.messageID)
    }
    return answer
  }

  private static let foundLimit = 200

  var foundItems: [Picker.Item] {
    guard let found else { return [] }
    let dialogs = found.answer.dialogs.map { Picker.Item(.dialog($0.dialogID), $0.name ?? "", "#\($0.dialogID)") }
    let messages = found.answer.items.map { item in
      let when = item.timestamp.map { shortText($0) + " " } ?? ""
      let note = item.kind == .note ? "NOTE " : ""
      return Picker.Item(
        .message(item.dialogID, item.messageID), item.name ?? "#\(item.dialogID)", when + note + item.snippet)
    }
    return dialogs + messages
  }

  /// Opens a dialog at a message, with what was looked for marked.
  mutating func open(_ id: DialogID, at message: MessageID) {
    if list.entries[id] == nil {
      var entry = DialogEntry(dialog: Dialog(id: id))
      entry.marks = marks[id]
      list.put(entry)
      engine.readMarks[id] = engine.readMarks[id] ?? ReadMark()
      emit(.loadDialog(id))
    }
    open(id)
    engine.wantedMessage = nil
    if let text = found?.text {
      search = DialogSearch(
        dialogID: id, input: TextBuffer(text), isTyping: false, origin: conversation?.scroll ?? .bottom, start: message)
      findInDialog()
    }
    show(message)
    // Its messages may have to come first.
    if links[id]?.timeline[id: message] == nil {
      engine.wantedMessage = WantedMessage(dialogID: id, message: message)
      seekOlder(.message(message), in: id)
    }
  }

  /// The messages have come that one was wanted of.
  mutating func showWantedMessage(in id: DialogID) {
    guard let wanted = engine.wantedMessage, wanted.dialogID == id,
      links[id]?.timeline[id: wanted.message] != nil
    else { return }
    engine.wantedMessage = nil
    guard conversation?.dialogID == id else { return }
    if search != nil { findInDialog() }
    show(wanted.message)
  }
}
