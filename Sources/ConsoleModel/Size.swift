/// The size of a screen or of a part of it, in character cells.
public struct Size: Hashable, Sendable {
  /// Cells across, never negative.
  public let columns: Int
  /// Cells down, never negative.
  public let rows: Int

  /// Makes a size; negative numbers count as zero.
  public init(columns: Int, rows: Int) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }
}
