import ChatProtocol
import ConsoleModel

/// The AI's proposal that waits for a decision, between the messages and the composer: in a frame and under a title of
/// its own, so that it is taken for nothing that was said.
struct ProposalPane {
  private let scene: Scene
  private let proposal: Proposal
  private let waiting: Int
  private let columns: MessageColumns
  private let lines: ArraySlice<SafeText>
  private let hidden: Int
  /// Rows it takes; none where there is no room for a title and a line.
  let height: Int

  /// It shows this many rows of text, then it says how many more there are.
  static let maximumLines = 8

  init?(scene: Scene, conversation: Conversation, columns: MessageColumns, room: Rect) {
    guard let proposal = scene.state.openProposal(in: conversation.dialogID) else { return nil }
    self.scene = scene
    self.proposal = proposal
    self.columns = columns
    waiting = scene.state.proposals[conversation.dialogID]?.count ?? 1
    let all = SafeText.wrap(proposal.text, width: columns.textWidth)
    let limit = max(1, min(Self.maximumLines, room.height / 2 - 1))
    // The line that says how many are hidden takes the place of one.
    let count = all.count > limit ? max(1, limit - 1) : all.count
    lines = all.prefix(count)
    hidden = all.count - count
    height = room.height >= 3 ? 1 + lines.count + (hidden > 0 ? 1 : 0) : 0
  }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard rect.height == height, height > 0 else { return }
    let theme = scene.theme
    let symbols = scene.symbols
    canvas.put(symbols.horizontal * rect.width, row: rect.row, column: rect.column, style: theme[.assistant])
    var title = StyledLine(" \(symbols.assistant) AI PROPOSES", theme[.assistant].adding(.bold))
    if waiting > 1 { title.add(" (the newest of \(waiting))", theme[.muted]) }
    title.add("\(scene.dot)not sent ", theme[.caution])
    let used = canvas.put(
      title, row: rect.row, column: rect.column + 1, maxWidth: rect.width - 2, ellipsis: symbols.ellipsis)
    scene.putRight(
      keys, on: &canvas, in: Rect(row: rect.row, column: rect.column, width: rect.width - 1, height: 1), after: used + 1
    )
    for (index, text) in lines.enumerated() {
      canvas.put(gutter(text, .text), row: rect.row + 1 + index, column: rect.column, maxWidth: rect.width)
    }
    if hidden > 0 {
      let note: SafeText = "\(symbols.ellipsis) \(hidden) more \(hidden == 1 ? "line" : "lines") not shown"
      canvas.put(gutter(note, .muted), row: rect.endRow - 1, column: rect.column, maxWidth: rect.width)
    }
  }

  private func gutter(_ text: SafeText, _ role: Role) -> StyledLine {
    var line = StyledLine()
    line.pad(to: columns.gutter)
    line.add(scene.symbols.proposalGutter, scene.theme[.assistant])
    line.pad(to: columns.text)
    line.add(text, scene.theme[role])
    return line
  }

  /// What can be done, with the keys in force.
  private var keys: StyledLine {
    var line = StyledLine()
    guard !scene.state.session.isReadOnly else { return line }
    for (verb, word) in [(VerbID.approveProposal, "send"), (.editProposal, "change"), (.rejectProposal, "reject")] {
      guard let keys = scene.state.keymap.keys(of: verb, in: .conversation).first else { continue }
      line.add(" \(keys.label)", scene.theme[.key])
      line.add(" \(word) ", scene.theme[.muted])
    }
    return line
  }
}
