public import ChatProtocol

/// A list to choose from, over the panes: typing narrows it. What it offers is made from the state each time it is
/// shown (`ConsoleState.pickerItems`), so that it is never older than what it is about.
public struct Picker: Hashable, Sendable {
  /// What is chosen.
  public enum Purpose: Hashable, Sendable {
    /// The operator who gets a dialog; what they are told with it.
    case transfer(DialogID, note: String?)
    /// Until when a dialog is set aside.
    case snooze(DialogID)
    /// How urgent a dialog is to this operator.
    case priority(DialogID)
    /// A label to put on a dialog, or to take off.
    case label(DialogID)
    /// A message or a dialog that the words were found in.
    case search
    /// Nothing: what was done to a dialog.
    case log(DialogID)
    /// A link of the messages on the screen.
    case openLink(DialogID)
    /// A link of the messages on the screen, for the clipboard.
    case copyLink(DialogID)
    /// The format of a transcript.
    case export(DialogID)
    /// A canned reply, to be put into the composer.
    case canned(DialogID)
    /// A macro, to be done.
    case macro(DialogID)
    /// What a parameter of the macro is to be.
    case macroValue
    /// Nothing: what a macro has done and what it has not.
    case macroReport
    /// A tab of the list.
    case tab
  }

  /// What a line stands for.
  public enum Choice: Hashable, Sendable {
    case colleague(Manager)
    case snooze(until: Timestamp, typed: String)
    case wake
    case priority(DialogMarks.Priority?)
    case label(String)
    case message(DialogID, MessageID)
    case dialog(DialogID)
    case link(String)
    case format(TranscriptFormat)
    case canned(String)
    case macro(String)
    case value(String)
    case tab(Int)
  }

  /// A line.
  public struct Item: Hashable, Sendable {
    /// What is chosen with it; nil for a line that is only read.
    public var choice: Choice?
    /// Its first part; may hold raw text.
    public var title: String
    /// Its second part; may hold raw text.
    public var detail: String
    /// Whether it is marked: a label that is on, the priority that is set.
    public var isOn: Bool
    /// Why it cannot be chosen; nil if it can.
    public var refusal: String?

    init(_ choice: Choice?, _ title: String, _ detail: String = "", isOn: Bool = false, refusal: String? = nil) {
      self.choice = choice
      self.title = title
      self.detail = detail
      self.isOn = isOn
      self.refusal = refusal
    }
  }

  /// What is chosen.
  public internal(set) var purpose: Purpose
  /// What was typed to narrow it.
  public internal(set) var input = TextBuffer()
  /// The line under the cursor.
  public internal(set) var selection = 0
  /// Why there may be nothing yet, or what there is; empty for nothing to say. May hold raw text.
  public internal(set) var status = ""

  init(_ purpose: Purpose, status: String = "") {
    self.purpose = purpose
    self.status = status
  }

  /// Whether a digit chooses a line at once, so that no text is typed.
  public var picksByDigit: Bool {
    switch purpose {
    case .openLink, .copyLink, .export: true
    default: false
    }
  }

  /// Whether typing narrows what is shown; else it is words to search for.
  var isNarrowedByTyping: Bool {
    switch purpose {
    case .search, .snooze, .canned, .macro, .macroValue: false
    default: !picksByDigit
    }
  }

  /// Whether the text of the line under the cursor is shown below.
  public var isPreviewed: Bool { isOfTexts }

  /// Whether it is a list of texts written in advance, which opens with a key of typing: deleting what is not there
  /// leaves it.
  var isOfTexts: Bool {
    switch purpose {
    case .canned, .macro: true
    default: false
    }
  }

  /// Whether an item is left by what was typed: every word must be in it.
  func shows(_ item: Item) -> Bool {
    let words = input.text.lowercased().split(separator: " ")
    guard isNarrowedByTyping, !words.isEmpty else { return true }
    let text = (item.title + " " + item.detail).lowercased()
    return words.allSatisfy { text.contains($0) }
  }
}

