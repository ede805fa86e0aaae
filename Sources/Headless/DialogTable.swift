public import ChatProtocol
public import ConsoleModel
import ConsoleView

/// The lines of `chatai list`: `#id`, who has it, how long it waits or when it was last heard of, the name, the last
/// words; aligned, and never wider than the terminal.
public enum DialogTable {
  /// One line for each entry.
  ///
  /// - Parameters:
  ///   - columns: The width to keep within; nil where nobody looks at it in a terminal.
  ///   - now: The wall clock.
  public static func lines(_ entries: [DialogEntry], columns: Int?, now: Timestamp, local: LocalMoment) -> [String] {
    let rows = entries.map { entry in
      (
        id: SafeText("#\(entry.id)"), holder: SafeText(holderWord(entry.holder)), time: time(entry, now, local),
        name: SafeText(entry.visitorName ?? "a guest"), text: SafeText(entry.lastLine?.text ?? "")
      )
    }
    let idWidth = rows.map(\.id.columns).max() ?? 0
    let holderWidth = rows.map(\.holder.columns).max() ?? 0
    let nameWidth = min(rows.map(\.name.columns).max() ?? 0, 24)
    return rows.map { row in
      let line: SafeText =
        "\(row.id.padded(to: idWidth))  \(row.holder.padded(to: holderWidth))  \(row.time.padded(to: 16))  "
        + row.name.fitted(to: nameWidth) + "  " + row.text
      let cut = columns.map { line.truncated(to: $0) } ?? line
      var text = cut.description[...]
      while text.last == " " { text.removeLast() }
      return String(text)
    }
  }

  /// Who has it, in a word.
  public static func holderWord(_ holder: Holder) -> String {
    switch holder {
    case .assistant: "ai"
    case .nobodyYet: "waiting"
    case .me: "mine"
    case .other(let manager?): manager.name ?? "operator \(manager.id)"
    case .other(nil): "operator"
    }
  }

  private static func time(_ entry: DialogEntry, _ now: Timestamp, _ local: LocalMoment) -> SafeText {
    if case .nobodyYet(let since?) = entry.holder { return SafeText("for \(span(now.duration(since: since)))") }
    return SafeText(local.minutes(entry.lastLine?.at ?? entry.dialog.lastMessageAt))
  }
}
