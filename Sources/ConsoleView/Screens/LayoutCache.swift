import ChatProtocol

/// The wrapped lines of messages, kept from frame to frame by whoever draws them, so that a frame costs what is on the
/// screen and not what is in the dialog.
///
/// It may be thrown away at any time; it never changes what is drawn.
public struct LayoutCache: Sendable {
  /// What is laid out: a stored message, or a reply on its way.
  enum Key: Hashable, Sendable {
    case stored(DialogID, MessageID)
    case pending(clientID: String)
  }

  private struct Entry: Sendable {
    var text: String
    var markup: Markup
    var layout: MessageLayout
    var lastFrame: Int
  }

  private var entries: [Key: Entry] = [:]
  private var width = 0
  private var frame = 0
  /// How many messages have been laid out since the beginning: what tests count.
  private(set) var layoutsDone = 0

  /// How many layouts it holds.
  var count: Int { entries.count }

  /// More entries than this are thinned out to those of the newest frames: some screens, since laying a screen out
  /// costs less than a millisecond and keeping a shift's worth of them megabytes.
  static let capacity = 512

  /// An empty cache.
  public init() {}

  /// Begins a frame whose message text is `width` cells wide.
  mutating func beginFrame(width: Int) {
    frame += 1
    if width != self.width {
      self.width = width
      entries.removeAll(keepingCapacity: true)
    }
    if entries.count > Self.capacity {
      entries = entries.filter { $0.value.lastFrame >= frame - 8 }
    }
  }

  /// The lines of a text at the frame's width.
  mutating func layout(_ text: String, as markup: Markup, for key: Key) -> MessageLayout {
    if let index = entries.index(forKey: key), entries.values[index].text == text,
      entries.values[index].markup == markup
    {
      entries.values[index].lastFrame = frame
      return entries.values[index].layout
    }
    layoutsDone += 1
    let layout = MessageLayout(text, as: markup, width: width)
    entries[key] = Entry(text: text, markup: markup, layout: layout, lastFrame: frame)
    return layout
  }
}

/// A message's text as lines of a width.
struct MessageLayout: Sendable {
  /// The lines that are shown.
  let lines: [RichLine]
  /// How many more there would be.
  let hiddenLines: Int
  /// Whether something in it had to be replaced by a token.
  let isStrange: Bool

  /// A message with more lines than this is shown cut, so that one message cannot bury a dialog.
  static let maximumLines = 200

  init(_ text: String, as markup: Markup, width: Int) {
    let all = markup.lines(of: text, width: max(1, width))
    lines = Array(all.prefix(Self.maximumLines))
    isStrange = all.contains { $0.pieces.contains { $0.text.isStrange } }
    hiddenLines = all.count - lines.count
  }
}
