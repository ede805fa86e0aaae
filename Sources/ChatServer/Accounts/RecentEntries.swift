/// A cache of what was asked for lately: never more than twice its capacity, and forgetting costs nothing.
///
/// Two generations: what is found in the older one moves to the younger; when that is full it becomes the older one,
/// and what the older one still had was not asked for since.
struct RecentEntries<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let capacity: Int
  private var younger: [Key: Value] = [:]
  private var older: [Key: Value] = [:]

  /// - Parameter capacity: how many entries a generation has, at least one.
  init(capacity: Int) {
    self.capacity = max(capacity, 1)
  }

  /// How many entries are kept.
  var count: Int { younger.count + older.count }

  /// The value of a key, which thereby was asked for lately.
  mutating func value(for key: Key) -> Value? {
    if let value = younger[key] { return value }
    guard let value = older.removeValue(forKey: key) else { return nil }
    insert(value, for: key)
    return value
  }

  mutating func insert(_ value: Value, for key: Key) {
    if younger.count >= capacity, younger[key] == nil {
      older = younger
      younger = [:]
    }
    older[key] = nil
    younger[key] = value
  }
}
