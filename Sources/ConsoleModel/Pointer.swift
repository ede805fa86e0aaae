public import ChatProtocol

/// What the mouse did, and over which cell. Only what the console acts on: the left button going down, and the wheel.
public struct MouseReport: Hashable, Sendable {
  /// What was done.
  public enum Act: Hashable, Sendable, CaseIterable {
    /// The left button went down.
    case press
    /// One notch of the wheel, away from the hand.
    case wheelUp
    /// One notch of the wheel, towards the hand.
    case wheelDown
  }

  /// What was done.
  public let act: Act
  /// The row, from 0.
  public let row: Int
  /// The column, from 0.
  public let column: Int

  /// A report.
  public init(_ act: Act, row: Int, column: Int) {
    self.act = act
    self.row = row
    self.column = column
  }
}

/// What stands under the pointer, as the last frame drew it: a click means what its eyes saw, even if something has
/// moved since.
public enum PointerTarget: Hashable, Sendable {
  /// The list where no dialog is: its header, the room below the last one.
  case list
  /// A dialog of the list, or of the visitor's earlier ones.
  case dialog(DialogID)
  /// A tab above the list, from 0.
  case tab(Int)
  /// The messages of a dialog, or its header.
  case conversation(DialogID)
  /// Where a dialog is answered.
  case composer(DialogID)
  /// A place in the text that is written to a dialog: where the cursor goes.
  case text(DialogID, at: Int)
  /// A line of the window that is open, counted from the first there is, shown or not.
  case choice(Int)
  /// A line of the monitor, by its number in the log.
  case logLine(Int)
  /// What a row of the dashboard counts, as the filter that lets it through.
  case counted(by: String)
  /// Another part of a window, or of a screen without a list.
  case window
}

/// The mouse, where the settings have it read. It does nothing that a key does not, and it answers no question: a click
/// that slips must not send or give away anything.
extension ConsoleState {
  /// How far a notch of the wheel goes.
  static let wheelLines = 3

  /// The mouse did something over a part of the screen.
  mutating func point(_ act: MouseReport.Act, at target: PointerTarget) {
    pendingKeys = nil
    switch act {
    case .press:
      if notice?.level == .info { notice = nil }
      click(target)
    case .wheelUp: turnWheel(by: -Self.wheelLines, over: target)
    case .wheelDown: turnWheel(by: Self.wheelLines, over: target)
    }
  }

  // MARK: Clicks

  private mutating func click(_ target: PointerTarget) {
    switch (mode, target) {
    case (.confirm, _), (.password, _): break
    case (.pick, .choice(let index)): clickPicker(at: index)
    case (.palette, .choice(let index)):
      if palette?.selected == index { runFromPalette() } else { palette?.selected = index }
    case (.command, .choice(let index)):
      let place = commandLine?.selected ?? -1
      if place != index { commandLine?.select(index - place) }
    case (.details, .dialog(let id)) where details?.page == .earlier:
      if details?.selection == id { openEarlier() } else { details?.selection = id }
    case (.monitor, .logLine(let line)):
      if monitor.selection == line { openMonitored() } else { monitor.selection = line }
    case (.dashboard, .counted(let filter)): showCounted(by: filter)
    case (.list, _), (.conversation, _), (.compose, _), (.filter, _), (.search, _): clickDesk(target)
    default: break
    }
  }

  private mutating func clickPicker(at index: Int) {
    guard let picker else { return }
    // Where a digit chooses a line at once, so does a click on it.
    if picker.picksByDigit {
      choose(at: index)
    } else if picker.selection == index {
      choosePicked()
    } else {
      self.picker?.selection = index
    }
  }

  private mutating func clickDesk(_ target: PointerTarget) {
    switch target {
    case .dialog(let id):
      let isSecond = mode == .list && list.selection == id
      turnToList()
      list.select(id)
      if isSecond { open(id) }
    case .list: turnToList()
    case .tab(let index):
      leaveComposer()
      chooseTab("\(index + 1)")
    case .conversation(let id): turnTo(id)
    case .composer(let id): clickComposer(of: id)
    case .text(let id, let place):
      guard mode == .compose, conversation?.dialogID == id else { return clickComposer(of: id) }
      editComposer { $0.placeCursor(at: place) }
    case .choice, .logLine, .counted, .window: break
    }
  }

  private mutating func clickComposer(of id: DialogID) {
    guard !(mode == .compose && conversation?.dialogID == id) else { return }
    turnTo(id)
    perform(Command(.reply))
  }

  /// Goes from a number of the dashboard to the dialogs that it counts.
  private mutating func showCounted(by filter: String) {
    screen = .desk
    turnToList()
    list.setFilter(DialogFilter(filter))
    list.thaw()
  }

  /// Gives the list the keys. What is being written stays, as with Esc.
  private mutating func turnToList() {
    leaveTyping()
    if focus == .conversation { conversation?.firstUnread = nil }
    focus = .list
    list.freeze()
  }

  /// Gives a conversation on the screen the keys.
  private mutating func turnTo(_ id: DialogID) {
    leaveTyping()
    if conversation?.dialogID == id { focus = .conversation } else { open(id) }
  }

  private mutating func leaveTyping() {
    leaveComposer()
    filterInput = nil
    if search?.isTyping == true { keepSearch() }
  }

  // MARK: The wheel

  private mutating func turnWheel(by lines: Int, over target: PointerTarget) {
    switch (mode, target) {
    case (.pick, .choice), (.pick, .window): movePicker(by: lines.signum())
    case (.palette, .choice), (.palette, .window): palette?.move(by: lines.signum())
    case (.help, .window): scrollHelp(by: lines)
    case (.details, .window), (.details, .dialog):
      moveDetails(by: details?.page == .earlier ? lines.signum() : lines)
    case (.monitor, _), (.dashboard, _): moveScreen(by: lines)
    case (.list, _), (.conversation, _), (.compose, _), (.filter, _), (.search, _): turnWheelOnDesk(by: lines, target)
    default: break
    }
  }

  private mutating func turnWheelOnDesk(by lines: Int, _ target: PointerTarget) {
    switch target {
    case .list, .dialog, .tab:
      if focus == .list { list.freeze() }
      list.moveSelection(by: lines)
    case .conversation(let id) where id == conversation?.dialogID: scroll(up: -lines)
    case .conversation(let id) where board.slots.contains(id): scrollResting(id, up: -lines)
    case .conversation, .composer, .text, .choice, .logLine, .counted, .window: break
    }
  }
}
