import ChatProtocol
import LiveLink

/// What became of a link that was to be opened.
public enum LinkOutcome: Hashable, Sendable {
  /// A program has it.
  case opened
  /// There is none on this machine that could show it: it went to the clipboard.
  case copied
  /// It could not be opened; the system's reason.
  case failed(String)
}

/// Taking out of the console: links and what is copied.
extension ConsoleState {
  /// The messages on the screen, as the last frame showed them; the newest ones before the first frame.
  private func messagesOnScreen(of id: DialogID) -> [Message] {
    guard let timeline = links[id]?.timeline else { return [] }
    guard conversation?.dialogID == id, let shown = engine.viewport.messages else { return Array(timeline.suffix(10)) }
    return timeline.filter { shown.contains($0.id) }
  }

  /// The links on the screen, the newest message's first: what was just written is what is looked for.
  func linksOnScreen(of id: DialogID) -> [Link] {
    var links: [Link] = []
    for message in messagesOnScreen(of: id).reversed() {
      for link in Link.all(in: message.visibleText(on: session.capabilities)) where !links.contains(link) {
        links.append(link)
      }
    }
    return Array(links.prefix(9))
  }

  var linkAvailability: Availability {
    guard let id = conversation?.dialogID, focus == .conversation else { return .no("Open a dialog first") }
    return linksOnScreen(of: id).isEmpty ? .no("There is no link on the screen") : .yes
  }

  func linkItems(in id: DialogID) -> [Picker.Item] {
    linksOnScreen(of: id).map { link in
      var detail = link.address
      if let written = link.writtenHost { detail = "written \(written): \(detail)" }
      if let warning = link.warning { detail = "(!) \(warning): \(detail)" }
      return Picker.Item(.link(link.address), link.host, detail)
    }
  }

  mutating func openLink(_ address: String) {
    guard Link(address) != nil else { return }
    emit(.openLink(address))
    say(.info, "Opening \(address)")
  }

  mutating func linkOpened(_ address: String, _ outcome: LinkOutcome) {
    switch outcome {
    case .opened: say(.info, "Opened \(address)")
    case .copied: say(.info, "No browser here: the link is on the clipboard")
    case .failed(let reason): say(.error, "Not opened: \(reason)")
    }
  }

  // MARK: The clipboard

  /// What goes to the clipboard is no more than a terminal takes, without the line break that would run it in a shell.
  static let clipboardLimit = 56_244

  mutating func copy(_ text: String, as what: String) {
    var text = text
    while text.last?.isNewline == true { text.removeLast() }
    guard text.utf8.count <= Self.clipboardLimit else {
      return say(.warning, "Not copied: \(what) has more than \(Self.clipboardLimit) bytes")
    }
    emit(.copy(text))
    say(.info, "Copied \(what)")
  }

  var copyMessageAvailability: Availability {
    guard let id = target, links[id]?.timeline.isEmpty == false else { return .no("There is no message to copy") }
    return .yes
  }

  /// Copies the message that a search stands at, else the last one on the screen.
  mutating func copyMessage() {
    guard let id = target, let timeline = links[id]?.timeline else { return }
    var message = messagesOnScreen(of: id).last ?? timeline.last
    if let search, search.dialogID == id, let current = search.current {
      message = timeline.first { $0.id == search.matches[current] } ?? message
    }
    guard let message else { return }
    copy(message.visibleText(on: session.capabilities), as: "the message \(message.id)")
  }

  mutating func copyID() {
    guard let id = target else { return }
    copy("\(id)", as: "the dialog's number")
  }

  /// Copies the only link on the screen, or one that is chosen.
  mutating func copyLink() {
    guard let id = conversation?.dialogID else { return }
    let links = linksOnScreen(of: id)
    if links.count == 1 { copy(links[0].address, as: "the link") } else { pick(.copyLink(id)) }
  }
}
