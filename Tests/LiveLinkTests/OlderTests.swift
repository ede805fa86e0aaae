import ChatProtocol
import Testing

@testable import LiveLink

@Suite("Older messages, page by page")
struct OlderTests {
  /// A link that is live with the newest of some messages.
  private func bench(_ ids: ClosedRange<MessageID>, page: Int = 10, limit: Int = 50_000) -> LinkBench {
    var bench = LinkBench {
      $0.pageSize = page
      $0.loadedLimit = limit
    }
    bench.send(.start)
    bench.open()
    bench.load(Array(ids.suffix(page)))
    bench.pass(.seconds(6))
    bench.load([])
    bench.forget()
    return bench
  }

  private func ids(_ bench: LinkBench) -> [MessageID] { bench.link.timeline.map(\.id) }

  @Test("The newest page comes first; after it only what is newer is asked for")
  func firstPage() {
    var bench = LinkBench { $0.pageSize = 10 }
    bench.send(.start)
    #expect(bench.pageBefore == .some(nil) && bench.pageLimit == 10)
    bench.open()
    bench.load(Array(91...100))
    #expect(bench.link.older == .more)
    // Fewer are here than a catch-up overlaps with: not a message further back than they go.
    #expect(bench.fetchedAfter == .some(90))
  }

  @Test(
    "What there is before the timeline, by what the first answer had",
    arguments: [
      (0, LiveLink.Older.beginning), (9, .beginning), (10, .more), (11, .more),
    ])
  func whatTheFirstAnswerSays(count: Int, older: LiveLink.Older) {
    var bench = LinkBench { $0.pageSize = 10 }
    bench.send(.start)
    #expect(bench.link.older == .unknown)
    bench.open()
    bench.load(count == 0 ? [] : Array(1...count))
    #expect(bench.link.older == older)
  }

  @Test("A server of part 1 has sent all of it")
  func partOne() {
    var bench = LinkBench()
    bench.goLive(Array(1...300))
    #expect(bench.link.older == .beginning)
    #expect(bench.send(.wantOlder()).isEmpty)
  }

  @Test("Pages are fetched one at a time, until one is short")
  func pages() {
    var bench = bench(1...25)
    bench.send(.wantOlder())
    #expect(bench.link.older == .loading && bench.pageBefore == .some(16) && bench.pageLimit == 10)
    #expect(bench.send(.wantOlder()).isEmpty, "it is under way")
    bench.load(Array(6...15))
    #expect(bench.link.older == .more && ids(bench) == Array(6...25))
    #expect(bench.origins == [.older])
    bench.send(.wantOlder(limit: 1000))
    #expect(bench.pageLimit == 1000)
    bench.load(Array(1...5))
    #expect(bench.link.older == .beginning && ids(bench) == Array(1...25))
    #expect(bench.send(.wantOlder()).isEmpty)
    #expect(bench.link.recoveredCount == 0, "nothing was missed")
  }

  @Test("A page that fails is tried again when it is wanted again, and not before")
  func failure() {
    var bench = bench(1...25)
    bench.send(.wantOlder())
    bench.failFetch(.unreachable("refused"))
    guard case .failed = bench.link.older else {
      Issue.record("\(bench.link.older)")
      return
    }
    let fetches = bench.pageLimit
    bench.pageLimit = nil
    bench.text("__ping__")
    #expect(bench.pageLimit == nil && fetches == 10)
    bench.send(.wantOlder())
    #expect(bench.link.older == .loading && bench.pageBefore == .some(16))
    #expect(bench.link.phase == .live(since: bench.link.liveSince ?? .zero), "a page is no reason to lose the link")
  }

  @Test("A server that knows no `before` is not asked for ever")
  func ignoredBefore() {
    var bench = bench(1...25)
    bench.send(.wantOlder())
    bench.load(Array(16...25))
    #expect(bench.link.older == .beginning && ids(bench) == Array(16...25))
  }

  @Test("What is new comes in while a page is under way")
  func newMessageMeanwhile() {
    var bench = bench(1...25)
    bench.send(.wantOlder())
    bench.text(#"{"id":26,"sender":"user","text":"new"}"#)
    bench.load(Array(6...15))
    #expect(ids(bench) == Array(6...26))
  }

  @Test("Who leaves keeps a page; what was asked for is not taken in any more")
  func forgetting() {
    var bench = bench(1...100)
    for first in [81, 71, 61, 51] {
      bench.send(.wantOlder())
      bench.load(Array(first...first + 9))
    }
    bench.send(.wantOlder())
    bench.send(.forgetOlder)
    #expect(bench.link.older == .more && ids(bench) == Array(91...100))
    bench.load(Array(41...50))
    #expect(ids(bench) == Array(91...100))
    bench.send(.wantOlder())
    #expect(bench.pageBefore == .some(91), "from there on again")
  }

  @Test("No more is kept than the limit")
  func limit() {
    var bench = bench(1...100, limit: 30)
    for first in [81, 71] {
      bench.send(.wantOlder())
      bench.load(Array(first...first + 9))
    }
    #expect(bench.link.older == .tooMany)
    #expect(bench.send(.wantOlder()).isEmpty)
  }

  @Test("Stopping gives a page up; a link that is stopped says why there is none")
  func stopping() {
    var bench = bench(1...25)
    bench.send(.wantOlder())
    bench.send(.stop)
    #expect(bench.link.older == .more)
    bench.send(.wantOlder())
    #expect(bench.link.older == .failed("not connected"))
  }

  @Test("Messages keep their texts when the oldest are dropped")
  func packing() {
    var timeline = Timeline()
    _ = timeline.merge(
      (1...50).map { Message(id: $0, sender: .user, text: "text \($0)", timestamp: nil, clientID: "c\($0)") })
    timeline.removeAll(before: 41)
    #expect(timeline.map(\.text) == (41...50).map { "text \($0)" })
    #expect(timeline[id: 45]?.clientID == "c45" && timeline[id: 40] == nil)
    timeline.removeAll(before: 1)
    #expect(timeline.count == 10)
  }
}
