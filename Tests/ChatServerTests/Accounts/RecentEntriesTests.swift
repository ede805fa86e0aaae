import Testing

@testable import ChatServer

@Suite struct RecentEntriesTests {
  @Test func whatIsAskedForStays() {
    var entries = RecentEntries<Int, String>(capacity: 3)
    for key in 0..<1000 {
      entries.insert("\(key)", for: key)
      #expect(entries.value(for: 0) == "0")
      #expect(entries.value(for: key) == "\(key)")
      #expect(entries.count <= 6)
    }
    #expect(entries.value(for: 1) == nil)
  }

  @Test func anEntryIsThereOnce() {
    var entries = RecentEntries<Int, String>(capacity: 2)
    for value in ["a", "b"] {
      for key in 0..<3 { entries.insert(value, for: key) }
    }
    for key in 0..<3 { #expect(entries.value(for: key).map { $0 == "b" } ?? true) }
    #expect(entries.value(for: 2) == "b")
  }
}