extension ConsoleState {
  /// What the picker offers now; empty when none is open.
  public var pickerItems: [Picker.Item] {
    guard let picker else { return [] }
    let items: [Picker.Item] =
      switch picker.purpose {
      case .transfer: colleagueItems
      case .snooze(let id): snoozeItems(for: id, typed: picker.input.text)
      case .priority(let id): priorityItems(for: id)
      case .label(let id): labelItems(for: id, typed: picker.input.text)
      case .search: foundItems
      case .log(let id): logItems(for: id)
      case .openLink(let id), .copyLink(let id): linkItems(in: id)
      case .canned: cannedItems(typed: picker.input.text)
      case .macro: macroItems(typed: picker.input.text)
      case .macroValue: macroValueItems(typed: picker.input.text)
      case .macroReport: macroReportItems
      case .tab: tabItems
      case .export: TranscriptFormat.allCases.map { Picker.Item(.format($0), $0.title, $0.fileExtension) }
      }
    return items.filter(picker.shows)
  }

  /// Opens a picker, instead of whatever was open.
  mutating func pick(_ purpose: Picker.Purpose, status: String = "") {
    picker = Picker(purpose, status: status)
  }

  /// Moves the cursor, held at the ends.
  mutating func movePicker(by lines: Int) {
    guard let picker else { return }
    let last = max(0, pickerItems.count - 1)
    self.picker?.selection = min(max(0, min(picker.selection, last) + lines), last)
  }

  /// Changes what is typed; the cursor goes to the first line.
  mutating func editPicker(_ edit: (inout TextBuffer) -> Void) {
    guard var input = picker?.input else { return }
    edit(&input)
    guard input != picker?.input else { return }
    let isNewText = input.text != picker?.input.text
    picker?.input = input
    if isNewText { picker?.selection = 0 }
  }

  /// A character while the picker is open: text, or the number of a line.
  mutating func typeIntoPicker(_ character: Character) {
    guard let picker else { return }
    if character == "/", picker.input.isEmpty, case .canned = picker.purpose { return keepSlashAsText() }
    guard picker.picksByDigit else { return editPicker { $0.type(character) } }
    guard let digit = character.wholeNumberValue, character.isASCII, digit > 0 else { return }
    choose(at: digit - 1)
  }

  /// Enter: chooses the line under the cursor, or begins the search for what was typed.
  mutating func choosePicked() {
    guard let picker else { return }
    if picker.purpose == .search, startSearchIfNew(picker.input.text) { return }
    if case .canned = picker.purpose, !picker.input.isEmpty, pickerItems.isEmpty { return keepSlashAsText() }
    choose(at: picker.selection)
  }

  /// Chooses a line, as its number does.
  mutating func choose(at index: Int) {
    let items = pickerItems
    guard let purpose = picker?.purpose, items.indices.contains(index) else { return }
    let item = items[index]
    if let refusal = item.refusal { return say(.warning, refusal) }
    picker = nil
    guard let choice = item.choice else { return }
    take(choice, for: purpose)
  }

  private mutating func take(_ choice: Picker.Choice, for purpose: Picker.Purpose) {
    switch (purpose, choice) {
    case (.transfer(let id, let note), .colleague(let manager)): transfer(id, to: manager, note: note)
    case (.snooze(let id), .snooze(let until, let typed)): snooze(id, until: until, typed: typed)
    case (.snooze(let id), .wake): mark(.wake(id), in: id, as: "Bringing #\(id) back", again: nil)
    case (.priority(let id), .priority(let priority)): setPriority(priority, of: id)
    case (.label(let id), .label(let label)): toggleLabel(label, of: id)
    case (_, .message(let id, let message)): open(id, at: message)
    case (_, .dialog(let id)): open(id)
    case (_, .tab(let index)): openTab(at: index)
    case (.openLink, .link(let link)): openLink(link)
    case (.copyLink, .link(let link)): copy(link, as: "the link")
    case (.export(let id), .format(let format)): export(id, as: format, to: nil)
    case (.canned(let id), .canned(let name)): if let reply = texts.reply(named: name) { insert(reply, in: id) }
    case (.macro(let id), .macro(let name)): if let macro = texts.macro(named: name) { start(macro, in: id) }
    case (.macroValue, .value(let value)): answerMacro(value)
    default: break
    }
  }
}
