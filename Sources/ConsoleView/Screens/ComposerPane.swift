import ChatProtocol
import ConsoleModel

/// The reply under edit, or a quiet line that says how to begin one. Its prompt ends where message texts begin, so that
/// what is typed stands under what was said.
struct ComposerPane {
  private let scene: Scene
  private let conversation: Conversation
  private let composer: Composer
  private let isNote: Bool
  private let columns: MessageColumns
  /// Where the typed text begins: under the messages, where their left columns have room for the prompt.
  private let textColumn: Int
  private let layout: TextBufferLayout
  /// Rows it takes.
  let height: Int

  /// It grows to this many rows, then it scrolls.
  static let maximumRows = 6

  init(scene: Scene, conversation: Conversation, columns: MessageColumns, density: Panes.Density, room: Rect) {
    self.scene = scene
    self.conversation = conversation
    self.columns = columns
    composer = scene.state.openComposer ?? Composer()
    isNote = scene.state.isComposing && scene.state.openKind == .note
    textColumn = columns.isWide ? columns.text : Self.shortPrompt(scene, isNote: isNote).columns + 2
    // One cell is kept for the cursor after a full row.
    layout = TextBufferLayout(composer.buffer, width: min(columns.textWidth, room.width - textColumn - 1))
    if scene.state.isComposing {
      height = min(layout.rows.count, Self.maximumRows, max(1, room.height / 3))
    } else {
      height = density == .full ? 1 : 0
    }
  }

  func draw(on canvas: inout Canvas, in rect: Rect, isResting: Bool = false) {
    guard !rect.isEmpty else { return }
    if scene.state.isComposing {
      drawEditor(on: &canvas, in: rect)
    } else if !isResting || !composer.buffer.isEmpty {
      drawInvitation(on: &canvas, in: rect)
    }
  }

  // MARK: Writing

  private func drawEditor(on canvas: inout Canvas, in rect: Rect) {
    let theme = scene.theme
    let prompt = self.prompt
    canvas.put(
      prompt, row: rect.row, column: rect.column + textColumn - 1 - prompt.columns, style: promptStyle)
    if isNote { drawNoteMark(on: &canvas, in: rect) }
    if composer.isBlock, rect.height > 1 {
      let note: SafeText = "block"
      canvas.put(
        note, row: rect.row + 1, column: rect.column + textColumn - 3 - note.columns, style: theme[.muted])
    }

    let left = rect.column + textColumn
    let top = max(0, min(layout.cursorRow - rect.height + 1, layout.rows.count - rect.height))
    for (index, row) in (top..<min(layout.rows.count, top + rect.height)).enumerated() {
      notePlaces(of: row, on: &canvas, in: rect.rows(index..<index + 1))
      for cell in layout.cells(of: row) {
        let isChosen = composer.selection?.contains(cell.index) == true
        canvas.put(
          cell.text, row: rect.row + index, column: left + cell.column, style: theme[isChosen ? .selection : .text])
      }
    }
    if top > 0 {
      canvas.put(scene.symbols.up, row: rect.row, column: left - 1, style: theme[.muted])
    }
    if top + rect.height < layout.rows.count {
      canvas.put(scene.symbols.down, row: rect.endRow - 1, column: left - 1, style: theme[.muted])
    }
    canvas.cursor = Position(
      row: rect.row + layout.cursorRow - top, column: min(left + layout.cursorColumn, rect.endColumn - 1))
  }

  /// Notes for the mouse which place of the text stands where: before the text its row's first, behind it its last.
  private func notePlaces(of row: Int, on canvas: inout Canvas, in rect: Rect) {
    guard canvas.targets.isKept else { return }
    let id = conversation.dialogID
    let left = rect.column + textColumn
    canvas.targets.note(.text(id, at: layout.end(of: row)), in: rect)
    canvas.targets.note(
      .text(id, at: layout.rows[row].lowerBound),
      in: Rect(row: rect.row, column: rect.column, width: textColumn, height: 1))
    for cell in layout.cells(of: row) {
      canvas.targets.note(
        .text(id, at: cell.index),
        in: Rect(row: rect.row, column: left + cell.column, width: cell.text.columns, height: 1).intersection(rect))
    }
  }

  /// Says what is written and to whom; the visitor's name is cut so that the prompt keeps its place.
  private var prompt: SafeText {
    if isNote { return notePrompt }
    let head: SafeText = "REPLY to "
    let tail: SafeText = " \(scene.symbols.prompt)"
    guard columns.isWide else { return Self.shortPrompt(scene, isNote: false) }
    let name = scene.visitorName(scene.openEntry, id: conversation.dialogID)
    let room = columns.text - 2 - head.columns - tail.columns
    return "\(head)\(name.truncated(to: room, ellipsis: scene.symbols.ellipsis))\(tail)"
  }

  /// A note goes to no visitor, so none is named.
  private var notePrompt: SafeText {
    guard columns.isWide else { return Self.shortPrompt(scene, isNote: true) }
    let long: SafeText = "NOTE to operators \(scene.symbols.noteGutter)"
    let short: SafeText = "NOTE to team \(scene.symbols.noteGutter)"
    return long.columns <= columns.text - 2 ? long : short
  }

  private static func shortPrompt(_ scene: Scene, isNote: Bool) -> SafeText {
    isNote ? "NOTE \(scene.symbols.noteGutter)" : "REPLY \(scene.symbols.prompt)"
  }

  private var promptStyle: Style {
    if isNote { return scene.theme[.note] }
    return composer.isFormerNote ? scene.theme[.danger] : scene.theme[.reply]
  }

  /// Every further row of a note has its mark, as the notes above have.
  private func drawNoteMark(on canvas: inout Canvas, in rect: Rect) {
    for row in 1..<max(1, rect.height) {
      canvas.put(
        scene.symbols.noteGutter, row: rect.row + row, column: rect.column + textColumn - 2, style: scene.theme[.note])
    }
  }

  // MARK: Not writing

  /// Whether the composer that is shown holds a note.
  private var isNoteDraft: Bool { scene.state.openKind == .note }

  /// The text of the draft that the composer is not about; nil for none.
  private var otherDraft: String? {
    let other = isNoteDraft ? scene.state.composers : scene.state.noteComposers
    guard let draft = other[conversation.dialogID], !draft.buffer.isEmpty else { return nil }
    return draft.text
  }

  private func drawInvitation(on canvas: inout Canvas, in rect: Rect) {
    let theme = scene.theme
    var line = StyledLine()
    if composer.buffer.isEmpty, otherDraft == nil {
      let name = scene.visitorName(scene.openEntry, id: conversation.dialogID)
      line.pad(to: columns.isWide ? columns.text : 1)
      line.add(scene.key(of: .reply), theme[.key])
      line.add(" writes to \(name)", theme[.muted])
    } else {
      let (text, isNote) = composer.buffer.isEmpty ? (otherDraft ?? "", !isNoteDraft) : (composer.text, isNoteDraft)
      let prompt: SafeText =
        isNote ? "note draft \(scene.symbols.noteGutter)" : "draft \(scene.symbols.prompt)"
      line.pad(to: columns.isWide ? columns.text - 1 - prompt.columns : 1)
      line.add("\(prompt) ", theme[.caution])
      line.add(scene.oneLine(text), theme[.muted])
    }
    canvas.put(line, row: rect.row, column: rect.column, maxWidth: rect.width - 1, ellipsis: scene.symbols.ellipsis)
  }
}
