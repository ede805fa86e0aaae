public import ConsoleModel

/// What stands where on a canvas, for the mouse. Kept only where it is asked for: most operators have no use for it, and
/// a frame should cost them nothing for it.
public struct PointerMap: Hashable, Sendable {
  /// Whether what is drawn is noted.
  var isKept = false
  private var places: [(rect: Rect, target: PointerTarget)] = []

  /// Nothing anywhere.
  public init() {}

  /// Notes what was drawn; it lies above what was noted before.
  mutating func note(_ target: PointerTarget, in rect: Rect) {
    if isKept, !rect.isEmpty { places.append((rect, target)) }
  }

  /// Notes what another map has, from a canvas that was drawn onto this one; only what lies in a part of it counts.
  mutating func add(_ other: PointerMap, row: Int, column: Int, in part: Rect) {
    for place in other.places {
      let rect = place.rect
      note(
        place.target,
        in: Rect(row: rect.row + row, column: rect.column + column, width: rect.width, height: rect.height)
          .intersection(part))
    }
  }

  /// What stands at a cell; nil for nothing that a click could mean.
  public func target(row: Int, column: Int) -> PointerTarget? {
    places.last { $0.rect.contains(row: row, column: column) }?.target
  }

  public static func == (left: PointerMap, right: PointerMap) -> Bool {
    left.isKept == right.isKept && left.places.elementsEqual(right.places, by: ==)
  }

  public func hash(into hasher: inout Hasher) {
    for place in places {
      hasher.combine(place.rect)
      hasher.combine(place.target)
    }
  }
}

extension Rect {
  /// Whether a cell lies in it.
  func contains(row: Int, column: Int) -> Bool {
    self.row..<endRow ~= row && self.column..<endColumn ~= column
  }
}
