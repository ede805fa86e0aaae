import ChatProtocol
import ConsoleModel
import LiveLink

/// What every part of a screen reads while one frame is drawn.
///
/// A class, for the state has a hundred parts: whoever draws keeps a reference, not a copy.
final class Scene {
  let state: ConsoleState
  let theme: Theme
  let environment: RenderEnvironment

  init(state: ConsoleState, theme: Theme, environment: RenderEnvironment) {
    self.state = state
    self.theme = theme
    var environment = environment
    environment.timeFormat = state.settings.timeFormat
    self.environment = environment
  }

  var symbols: Symbols { theme.symbols }
  var now: LocalTime { environment.local(state.clock.now) }

  /// ` · `, in the theme's characters.
  var dot: SafeText { " \(symbols.separator) " }

  /// The entry of the open dialog.
  var openEntry: DialogEntry? {
    state.conversation.flatMap { state.list.entries[$0.dialogID] }
  }

  /// How long ago a moment was, in words.
  func elapsed(since start: Timestamp) -> SafeText {
    SafeText(Elapsed(since: start).text(at: state.clock.now))
  }

  /// A stranger's text on one line, bounded in work: no line of a screen shows more.
  func oneLine(_ raw: String) -> SafeText { SafeText(raw, limit: 600) }

  /// How a visitor is called; `name` may be missing, never empty.
  func visitorName(_ entry: DialogEntry?, id: DialogID) -> SafeText {
    guard let raw = entry?.visitorName else { return "dialog \(id)" }
    let name = SafeText(raw, limit: 120)
    return name.isEmpty ? "dialog \(id)" : name
  }

  /// How another operator is called: many a server tells the number only, and the name with the team.
  func managerName(_ manager: Manager?) -> SafeText {
    guard let manager else { return "another operator" }
    let known = manager.name.flatMap { $0.isEmpty ? nil : $0 } ?? state.team.first { $0.id == manager.id }?.name
    guard let raw = known, !raw.isEmpty else { return "operator \(manager.id)" }
    return SafeText(raw, limit: 120)
  }

  /// The key that does a verb, as the settings have it; its command where there is none.
  func key(of verb: VerbID) -> SafeText {
    SafeText(state.keymap.keys(of: verb).first?.label ?? ":\(verb.rawValue)")
  }

  /// A text in a role's look.
  func styled(_ text: SafeText, _ role: Role) -> StyledLine { StyledLine(text, theme[role]) }
}

extension Scene {
  /// Cuts a pane's header off and draws the rule below it; returns the header.
  func takeHeader(of pane: inout Rect, on canvas: inout Canvas) -> Rect {
    let header = pane.takeTop(Panes.headerRows)
    let rule = pane.takeTop(1)
    if !rule.isEmpty {
      canvas.hline(row: rule.row, column: rule.column, width: rule.width, symbols.border, style: theme[.rule])
    }
    return header
  }
}

// MARK: - Awareness

extension Scene {
  /// The colour of a dialog's waiting clock; nil where nobody waits.
  func waitRole(_ entry: DialogEntry) -> Role? {
    state.waitGrade(entry).map { grade in
      switch grade {
      case .fine: .waiting
      case .warning: .caution
      case .breach: .overdue
      }
    }
  }

  /// The names of others, two at most, and how many more.
  func names(_ managers: [Manager]) -> SafeText {
    let shown = managers.prefix(2).map { managerName($0).truncated(to: 16, ellipsis: symbols.ellipsis) }
    let names = shown.dropFirst().reduce(shown.first ?? .empty) { "\($0), \($1)" }
    return managers.count > 2 ? "\(names) +\(managers.count - 2)" : names
  }

  /// What somebody who types is called.
  func typistName(_ typist: Typist, in entry: DialogEntry) -> SafeText {
    switch typist {
    case .visitor: visitorName(entry, id: entry.id).truncated(to: 24, ellipsis: symbols.ellipsis)
    case .assistant: "the AI"
    case .colleague(nil): "an operator"
    case .colleague(let manager): managerName(manager).truncated(to: 16, ellipsis: symbols.ellipsis)
    case .somebody: "somebody"
    }
  }

  /// How far a stored message that is not the visitor's has come; nil where nobody says.
  func receipt(of id: MessageID, in entry: DialogEntry?, isWide: Bool) -> (symbol: SafeText, role: Role) {
    let isRead = entry?.dialog.visitorLastRead.map { id <= $0 } ?? false
    return (isRead ? isWide ? symbols.read : symbols.readNarrow : symbols.sent, .good)
  }
}

// MARK: - Hand-off

extension Scene {
  /// Who has a dialog: a glyph that tells it without colour, a word, and a role.
  func holderMark(_ entry: DialogEntry) -> (glyph: SafeText, word: SafeText, role: Role) {
    switch entry.holder {
    case .nobodyYet:
      return (symbols.waiting, "waiting", waitRole(entry) ?? .waiting)
    case .me:
      return (symbols.mine, "mine", .mine)
    case .other(let manager):
      return (symbols.others, managerName(manager), .others)
    case .assistant:
      return (symbols.assistant, "AI", .assistant)
    }
  }
}
