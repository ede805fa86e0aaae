import ConsoleModel

/// Where everything stands on a screen of some size. All rectangles are disjoint and inside of the screen.
struct Panes: Equatable {
  /// How much there is room for.
  enum Density: Equatable {
    /// Below 40x8: a sentence that says so.
    case tooSmall
    /// Below 60x15: the status bar, and the panes without headers and hints.
    case compact
    /// Everything.
    case full
  }

  let density: Density
  let status: Rect
  /// Everything between the status bar and the footer.
  private(set) var body = Rect.none
  /// The list with its header; empty when it is not shown.
  private(set) var list = Rect.none
  /// The open dialog with its header and composer; empty when it is not shown. On the board it is one of the slots.
  private(set) var chat = Rect.none
  /// The conversations side by side, in the order of the board; empty where one stands alone.
  private(set) var slots: [Rect] = []
  /// The visitor's facts; empty when they are not shown.
  private(set) var context = Rect.none
  /// The key hints; empty when they are not shown.
  private(set) var footer = Rect.none

  /// Rows above the rule that parts a pane's header from its content.
  static let headerRows = 2

  /// Lays the screen out.
  ///
  /// - Parameters:
  ///   - prefersChat: whether the open dialog is shown where there is room for one pane only.
  ///   - showsContext: whether the visitor's facts stand beside the messages.
  ///   - slots: how many conversations stand side by side.
  ///   - open: which of them is the open one.
  init(_ size: Size, prefersChat: Bool, showsContext: Bool = false, slots slotCount: Int = 1, open: Int? = nil) {
    let screen = Rect(size)
    status = Rect(row: 0, column: 0, width: screen.width, height: min(1, screen.height))
    guard size.columns >= 40, size.rows >= 8 else {
      density = .tooSmall
      return
    }
    let layout = Layout(size)
    let isCompact = layout.isCompact
    density = isCompact ? .compact : .full
    body = Rect(row: 1, column: 0, width: screen.width, height: screen.height - 1)
    if !isCompact { footer = body.takeBottom(1) }

    guard layout.showsBothPanes else {
      if prefersChat { chat = body } else { list = body }
      return
    }
    var rest = body
    if showsContext { context = rest.takeRight(Layout.contextColumns) }
    guard slotCount > 1, let open, open < slotCount else {
      list = rest.takeLeft(layout.listWidth)
      chat = rest
      return
    }
    // All slots are equally wide, so that a text is laid out once for all of them; the list has what is left over.
    let width = (rest.width - layout.listWidth - slotCount) / slotCount
    list = rest.takeLeft(rest.width - slotCount * (width + 1))
    for _ in 0..<slotCount { slots.append(rest.takeLeft(width)) }
    chat = slots[open]
  }

  /// The columns of the lines between panes.
  var dividers: [Int] {
    [list, context].filter { !$0.isEmpty && !chat.isEmpty }.map { $0.column == 0 ? $0.endColumn : $0.column - 1 }
      + slots.dropLast().map(\.endColumn)
  }
}

extension Rect {
  static let none = Rect(row: 0, column: 0, width: 0, height: 0)

  /// Cuts columns off at the left and one more for the line between; returns what was cut off.
  mutating func takeLeft(_ columns: Int) -> Rect {
    let taken = Rect(row: row, column: column, width: columns, height: height)
    self = Rect(row: row, column: column + columns + 1, width: width - columns - 1, height: height)
    return taken
  }

  /// Cuts columns off at the right and one more for the line between; returns what was cut off.
  mutating func takeRight(_ columns: Int) -> Rect {
    let taken = Rect(row: row, column: endColumn - columns, width: columns, height: height)
    self = Rect(row: row, column: column, width: width - columns - 1, height: height)
    return taken
  }

  /// Cuts rows off at the top; returns them. Never more than there are.
  mutating func takeTop(_ rows: Int) -> Rect {
    let count = min(max(0, rows), height)
    let taken = Rect(row: row, column: column, width: width, height: count)
    self = Rect(row: row + count, column: column, width: width, height: height - count)
    return taken
  }

  /// Cuts rows off at the bottom; returns them. Never more than there are.
  mutating func takeBottom(_ rows: Int) -> Rect {
    let count = min(max(0, rows), height)
    let taken = Rect(row: endRow - count, column: column, width: width, height: count)
    self = Rect(row: row, column: column, width: width, height: height - count)
    return taken
  }
}
