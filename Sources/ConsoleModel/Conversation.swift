public import ChatProtocol

/// The dialog in the message pane. Its messages are in its link's timeline.
public struct Conversation: Hashable, Sendable {
  /// Which dialog.
  public let dialogID: DialogID
  /// Where the pane looks.
  public internal(set) var scroll: ScrollPosition = .bottom
  /// The first message that was unread when the dialog was opened; the divider stands above it.
  public internal(set) var firstUnread: MessageID?
  /// The newest message that has been on the screen.
  public internal(set) var seenThrough: MessageID?
  /// How many messages came in below what the pane shows.
  public internal(set) var newBelow = 0
  /// The dialog that it was opened from, if it is an earlier one of the same visitor: then it is only read.
  public internal(set) var earlierOf: DialogID?
  /// What of the messages' raw text is shown.
  public internal(set) var reveal = Reveal.nothing

  /// A dialog just opened, at its end.
  public init(dialogID: DialogID) {
    self.dialogID = dialogID
  }
}

/// Where the message pane looks. Only the screen knows where lines break; so a position is counted in lines from a
/// message, and the screen reports where it came to rest (`ConsoleEvent.viewport`).
public enum ScrollPosition: Hashable, Sendable {
  /// At the end, and staying there as messages come.
  case bottom
  /// The pane's last line is `linesUp` lines above the last line of the message `anchor`
  /// (negative: below it). A missing anchor counts from the end of the timeline.
  case held(anchor: MessageID?, linesUp: Int)
  /// At the very first line.
  case top

  /// So many lines further up. Where the ends are, in lines, only the next frame tells.
  ///
  /// - Parameter last: the newest message.
  func moved(up lines: Int, last: MessageID?) -> ScrollPosition {
    switch self {
    case .bottom: lines > 0 ? .held(anchor: last, linesUp: lines) : .bottom
    case .held(let anchor, let linesUp): .held(anchor: anchor, linesUp: linesUp + lines)
    case .top: .top
    }
  }
}

/// What the last frame showed, as the screen reports it: the model knows no line breaks and no heights.
public struct Viewport: Hashable, Sendable {
  /// The height of the message pane in lines; 0 when it is not shown.
  public var messageLines: Int
  /// Where the pane really came to rest: `bottom` if its last line is the timeline's last, and never past either end.
  public var scroll: ScrollPosition
  /// How many dialogs the list shows at once; 0 when it is not shown.
  public var listRows: Int
  /// The first line of the help that was shown, held inside what there is; nil when it is closed.
  public var helpTop: Int?
  /// The same for the text that a question is about; nil when there is none.
  public var previewTop: Int?
  /// The newest message of the open dialog that is on the screen; nil for none.
  public var newestShown: MessageID?
  /// The first line of the details that was shown, held inside what there is; nil when they are closed.
  public var detailsTop: Int?
  /// The messages of the open dialog that are on the screen, by their ids; nil for none.
  public var messages: ClosedRange<MessageID>?
  /// The other conversations of the board.
  public var resting: [DialogID: Resting] = [:]
  /// The last line of the monitor that was shown; nil when it is closed or empty.
  public var lastLogLine: Int?

  /// A conversation of the board that is not the open one.
  public struct Resting: Hashable, Sendable {
    /// Where it really came to rest.
    public var scroll: ScrollPosition
    /// The oldest message of it that is on the screen; nil for none.
    public var oldest: MessageID?

    /// Makes a report.
    public init(scroll: ScrollPosition, oldest: MessageID?) {
      self.scroll = scroll
      self.oldest = oldest
    }
  }

  /// Makes a report.
  public init(
    messageLines: Int, scroll: ScrollPosition, listRows: Int, helpTop: Int? = nil, newestShown: MessageID? = nil,
    detailsTop: Int? = nil,
    messages: ClosedRange<MessageID>? = nil
  ) {
    self.newestShown = newestShown
    self.messages = messages
    self.messageLines = messageLines
    self.scroll = scroll
    self.listRows = listRows
    self.helpTop = helpTop
    self.detailsTop = detailsTop
  }
}

/// What of the messages' raw text is shown by number.
public enum Reveal: Hashable, Sendable, CaseIterable {
  /// Nothing: they read as they are meant to.
  case nothing
  /// Controls, marks and what cannot be seen.
  case invisible
  /// All beyond ASCII, so that letters that only look alike are told apart.
  case beyondASCII

  /// What the next press of the key shows.
  var next: Reveal {
    switch self {
    case .nothing: .invisible
    case .invisible: .beyondASCII
    case .beyondASCII: .nothing
    }
  }
}
