import ChatProtocol
import LiveLink

/// Going back in a conversation until something is found, page by page.
struct OlderSeek: Hashable, Sendable {
  enum Purpose: Hashable, Sendable {
    /// The first message of all.
    case beginning
    /// What is searched for, further back than this; nil: anywhere.
    case match(before: MessageID?)
    /// One message.
    case message(MessageID)
    /// The transcript is to have all of it.
    case export(TranscriptFormat, path: String?)
  }

  var dialogID: DialogID
  var purpose: Purpose
}

/// What is older than the loaded part of the open conversation.
extension ConsoleState {
  /// Whoever waits for something has larger pages than whoever reads.
  private static let seekPage = 1000

  /// Whether the server has messages of a dialog that are not here.
  func hasOlder(_ id: DialogID) -> Bool {
    switch links[id]?.older {
    case .more, .loading, .failed: true
    case .unknown, .beginning, .tooMany, nil: false
    }
  }

  /// The frame shows the first message that is here: more is fetched before the operator asks.
  mutating func sawTop(_ viewport: Viewport) {
    guard let id = conversation?.dialogID else { return }
    saw(viewport.messages?.lowerBound, asOldestOf: id)
  }

  /// The same of any conversation that is on the screen.
  mutating func saw(_ oldest: MessageID?, asOldestOf id: DialogID) {
    guard let oldest, let link = links[id], link.older == .more, oldest == link.timeline.firstID else { return }
    feed(.wantOlder(), toLinkOf: id)
  }

  /// A key that goes up at the top tries again what has failed.
  mutating func retryOlder() {
    guard let id = conversation?.dialogID, case .failed? = links[id]?.older,
      engine.viewport.messages?.lowerBound == links[id]?.timeline.firstID
    else { return }
    feed(.wantOlder(), toLinkOf: id)
  }

  /// Goes back until something is here; whatever was sought before is not any more.
  mutating func seekOlder(_ purpose: OlderSeek.Purpose, in id: DialogID) {
    engine.seek = OlderSeek(dialogID: id, purpose: purpose)
    if case .failed? = links[id]?.older { feed(.wantOlder(limit: Self.seekPage), toLinkOf: id) }
    goOnSeeking(in: id)
  }

  /// The operator has gone elsewhere in the conversation.
  mutating func stopSeekingBeginning() {
    if engine.seek?.purpose == .beginning { engine.seek = nil }
  }

  /// Whether older messages are being searched for the words.
  public var isSearchingOlder: Bool {
    if case .match? = engine.seek?.purpose { true } else { false }
  }

  /// Whether there are messages of the open dialog that the search has not looked at.
  public var hasUnsearched: Bool { search.map { hasOlder($0.dialogID) } ?? false }

  /// Something older has come, or will not come.
  mutating func goOnSeeking(in id: DialogID) {
    guard let seek = engine.seek, seek.dialogID == id, let link = links[id] else { return }
    if seek.purpose == .beginning, conversation?.dialogID == id { conversation?.scroll = .top }
    guard !isFound(seek) else {
      engine.seek = nil
      return found(seek)
    }
    switch link.older {
    case .more: feed(.wantOlder(limit: Self.seekPage), toLinkOf: id)
    case .unknown, .loading: break
    case .failed(let why):
      engine.seek = nil
      if case .export = seek.purpose {
        say(.error, "Not written: the older messages of #\(id) could not be read: \(why)")
      }
    case .beginning, .tooMany:
      engine.seek = nil
      ended(seek, isWhole: link.older == .beginning)
    }
  }

  private func isFound(_ seek: OlderSeek) -> Bool {
    switch seek.purpose {
    case .beginning, .export: false
    case .match(let bound): search?.matches.first.map { $0 < bound ?? .max } ?? false
    case .message(let message): links[seek.dialogID]?.timeline[id: message] != nil
    }
  }

  private mutating func found(_ seek: OlderSeek) {
    guard case .match(let bound) = seek.purpose else { return }
    goToMatch { matches in matches.lastIndex { $0 < bound ?? .max } }
  }

  /// All pages have come.
  private mutating func ended(_ seek: OlderSeek, isWhole: Bool) {
    switch seek.purpose {
    case .beginning: break
    case .match: noOlderMatch()
    case .message: say(.warning, "The message is not in #\(seek.dialogID) any more")
    case .export(let format, let path):
      write(seek.dialogID, as: format, to: path)
      if !isWhole { say(.warning, "#\(seek.dialogID) has more messages than a console holds: the newest are written") }
    }
  }
}
