import ConsoleModel

extension Scene {
  /// The operator's own marks of a dialog in one line: `↑ high  z 15:00  vip refund`; empty for none.
  ///
  /// - Parameter isLong: Whether words stand beside the glyphs, and the labels behind them.
  func markLine(_ marks: DialogMarks, until isLong: Bool) -> StyledLine {
    var parts: [StyledLine] = []
    if marks.isUnread { parts.append(styled(isLong ? "\(symbols.markedUnread) unread" : symbols.markedUnread, .fresh)) }
    if let priority = marks.priority {
      let word: SafeText = isLong ? " \(priority.rawValue)" : .empty
      switch priority {
      case .urgent: parts.append(styled("\(symbols.high)\(symbols.high)\(word)", .alarm))
      case .high: parts.append(styled("\(symbols.high)\(word)", .waiting))
      case .low: parts.append(styled("\(symbols.low)\(word)", .muted))
      }
    }
    if let snooze = marks.snooze {
      let local = environment.local(snooze.until)
      // The day matters only where it is not today.
      let when =
        local.day == now.day || !isLong
        ? SafeText(local.short(today: now)) : SafeText(state.shortText(snooze.until))
      parts.append(styled("\(symbols.snoozed) \(when)", .caution))
    }
    if isLong, !marks.labels.isEmpty { parts.append(labelLine(marks)) }
    return joined(parts)
  }

  /// The labels: `[refund] [vip]`.
  func labelLine(_ marks: DialogMarks) -> StyledLine {
    joined(marks.labels.map { styled("[\(SafeText($0, limit: 24))]", .fresh) })
  }

  private func joined(_ parts: [StyledLine]) -> StyledLine {
    var line = StyledLine()
    for part in parts {
      if !line.isEmpty { line.add(" ", theme[.text]) }
      line.add(part)
    }
    return line
  }
}
