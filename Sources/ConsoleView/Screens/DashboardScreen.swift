import ChatProtocol
import ConsoleModel

extension Scene {
  /// Draws the shop in numbers, from what this console knows, and says since when that is.
  func drawDashboard(on canvas: inout Canvas, in rect: Rect, density: Panes.Density) {
    var body = rect
    if density == .full { drawDashboardHeader(on: &canvas, in: takeHeader(of: &body, on: &canvas)) }
    guard let since = state.statistics.since else {
      drawSentence("Nothing has been counted yet: the list is being read.", on: &canvas, in: body)
      return
    }
    let needed = ConsoleState.dashboardRows - 4
    guard body.height < needed else { return drawDashboardBody(since: since, on: &canvas, in: body) }
    // What has no room is drawn whole and shown in part. Status bar and footer are drawn over what sticks out.
    var whole = Canvas(Size(columns: body.width, rows: needed), style: theme[.text])
    whole.targets.isKept = canvas.targets.isKept
    drawDashboardBody(since: since, on: &whole, in: whole.bounds)
    let top = min(state.dashboardTop, needed - body.height)
    canvas.draw(whole, row: body.row - top, column: body.column)
    canvas.targets.add(whole.targets, row: body.row - top, column: body.column, in: body)
    if density == .full {
      drawDashboardHeader(on: &canvas, in: Rect(row: rect.row, column: rect.column, width: rect.width, height: 2))
      canvas.hline(row: rect.row + 2, column: rect.column, width: rect.width, symbols.border, style: theme[.rule])
    }
  }

  private func drawDashboardBody(since: Timestamp, on canvas: inout Canvas, in rect: Rect) {
    let now = state.clock.now
    var body = rect
    if body.width >= 100 {
      // Numbers at the left, operators at the right; both charts below over the whole width.
      let wanted = max(9, min(body.height / 3, state.operatorLoads.count + 3))
      var upper = body.takeTop(min(body.height, wanted))
      let left = upper.takeLeft(upper.width / 2)
      drawNumbers(on: &canvas, in: left)
      drawOperators(on: &canvas, in: upper)
      drawCharts(since: since, now: now, on: &canvas, in: body)
    } else {
      drawNumbers(on: &canvas, in: body.takeTop(min(body.height, 8)))
      drawCharts(since: since, now: now, on: &canvas, in: body.takeTop(min(body.height, 6)))
      drawOperators(on: &canvas, in: body)
    }
  }

  private func drawDashboardHeader(on canvas: inout Canvas, in rect: Rect) {
    canvas.fill(rect, style: theme[.text])
    var title = StyledLine(" ", theme[.text])
    title.add("Dashboard", theme[.focusedTitle])
    canvas.put(title, row: rect.row, column: rect.column, maxWidth: rect.width)
    var second = StyledLine(" ", theme[.muted])
    if let since = state.statistics.since {
      second.add("counted by this console since \(moment(since)), at most the last hour", theme[.muted])
    }
    canvas.put(second, row: rect.row + 1, column: rect.column, maxWidth: rect.width, ellipsis: symbols.ellipsis)
  }

  // MARK: Numbers

  private func drawNumbers(on canvas: inout Canvas, in rect: Rect) {
    let list = state.list
    let hour = state.statistics.last(60, at: state.clock.now)
    let operators = hour.reduce(0) { $0 + $1.operators }
    let assistant = hour.reduce(0) { $0 + $1.assistant }
    let visitors = hour.reduce(0) { $0 + $1.visitors }
    var rows: [(label: SafeText, value: StyledLine, filter: String?)] = []
    var queue = styled("\(list.waitingCount)", list.waitingCount > 0 ? .waiting : .good)
    if let longest = longestWait {
      queue.add("\(dot)longest wait ", theme[.muted])
      queue.add(longest.words, theme[longest.role])
    }
    rows.append(("queue", queue, "is:waiting"))
    if let waits = state.statistics.waits(at: state.clock.now) {
      var line = styled("median ", .muted)
      line.add(words(waits.median), theme[.strong])
      line.add("\(dot)90 % within ", theme[.muted])
      line.add(words(waits.p90), theme[.strong])
      line.add("\(dot)of \(waits.count) taken", theme[.muted])
      rows.append(("waits", line, nil))
    } else {
      rows.append(("waits", styled("none has ended yet", .muted), nil))
    }
    var answers = styled("\(operators + assistant)", .strong)
    answers.add("\(dot)operators ", theme[.muted])
    answers.add("\(operators)", theme[.mine])
    answers.add("\(dot)AI ", theme[.muted])
    answers.add("\(assistant)", theme[.assistant])
    rows.append(("answers", answers, nil))
    rows.append(("visitors wrote", styled("\(visitors)", .visitor), nil))
    var mine = styled("\(list.mineCount)", list.mineCount > 0 ? .mine : .muted)
    mine.add("\(dot)unread in \(list.unreadCount)", theme[list.unreadCount > 0 ? .fresh : .muted])
    rows.append(("mine", mine, "is:mine"))
    var listed = styled("\(list.entries.count)", .text)
    if let total = state.health.totalDialogs, total > list.entries.count {
      listed.add(" of \(total)", theme[.muted])
    }
    rows.append(("dialogs listed", listed, ""))
    canvas.put(styled("Now, and the last hour", .strong), row: rect.row, column: rect.column + 2)
    for (index, row) in rows.prefix(max(0, rect.height - 1)).enumerated() {
      canvas.put(styled(row.label, .muted), row: rect.row + 1 + index, column: rect.column + 2)
      canvas.put(
        row.value, row: rect.row + 1 + index, column: rect.column + 18, maxWidth: rect.width - 19,
        ellipsis: symbols.ellipsis)
      if let filter = row.filter { canvas.targets.note(.counted(by: filter), in: rect.rows(1 + index..<2 + index)) }
    }
  }

