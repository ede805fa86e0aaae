import ConsoleModel

extension Scene {
  /// What the line above messages that came late says.
  func words(for gap: GapMark) -> SafeText {
    let what: SafeText = gap.count == 1 ? "1 message came late" : "\(gap.count) messages came late"
    guard let from = gap.from else { return what }
    let start = environment.local(from)
    let end = environment.local(gap.until)
    let times: SafeText =
      start.clock == end.clock ? "at \(SafeText(end.clock))" : "\(SafeText(start.clock))-\(SafeText(end.clock))"
    return "connection lost \(times)\(dot)\(what)"
  }
}
