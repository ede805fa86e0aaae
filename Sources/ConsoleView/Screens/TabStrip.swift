import ConsoleModel

extension Scene {
  /// Draws the tabs in a row.
  func drawTabs(on canvas: inout Canvas, in row: Rect) {
    let strip = tabStrip(width: row.width)
    canvas.put(strip.line, row: row.row, column: row.column, maxWidth: row.width, ellipsis: symbols.ellipsis)
    for tab in strip.tabs {
      let rect = Rect(row: row.row, column: row.column + tab.columns.lowerBound, width: tab.columns.count, height: 1)
      canvas.targets.note(.tab(tab.index), in: rect.intersection(row))
    }
  }

  /// The tabs above the list, each with how many dialogs it has; the one in force stands in brackets, so that it shows
  /// without colour too. Where there is no room for all, those around it are shown.
  private func tabStrip(width: Int) -> Strip {
    let state = state
    let selected = state.openTab
    let tabs = state.tabs.enumerated().map { index, tab in
      let count = state.list.counts.indices.contains(index) ? state.list.counts[index] : 0
      return (name: SafeText(tab.name, limit: 40).truncated(to: 16, ellipsis: symbols.ellipsis), count: count)
    }
    let lines = tabs.enumerated().map { index, tab in
      let isOpen = index == selected
      var line = StyledLine(isOpen ? "[" : " ", theme[.key])
      line.add(tab.name, theme[isOpen ? .focusedTitle : .muted])
      if tab.count > 0 {
        line.add(" \(tab.count)", theme[tabRole(state.tabs[index])])
      }
      line.add(isOpen ? "]" : " ", theme[.key])
      return line
    }
    return window(of: lines, around: selected ?? 0, width: width)
  }

  /// What is counted in its own colour: what needs the operator.
  private func tabRole(_ tab: FilterTab) -> Role {
    switch tab.filter {
    case "is:waiting": .waiting
    case "is:mine": .mine
    case "is:unread": .fresh
    default: .muted
    }
  }

  /// As many neighbours as fit, on both sides of one.
  private func window(of lines: [StyledLine], around index: Int, width: Int) -> Strip {
    var strip = Strip()
    guard lines.indices.contains(index) else { return strip }
    var range = index..<index + 1
    func columns(_ range: Range<Int>) -> Int {
      lines[range].reduce(0) { $0 + $1.columns } + (range.lowerBound > 0 ? 1 : 0)
        + more(than: range.upperBound, of: lines.count).columns
    }
    var grows = true
    while grows {
      grows = false
      for wider in [
        max(0, range.lowerBound - 1)..<range.upperBound, range.lowerBound..<min(lines.count, range.upperBound + 1),
      ]
      where wider != range && columns(wider) <= width {
        range = wider
        grows = true
        break
      }
    }
    if range.lowerBound > 0 { strip.line.add(symbols.ellipsis, theme[.muted]) }
    for index in range {
      strip.tabs.append((index, strip.line.columns..<strip.line.columns + lines[index].columns))
      strip.line.add(lines[index])
    }
    strip.line.add(more(than: range.upperBound, of: lines.count), theme[.muted])
    return strip
  }

  /// `+3`: how many tabs stand further right.
  private func more(than shown: Int, of count: Int) -> SafeText { shown < count ? "+\(count - shown)" : .empty }
}

/// The tabs in a row, and where each of them stands.
private struct Strip {
  var line = StyledLine()
  var tabs: [(index: Int, columns: Range<Int>)] = []
}
