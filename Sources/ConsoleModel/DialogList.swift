public import ChatProtocol

/// The dialogs and the order they are shown in.
public struct DialogList: Sendable {
  /// Every dialog that is known.
  public private(set) var entries: [DialogID: DialogEntry] = [:]
  /// The dialogs that pass the filter, in the order of the screen.
  public private(set) var shown: [DialogID] = []
  /// The dialog under the cursor; the cursor belongs to the dialog, not to the line.
  public var selection: DialogID?
  /// The index in `shown` of the first line on the screen.
  public var top = 0
  /// What the list is narrowed to.
  public var filter = DialogFilter()
  /// Whether the order is held still because the cursor is being moved in it.
  public var isFrozen = false
  /// While frozen: how many dialogs stand elsewhere than where they belong now.
  public var displaced = 0

  /// An empty list.
  public init() {}

  /// How many dialogs wait for an operator.
  public var waitingCount: Int { 0 }
  /// How many dialogs are mine.
  public var mineCount: Int { 0 }
}
