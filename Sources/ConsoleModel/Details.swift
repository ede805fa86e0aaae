public import ChatProtocol

/// The window over the panes that tells about the visitor.
public struct Details: Hashable, Sendable {
  /// What it shows.
  public enum Page: Hashable, Sendable {
    /// The visitor, the hand-off with its brief, the notes, the earlier dialogs.
    case facts
    /// The visitor's earlier dialogs, to choose from.
    case earlier
  }

  /// About which dialog.
  public let dialogID: DialogID
  /// What it shows.
  public internal(set) var page: Page
  /// The first line to show; may be past the end, until the screen has reported where that is.
  public internal(set) var top = 0
  /// The earlier dialog under the cursor.
  public internal(set) var selection: DialogID?

  /// A window at its first line.
  public init(_ page: Page, of dialogID: DialogID) {
    self.page = page
    self.dialogID = dialogID
  }
}

extension ConsoleState {
  // MARK: Opening and closing

  /// `i`: the visitor's details, as a pane where there is room for one, else in a window over the panes.
  mutating func toggleDetails() {
    if details?.page == .facts {
      details = nil
    } else if details != nil {
      showDetails(.facts)
    } else if Layout(size).hasContextRoom, conversation != nil, focus == .conversation {
      contextChoice = !showsContext
      arrangeBoard()
    } else {
      showDetails(.facts)
    }
  }

  /// `H`: the visitor's earlier dialogs.
  mutating func toggleEarlier() {
    if details?.page == .earlier { details = nil } else { showDetails(.earlier) }
  }

  private mutating func showDetails(_ page: Details.Page) {
    guard let id = details?.dialogID ?? target else { return }
    var next = Details(page, of: id)
    if page == .earlier {
      let others = list.otherDialogs(ofVisitorIn: id)
      guard let first = others.first else {
        details = nil
        return say(.info, "No other dialog of this visitor is listed")
      }
      next.selection = first.id
    }
    loadBrief(of: id)
    details = next
  }

  /// Moves the cursor of the earlier dialogs, or scrolls the facts, whose end only the screen knows.
  mutating func moveDetails(by lines: Int) {
    guard let details else { return }
    switch details.page {
    case .facts:
      let (sum, overflow) = details.top.addingReportingOverflow(lines)
      self.details?.top = overflow ? .max : max(0, sum)
    case .earlier:
      let others = list.otherDialogs(ofVisitorIn: details.dialogID)
      guard !others.isEmpty else { return }
      let index = others.firstIndex { $0.id == details.selection } ?? 0
      self.details?.selection = others[min(max(0, index.addingClamped(lines)), others.count - 1)].id
    }
  }

  /// Opens the earlier dialog under the cursor, to be read only.
  mutating func openEarlier() {
    guard let details else { return }
    guard details.page == .earlier, let id = details.selection else {
      self.details = nil
      return
    }
    self.details = nil
    let origin = conversation?.earlierOf ?? details.dialogID
    open(id)
    if id != origin { conversation?.earlierOf = origin }
  }
}

extension Int {
  /// The sum, held inside what an `Int` can hold.
  func addingClamped(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other > 0 ? .max : .min) : sum
  }
}
