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

  /// More entries than this are thinned out to those of the newest frames.
  static let capacity = 4096

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
  mutating func layout(_ text: String, for key: Key) -> MessageLayout {
    if let index = entries.index(forKey: key), entries.values[index].text == text {
      entries.values[index].lastFrame = frame
      return entries.values[index].layout
    }
    layoutsDone += 1
    let layout = MessageLayout(text, width: width)
    entries[key] = Entry(text: text, layout: layout, lastFrame: frame)
    return layout
  }
}

/// A message's text as lines of a width.
struct MessageLayout: Sendable {
  /// The lines that are shown.
  let lines: [SafeText]
  /// How many more there would be.
  let hiddenLines: Int

  /// A message with more lines than this is shown cut, so that one message cannot bury a dialog.
  static let maximumLines = 200

  init(_ text: String, width: Int) {
    let all = SafeText.wrap(text, width: max(1, width))
    lines = Array(all.prefix(Self.maximumLines))
    hiddenLines = all.count - lines.count
  }
}
