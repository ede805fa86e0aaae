import ChatProtocol

/// The cursor and the filter.
extension ConsoleState {
  /// Moves the cursor of the list, or scrolls the messages.
  mutating func move(lines: Int) {
    guard focus == .list, !isComposing else { return scroll(up: -lines) }
    list.freeze()
    list.moveSelection(by: lines)
  }

  /// Moves by screens, with a line of overlap in the messages.
  mutating func movePage(_ pages: Int) {
    if focus == .list, !isComposing {
      move(lines: pages * max(1, listPageRows - 1))
    } else {
      scroll(up: -pages * max(1, messagePageLines - 1))
    }
  }

  /// Moves to an end of the list or of the messages.
  mutating func moveToEnd(first: Bool) {
    if focus == .list {
      move(lines: first ? -list.shown.count : list.shown.count)
    } else {
      scroll(to: first ? .top : .bottom)
    }
  }

  /// Leaves what is open: the conversation for the list; in the list, the filter and the frozen order.
  mutating func goBack() {
    if focus == .conversation, search != nil { return dropSearch() }
    if let origin = conversation?.earlierOf, focus == .conversation {
      open(origin)
    } else if focus == .conversation {
      focus = .list
      conversation?.firstUnread = nil
    } else {
      dropFilter()
    }
    list.thaw()
  }

  /// Opens the dialog of a number (`4821`, `#4821`), in the list or not; without one that under the cursor.
  mutating func openDialog(named number: String?) {
    guard let id = number?.dialogNumber ?? list.selection else { return }
    if list.entries[id] == nil { emit(.loadDialog(id)) }
    open(id)
  }

  // MARK: Attention

  /// Opens the dialog that needs the operator most; from one that does, the next (or the one before) in order.
  mutating func openNextAttention(_ step: Int) {
    let ids = list.needingAttention
    guard !ids.isEmpty else { return }
    let current = target.flatMap(ids.firstIndex(of:))
    let start = step > 0 ? 0 : ids.count - 1
    let index = current.map { ($0 + step + ids.count) % ids.count } ?? start
    // The cursor may stand on the most urgent one without it being open yet.
    let isOpen = current.map { ids[$0] == conversation?.dialogID && focus == .conversation } ?? false
    let id = current != nil && !isOpen && step > 0 ? ids[0] : ids[index]
    if id == conversation?.dialogID, focus == .conversation {
      say(.info, "No other dialog needs you")
      return
    }
    open(id)
    if let entry = list.entries[id] {
      say(.info, entry.attentionReason(at: clock, level: serviceLevel, times: settings.timeFormat))
    }
  }

  // MARK: Filter

  /// Starts typing the filter, from the one that is in force.
  mutating func startFilter() {
    focus = .list
    filterInput = TextBuffer(list.filter.text)
  }

  /// Edits the filter; the list follows at once.
  mutating func editFilter(_ edit: (inout TextBuffer) -> Void) {
    guard var input = filterInput else { return }
    edit(&input)
    filterInput = input
    list.setFilter(DialogFilter(input.text))
  }

  /// Drops the filter and its line.
  mutating func clearFilter() {
    filterInput = nil
    dropFilter()
  }

  private mutating func dropFilter() {
    let text = list.filter.text
    guard !text.isEmpty else { return }
    list.setFilter(DialogFilter())
    did("Dropping the filter “\(text)”", .filter(text))
  }

  // MARK: Pages

  /// How many dialogs fit: as the screen said, or a guess before the first frame.
  private var listPageRows: Int {
    engine.viewport.listRows > 0 ? engine.viewport.listRows : max(1, size.rows - 4)
  }

  private var messagePageLines: Int {
    engine.viewport.messageLines > 0 ? engine.viewport.messageLines : max(1, size.rows - 6)
  }

  /// How many lines a page of help has.
  var helpPageLines: Int { max(1, size.rows - 4) }

  /// Moves the help; its end is known to the screen only.
  mutating func scrollHelp(by lines: Int) {
    guard let top = help?.top else { return }
    let (sum, overflow) = top.addingReportingOverflow(lines)
    help?.top = overflow ? .max : max(0, sum)
  }
}

extension Unread {
  /// `3 unread`, `1+ unread`.
  public var words: String { "\(count)\(isAtLeast ? "+" : "") unread" }
}
