/// What the size of the screen allows; the one place that knows the breakpoints.
public struct Layout: Hashable, Sendable {
  /// The size it is made for.
  public let size: Size

  /// The layout for a size.
  public init(_ size: Size) {
    self.size = size
  }

  /// The cells that the visitor's context has where it stands beside the messages.
  public static let contextColumns = 40
  /// The list's cells beside other panes.
  public static let listColumns = 38...44
  /// No conversation of the board is narrower: below, times and names would have no room left of the messages.
  public static let slotColumns = 60
  /// More conversations at once than nobody follows.
  public static let maximumSlots = 4

  /// List and messages side by side: from 100 columns on.
  public var showsBothPanes: Bool { size.columns >= 100 }

  /// Whether there is room for the visitor's context beside the messages: from 160 columns on.
  public var hasContextRoom: Bool { size.columns >= 160 && !isCompact }

  /// Whether there is no room for headers and hints: below 60x15.
  public var isCompact: Bool { size.columns < 60 || size.rows < 15 }

  /// The list's cells where it stands beside other panes.
  public var listWidth: Int {
    min(max(size.columns * 32 / 100, Self.listColumns.lowerBound), Self.listColumns.upperBound)
  }

  /// How many conversations have room side by side: from 200 columns on two, up to four; below, one.
  public func slots(besideContext: Bool) -> Int {
    guard size.columns >= 200, !isCompact else { return 1 }
    let room = size.columns - listWidth - 1 - (besideContext ? Self.contextColumns + 1 : 0)
    return min(max(1, (room + 1) / (Self.slotColumns + 1)), Self.maximumSlots)
  }
}
