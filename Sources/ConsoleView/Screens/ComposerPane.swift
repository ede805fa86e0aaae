import ChatProtocol
import ConsoleModel

/// The reply under edit, or a quiet line that says how to begin one. Its prompt ends where message texts begin, so that
/// what is typed stands under what was said.
struct ComposerPane {
  private let scene: Scene
  private let conversation: Conversation
  private let composer: Composer
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
    textColumn = columns.isWide ? columns.text : Self.shortPrompt(scene).columns + 2
    // One cell is kept for the cursor after a full row.
    layout = TextBufferLayout(composer.buffer, width: min(columns.textWidth, room.width - textColumn - 1))
    if scene.state.isComposing {
      height = min(layout.rows.count, Self.maximumRows, max(1, room.height / 3))
    } else {
      height = density == .full ? 1 : 0
    }
  }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard !rect.isEmpty else { return }
    if scene.state.isComposing {
      drawEditor(on: &canvas, in: rect)
    } else {
      drawInvitation(on: &canvas, in: rect)
    }
  }

  // MARK: Writing

  private func drawEditor(on canvas: inout Canvas, in rect: Rect) {
    let theme = scene.theme
    let prompt = self.prompt
    canvas.put(
      prompt, row: rect.row, column: rect.column + textColumn - 1 - prompt.columns, style: theme[.reply])
    if composer.isBlock, rect.height > 1 {
      let note: SafeText = "block"
      canvas.put(
        note, row: rect.row + 1, column: rect.column + textColumn - 3 - note.columns, style: theme[.muted])
    }

    let left = rect.column + textColumn
    let top = max(0, min(layout.cursorRow - rect.height + 1, layout.rows.count - rect.height))
    for (index, row) in (top..<min(layout.rows.count, top + rect.height)).enumerated() {
      for cell in layout.cells(of: row) {
        canvas.put(cell.text, row: rect.row + index, column: left + cell.column, style: theme[.text])
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

  /// Says what is written and to whom; the visitor's name is cut so that the prompt keeps its place.
  private var prompt: SafeText {
    let head: SafeText = "REPLY to "
    let tail: SafeText = " \(scene.symbols.prompt)"
    guard columns.isWide else { return Self.shortPrompt(scene) }
    let name = scene.visitorName(scene.openEntry, id: conversation.dialogID)
    let room = columns.text - 2 - head.columns - tail.columns
    return "\(head)\(name.truncated(to: room, ellipsis: scene.symbols.ellipsis))\(tail)"
  }

  private static func shortPrompt(_ scene: Scene) -> SafeText { "REPLY \(scene.symbols.prompt)" }

  // MARK: Not writing

  private func drawInvitation(on canvas: inout Canvas, in rect: Rect) {
    let theme = scene.theme
    var line = StyledLine()
    if composer.buffer.isEmpty {
      let name = scene.visitorName(scene.openEntry, id: conversation.dialogID)
      line.pad(to: columns.isWide ? columns.text : 1)
      line.add(scene.key(of: .reply), theme[.key])
      line.add(" writes to \(name)", theme[.muted])
    } else {
      let prompt: SafeText = "draft \(scene.symbols.prompt)"
      line.pad(to: columns.isWide ? columns.text - 1 - prompt.columns : 1)
      line.add("\(prompt) ", theme[.caution])
      line.add(scene.oneLine(composer.buffer.text), theme[.muted])
    }
    canvas.put(line, row: rect.row, column: rect.column, maxWidth: rect.width - 1, ellipsis: scene.symbols.ellipsis)
  }
}
