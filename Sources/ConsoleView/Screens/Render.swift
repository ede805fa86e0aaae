import ChatProtocol
public import ConsoleModel

/// A drawn screen, and what drawing it found out.
public struct Frame: Sendable {
  /// The screen.
  public var canvas: Canvas
  /// How much of list and messages was shown, and where the messages came to rest: to be told to the model as
  /// `ConsoleEvent.viewport` whenever it differs from the last one.
  public var viewport: Viewport
}

/// Draws the console. Pure: the same values give the same frame, and the cache changes only what it costs.
///
/// Nothing in a state can make it fail; a size without room gets a sentence, or nothing at 0x0.
public func render(
  _ state: ConsoleState, size: Size, theme: Theme, environment: RenderEnvironment, cache: inout LayoutCache
) -> Frame {
  var canvas = Canvas(size, style: theme[.text])
  canvas.tokenAttributes = theme[.token].attributes
  canvas.tokenForeground = theme[.token].foreground == .standard ? nil : theme[.token].foreground
  canvas.targets.isKept = state.settings.mouse
  let scene = Scene(state: state, theme: theme, environment: environment)
  let panes = scene.panes(size)
  guard panes.density != .tooSmall else {
    scene.drawTooSmall(on: &canvas)
    return Frame(
      canvas: canvas, viewport: Viewport(messageLines: 0, scroll: state.conversation?.scroll ?? .bottom, listRows: 0))
  }

  var viewport = Viewport(messageLines: 0, scroll: state.conversation?.scroll ?? .bottom, listRows: 0)
  switch state.screen {
  case .desk: viewport = scene.drawDesk(panes, on: &canvas, cache: &cache)
  case .monitor:
    canvas.targets.note(.window, in: panes.body)
    viewport.lastLogLine = scene.drawMonitor(on: &canvas, in: panes.body, density: panes.density)
  case .dashboard:
    canvas.targets.note(.window, in: panes.body)
    scene.drawDashboard(on: &canvas, in: panes.body, density: panes.density)
  }
  viewport.detailsTop = state.details.map { scene.drawDetails($0, on: &canvas, over: panes.body) }
  scene.drawStatusBar(on: &canvas, in: panes.status, density: panes.density)
  viewport.previewTop = scene.drawPreview(on: &canvas, over: panes.chat.isEmpty ? panes.body : panes.chat)
  scene.drawSentSearch(on: &canvas, over: panes.chat.isEmpty ? panes.body : panes.chat)
  if let picker = state.picker { scene.drawPicker(picker, on: &canvas, over: panes.body) }
  viewport.helpTop = state.help.map { scene.drawHelp($0, on: &canvas, over: panes.body) }
  scene.drawCommandLine(on: &canvas, over: panes.body)
  scene.drawPasswordPrompt(on: &canvas, over: panes.body)
  scene.drawPalette(on: &canvas, over: panes.body)
  scene.drawKeyPopup(on: &canvas, over: panes.body)
  if panes.density == .full {
    scene.drawFooter(on: &canvas, in: panes.footer)
  } else {
    scene.drawUrgent(on: &canvas, in: panes.status)
  }
  if state.prompt != nil { canvas.cursor = nil }
  return Frame(canvas: canvas, viewport: viewport)
}

extension Scene {
  /// Where everything stands.
  fileprivate func panes(_ size: Size) -> Panes {
    let open = state.conversation.flatMap { state.board.slots.firstIndex(of: $0.dialogID) }
    return Panes(
      size, prefersChat: state.conversation != nil && (state.focus == .conversation || state.isComposing),
      showsContext: state.showsContext, slots: open == nil ? 1 : state.board.slots.count, open: open)
  }

  /// Draws the list, the conversations and the context; returns what was shown of them.
  fileprivate func drawDesk(_ panes: Panes, on canvas: inout Canvas, cache: inout LayoutCache) -> Viewport {
    let listRows = drawList(on: &canvas, in: panes.list, density: panes.density)
    let resting = drawRestingSlots(panes, on: &canvas, cache: &cache)
    let chat = drawChat(on: &canvas, in: panes.chat, density: panes.density, cache: &cache)
    drawContext(on: &canvas, in: panes.context)
    drawDividers(panes, on: &canvas)
    var viewport = Viewport(
      messageLines: chat.messageLines, scroll: chat.scroll, listRows: listRows, newestShown: chat.newest,
      messages: chat.messages)
    viewport.resting = resting
    return viewport
  }

  /// Draws the conversations of the board that are not the open one; returns where they came to rest.
  fileprivate func drawRestingSlots(
    _ panes: Panes, on canvas: inout Canvas, cache: inout LayoutCache
  ) -> [DialogID: Viewport.Resting] {
    var resting: [DialogID: Viewport.Resting] = [:]
    for (id, rect) in zip(state.board.slots, panes.slots) where id != state.conversation?.dialogID {
      let scene = Scene(state: state.resting(in: id), theme: theme, environment: environment)
      let cursor = canvas.cursor
      let chat = scene.drawChat(on: &canvas, in: rect, density: panes.density, isResting: true, cache: &cache)
      // One at its end is told only when it was elsewhere: news in it must not change what is told.
      if state.board.resting[id].map({ $0.scroll != .bottom }) ?? false {
        resting[id] = Viewport.Resting(scroll: chat.scroll, oldest: chat.messages?.lowerBound)
      }
      canvas.cursor = cursor
    }
    return resting
  }

  /// The console goes on working; only the window is too small to show it.
  fileprivate func drawTooSmall(on canvas: inout Canvas) {
    let size = canvas.size
    let lines =
      ("\(connection.symbol) \(connection.words)\(dot)the window is \(size.columns)x\(size.rows), too small"
      + " to show chats: make it 40x8 or more" as SafeText).wrapped(to: size.columns)
    for (row, line) in lines.prefix(size.rows).enumerated() {
      canvas.put(line, row: row, column: 0, style: theme[.text])
    }
  }

  fileprivate func drawDividers(_ panes: Panes, on canvas: inout Canvas) {
    for column in panes.dividers {
      canvas.vline(row: panes.body.row, column: column, height: panes.body.height, symbols.border, style: theme[.rule])
      guard panes.density == .full else { continue }
      canvas.put(symbols.crossing, row: panes.body.row + Panes.headerRows, column: column, style: theme[.rule])
    }
  }
}
