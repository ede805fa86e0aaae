/// The characters that screens are drawn with beside text: one set for UTF-8 terminals, one of ASCII only.
///
/// All are one cell wide, in every locale: none is an emoji, and none is of ambiguous East Asian width where a wide
/// rendering would move what follows it (they stand in columns of their own).
public struct Symbols: Sendable {
  /// A piece of a rule.
  public var horizontal: SafeText
  /// A piece of the rule above a note under edit: it must not look like the rule above a reply, in one colour either.
  public var noteRule: SafeText
  /// Where a rule crosses the line between two panes.
  public var crossing: SafeText
  /// Frames and rules.
  public var border: Border
  /// Ends what was cut.
  public var ellipsis: SafeText
  /// Parts facts on one line.
  public var separator: SafeText
  /// Marks the row under the cursor, so that it shows without colour too.
  public var cursor: SafeText
  /// Follows a prompt.
  public var prompt: SafeText
  /// More above, more below.
  public var up: SafeText
  /// More below.
  public var down: SafeText
  /// Somebody types.
  public var typing: SafeText
  /// A text with characters that are not shown as they are.
  public var strange: SafeText
  /// Another operator looks at it.
  public var viewing: SafeText
  /// The visitor is there.
  public var online: SafeText

  /// A piece of a bar.
  public var bar: SafeText
  /// Columns of a chart, from the lowest to a whole cell.
  public var steps: [SafeText]

  // MARK: Connection

  /// Live.
  public var live: SafeText
  /// On the way to live.
  public var connecting: SafeText
  /// Asking every few seconds instead of being told.
  public var polling: SafeText
  /// Given up or not begun.
  public var stopped: SafeText

  // MARK: Hand-off

  /// Waits for a human.
  public var waiting: SafeText
  /// This operator has it.
  public var mine: SafeText
  /// Another operator has it.
  public var others: SafeText
  /// The AI has it.
  public var assistant: SafeText

  // MARK: Gutters: what stands left of every row of a message, where no message can write

  /// Beside what the visitor wrote.
  public var visitorGutter: SafeText
  /// Beside what the AI wrote.
  public var assistantGutter: SafeText
  /// Beside what an operator wrote.
  public var operatorGutter: SafeText
  /// Beside what the server says.
  public var systemGutter: SafeText
  /// Beside what operators told each other, and no visitor sees.
  public var noteGutter: SafeText
  /// Beside what the AI proposes and nobody has sent.
  public var proposalGutter: SafeText

  // MARK: The operator's marks

  /// More urgent than others.
  public var high: SafeText
  /// Less urgent than others.
  public var low: SafeText
  /// Set aside.
  public var snoozed: SafeText
  /// Marked unread.
  public var markedUnread: SafeText

  // MARK: Delivery

  /// Kept on disk, not yet on its way.
  public var queued: SafeText
  /// On its way.
  public var sending: SafeText
  /// The server has it.
  public var sent: SafeText
  /// The visitor has read it, where there is one cell for it.
  public var readNarrow: SafeText
  /// The visitor has read it: twice `sent`, two cells.
  var read: SafeText { sent + sent }
  /// The server refused it.
  public var failed: SafeText
  /// Nobody knows whether the server has it.
  public var unsure: SafeText

  /// For terminals that show UTF-8.
  public static let unicode = Symbols(
    horizontal: "─", noteRule: "═", crossing: "┼", border: .light, ellipsis: "…", separator: "·", cursor: "▌",
    prompt: "▸", up: "↑",
    down: "↓", typing: "✎", strange: "‽", viewing: "◎", online: "•", bar: "■",
    steps: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    live: "●", connecting: "◌", polling: "◐", stopped: "○",
    waiting: "!", mine: "▸", others: "◆", assistant: "✦",
    visitorGutter: "│", assistantGutter: "┊", operatorGutter: "┃", systemGutter: "•",
    noteGutter: "%", proposalGutter: "?",
    high: "↑", low: "↓", snoozed: "z", markedUnread: "●",
    queued: "·", sending: "…", sent: "✓", readNarrow: "»", failed: "!", unsure: "?")

  /// For all others.
  public static let ascii = Symbols(
    horizontal: "-", noteRule: "%", crossing: "+", border: .ascii, ellipsis: "~", separator: "-", cursor: ">",
    prompt: ">", up: "^",
    down: "v", typing: "\"", strange: "?", viewing: "@", online: "+", bar: "#", steps: [".", ":", "#"],
    live: "*", connecting: "o", polling: "%", stopped: "x",
    waiting: "!", mine: ">", others: "=", assistant: ".",
    visitorGutter: "|", assistantGutter: ":", operatorGutter: "#", systemGutter: "*",
    noteGutter: "%", proposalGutter: "?",
    high: "^", low: "v", snoozed: "z", markedUnread: "*",
    queued: ".", sending: "~", sent: "+", readNarrow: "&", failed: "!", unsure: "?")
}
