import ChatProtocol
import Testing

@testable import ConsoleModel
@testable import ConsoleView
@testable import LiveLink

@Suite("What a frame costs")
struct LayoutCacheTests {
  private static let long = (0..<20_000).map { index in
    Shop.message(
      index + 1, index % 3 == 0 ? .assistant : .user, "message \(index) with a few words", minutes: 20_000 - index)
  }

  @Test("A dialog of 20,000 messages costs what is on the screen")
  func layoutsOfLongDialog() {
    var shop = Shop()
    shop.open(Shop.ana, Self.long)
    var cache = LayoutCache()
    _ = shop.frame(120, 40, cache: &cache)
    #expect(cache.layoutsDone <= 40)

    let first = cache.layoutsDone
    _ = shop.frame(120, 40, cache: &cache)
    #expect(cache.layoutsDone == first, "a second frame lays nothing out")

    _ = shop.state.links[Shop.ana]?.timeline.merge(Shop.message(20_001, .user, "one more", minutes: 0))
    _ = shop.frame(120, 40, cache: &cache)
    #expect(cache.layoutsDone == first + 1, "a new message costs itself")
  }

  @Test("Scrolling a page costs a page, and the far end costs a screen")
  func layoutsOfScrolling() throws {
    var shop = Shop()
    shop.open(Shop.ana, Self.long)
    var cache = LayoutCache()
    _ = shop.frame(120, 40, cache: &cache)
    for _ in 0..<10 {
      let before = cache.layoutsDone
      shop.state.conversation?.scroll = .held(anchor: nil, linesUp: 30)
      let frame = shop.frame(120, 40, cache: &cache)
      shop.state.conversation?.scroll = frame.viewport.scroll
      #expect(cache.layoutsDone - before <= 70)
    }
    let before = cache.layoutsDone
    shop.state.conversation?.scroll = .top
    _ = shop.frame(120, 40, cache: &cache)
    #expect(cache.layoutsDone - before <= 40)
  }

  @Test("Another width lays out what is on the screen anew, and no more")
  func layoutsOfResize() {
    var shop = Shop()
    shop.open(Shop.ana, Self.long)
    var cache = LayoutCache()
    _ = shop.frame(120, 40, cache: &cache)
    let before = cache.layoutsDone
    _ = shop.frame(90, 40, cache: &cache)
    #expect(cache.layoutsDone - before <= 40)
  }

  @Test("A changed text is laid out again; the cache never shows an old one")
  func changedText() {
    var shop = Shop()
    shop.open(Shop.ana, [Shop.message(1, .user, "before", minutes: 1)])
    var cache = LayoutCache()
    _ = shop.frame(80, 24, cache: &cache)
    _ = shop.state.links[Shop.ana]?.timeline.merge(Shop.message(1, .user, "after", minutes: 1))
    let rows = shop.frame(80, 24, cache: &cache).canvas.dump()
    #expect(rows.contains { $0.hasSuffix("after") })
    #expect(!rows.contains { $0.hasSuffix("before") })
  }

  @Test("The cache draws the same as no cache")
  func cacheIsInvisible() {
    var shop = Shop()
    shop.open(Shop.ana)
    var cache = LayoutCache()
    for columns in [80, 120, 80, 50, 160, 80] {
      #expect(shop.frame(columns, 24, cache: &cache).canvas == shop.canvas(columns, 24))
    }
  }

  @Test("The cache forgets what has not been on the screen for long")
  func bounded() {
    var shop = Shop()
    shop.open(Shop.ana, Self.long)
    var cache = LayoutCache()
    shop.state.conversation?.scroll = .held(anchor: nil, linesUp: LayoutCache.capacity + 1000)
    _ = shop.frame(120, 40, cache: &cache)
    shop.state.conversation?.scroll = .bottom
    for _ in 0..<20 { _ = shop.frame(120, 40, cache: &cache) }
    #expect(cache.count <= LayoutCache.capacity)
  }

  @Test("In a list of 20,000 dialogs the cursor is on the screen, wherever it is")
  func longList() throws {
    var shop = Shop(dialogs: [])
    for id in 1...20_000 {
      shop.state.list.put(Shop.entry(200_000 - id, "visitor \(id)", .assistant, "hello", .user, minutes: id))
    }
    for id in [1, 10_000, 20_000] {
      // The model scrolls when it knows the height; before the first frame it does not.
      shop.state.list.select(200_000 - id)
      let selected = shop.canvas(80, 24).dump().filter { $0.hasPrefix("▌") }
      try #require(selected.count == 1)
      #expect(selected[0].contains("visitor \(id) "))
    }
  }
}