  // MARK: Operators

  private func drawOperators(on canvas: inout Canvas, in rect: Rect) {
    guard rect.height >= 2 else { return }
    canvas.put(styled("Operators", .strong), row: rect.row, column: rect.column + 2)
    let loads = state.operatorLoads
    let barWidth = max(4, min(20, rect.width - 50))
    let most = max(1, loads.map(\.dialogs).max() ?? 1)
    let hasCapacities = loads.contains { $0.capacity != nil }
    for (index, load) in loads.prefix(rect.height - 1).enumerated() {
      let row = rect.row + 1 + index
      let role: Role = load.isMe ? .mine : .others
      var name: SafeText = managerName(Manager(id: load.id, name: load.name))
      if load.id == -1 { name = "not said who" }
      if load.isMe { name = "\(name.truncated(to: 14, ellipsis: symbols.ellipsis)) (you)" }
      var line = styled("\(load.isMe ? symbols.mine : symbols.others) ", role)
      line.add(name.truncated(to: 20, ellipsis: symbols.ellipsis), theme[role])
      line.pad(to: 23)
      line.add(SafeText("\(load.dialogs)").padded(to: 3, .trailing), theme[.strong])
      if let capacity = load.capacity { line.add("/\(capacity)", theme[.muted]) }
      line.pad(to: hasCapacities ? 30 : 28)
      line.add(bar(load.dialogs, of: most, width: barWidth), theme[role])
      line.pad(to: (hasCapacities ? 30 : 28) + barWidth + 1)
      if let status = load.status {
        let word: SafeText = "\(status.rawValue) "
        line.add(word.padded(to: 8), theme[status == .online ? .good : status == .away ? .caution : .muted])
      }
      if load.unanswered > 0 { line.add("\(load.unanswered) unanswered ", theme[.waiting]) }
      if load.answers > 0 { line.add("\(load.answers) answers", theme[.muted]) }
      canvas.put(line, row: row, column: rect.column + 2, maxWidth: rect.width - 3, ellipsis: symbols.ellipsis)
      canvas.targets.note(.counted(by: load.filter), in: rect.rows(1 + index..<2 + index))
    }
  }

  private func bar(_ value: Int, of most: Int, width: Int) -> SafeText {
    symbols.bar * (value == 0 ? 0 : max(1, value * width / most))
  }

  // MARK: Charts

  private func drawCharts(since: Timestamp, now: Timestamp, on canvas: inout Canvas, in rect: Rect) {
    guard rect.height >= 3 else { return }
    let charts: [(title: SafeText, role: Role, value: (Statistics.Minute) -> Int)] = [
      ("waiting, by the minute", .waiting, { $0.queue }),
      ("messages a minute", .visitor, { $0.messages }),
    ]
    let each = rect.height / charts.count
    // A cell a minute; where there is room, two.
    let cells = rect.width - 10
    let widths = cells >= 120 ? 2 : 1
    let minutes = state.statistics.last(min(60, cells / widths), at: now)
    for (index, chart) in charts.enumerated() {
      let values = minutes.map(chart.value)
      let most = values.max() ?? 0
      let area = Rect(row: rect.row + index * each, column: rect.column, width: rect.width, height: each)
      var title = styled(chart.title, .strong)
      title.add("\(dot)now \(values.last ?? 0)\(dot)most \(most)", theme[.muted])
      canvas.put(title, row: area.row, column: area.column + 2, maxWidth: area.width - 3, ellipsis: symbols.ellipsis)
      let height = min(8, area.height - 2)
      guard height > 0 else { continue }
      drawChart(values, most: most, widths: widths, style: theme[chart.role], on: &canvas, in: area, height: height)
    }
  }

  /// Columns of blocks that grow from a common line; the newest minute at the right.
  private func drawChart(
    _ values: [Int], most: Int, widths: Int, style: Style, on canvas: inout Canvas, in area: Rect, height: Int
  ) {
    let top = area.row + 1
    canvas.put(
      styled(SafeText("\(most)").padded(to: 5, .trailing), .muted), row: top, column: area.column)
    if height > 1 {
      canvas.put(styled(SafeText("0").padded(to: 5, .trailing), .muted), row: top + height - 1, column: area.column)
    }
    let steps = symbols.steps.count
    for (index, value) in values.enumerated() {
      let column = area.column + 7 + index * widths
      guard most > 0, value > 0 else {
        canvas.put(symbols.horizontal * widths, row: top + height - 1, column: column, style: theme[.rule])
        continue
      }
      let filled = max(1, value * height * steps / most)
      for row in 0..<height {
        let part = min(steps, filled - row * steps)
        guard part > 0 else { break }
        canvas.put(
          symbols.steps[part - 1] * widths, row: top + height - 1 - row, column: column, style: style)
      }
    }
  }
}
