import ChatProtocol
import ConsoleModel

extension Scene {
  /// The top row: how the connection stands at the left, what waits and who we are at the right.
  func drawStatusBar(on canvas: inout Canvas, in rect: Rect, density: Panes.Density) {
    guard !rect.isEmpty else { return }
    let connection = self.connection
    let isNarrow = density == .compact
    var left = StyledLine(
      " \(connection.symbol) \(connection.words)", theme[connection.role].adding(.bold))
    if isNarrow, let entry = openEntry, state.showsConversation {
      left.add("\(dot)\(visitorName(entry, id: entry.id))", theme[.text])
    }
    if state.session.isReadOnly { left.add("\(dot)READ-ONLY", theme[.caution].adding(.bold)) }
    if !connection.caveat.isEmpty { left.add("\(dot)\(connection.caveat)", theme[.text]) }

    // The clock and what waits come before the end of a long sentence about the connection, all else after it.
    let items = statusItems
    var right = StyledLine()
    for (index, item) in items.enumerated() {
      let isVital = index < (isNarrow ? 1 : 2)
      let taken = isVital ? min(left.columns, rect.width / 2) : left.columns
      guard taken + right.columns + item.columns + 3 <= rect.width else { continue }
      var joined = item
      joined.add(right.isEmpty ? " " : "  ", theme[.text])
      joined.add(right)
      right = joined
    }
    canvas.put(
      left, row: rect.row, column: rect.column, maxWidth: rect.width - right.columns - 1, ellipsis: symbols.ellipsis)
    canvas.put(right, row: rect.row, column: rect.endColumn - right.columns)
    canvas.lay(.bar, under: rect, theme: theme)
  }

  /// From the right end of the bar to the left; those that find no room are left out.
  private var statusItems: [StyledLine] {
    var items: [StyledLine] = [styled(SafeText(now.clock), .text)]
    if state.list.waitingCount > 0 { items.append(styled("\(state.list.waitingCount) waiting", .waiting)) }
    let late = state.lateCount
    if late > 0 { items.append(styled("\(late) late", .overdue)) }
    if state.status != .online { items.append(styled(SafeText(state.status.rawValue), .caution)) }
    if state.list.unreadCount > 0 { items.append(styled("\(state.list.unreadCount) unread", .fresh)) }
    if state.list.mineCount > 0 { items.append(styled("\(state.list.mineCount) mine", .mine)) }
    if let name = state.session.operatorName {
      items.append(styled(SafeText(name, limit: 60).truncated(to: 20), .text))
    }
    items.append(styled(SafeText(state.session.serverName, limit: 120).truncated(to: 30), .muted))
    return items
  }
}
