import ChatProtocol
import ConsoleModel
import LiveLink

/// What every part of a screen reads while one frame is drawn.
struct Scene {
  let state: ConsoleState
  let theme: Theme
  let environment: RenderEnvironment

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

  /// How another operator is called.
  func managerName(_ manager: Manager?) -> SafeText {
    guard let manager else { return "another operator" }
    guard let raw = manager.name, !raw.isEmpty else { return "operator \(manager.id)" }
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

// MARK: - Hand-off

extension Scene {
  /// A visitor who waits longer than this is shown as overdue.
  static let overdueAfter: Duration = .seconds(300)

  /// Who has a dialog: a glyph that tells it without colour, a word, and a role.
  func holderMark(_ entry: DialogEntry) -> (glyph: SafeText, word: SafeText, role: Role) {
    switch entry.holder {
    case .nobodyYet(let since):
      let isOverdue = since.map { state.clock.now.duration(since: $0) >= Self.overdueAfter } ?? false
      return (symbols.waiting, "waiting", isOverdue ? .overdue : .waiting)
    case .me:
      return (symbols.mine, "mine", .mine)
    case .other(let manager):
      return (symbols.others, managerName(manager), .others)
    case .assistant:
      return (symbols.assistant, "AI", .assistant)
    }
  }
}
