/// A filter of the list that one key brings back.
public struct FilterTab: Hashable, Sendable, Codable {
  /// Its name in the strip above the list; raw text.
  public var name: String
  /// What it narrows the list to, as `DialogFilter` reads it.
  public var filter: String

  /// Makes a tab.
  public init(name: String, filter: String) {
    self.name = name
    self.filter = filter
  }

  /// Those that are always there, first.
  public static let builtin: [FilterTab] = [
    FilterTab(name: "all", filter: ""), FilterTab(name: "mine", filter: "is:mine"),
    FilterTab(name: "waiting", filter: "is:waiting"), FilterTab(name: "unread", filter: "is:unread"),
  ]

  /// As many tabs are kept. Digits choose the first nine; names, and the keys for the next, choose all.
  public static let limit = 50
}
