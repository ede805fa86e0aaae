import ChatProtocol
@testable import LiveLink
import Testing

@Suite("Timeline")
struct TimelineTests {
  @Test func empty() {
    let timeline = Timeline()
    #expect(timeline.isEmpty)
    #expect(timeline.firstID == nil)
    #expect(timeline.lastID == nil)
    #expect(timeline[id: 1] == nil)
    #expect(timeline.messages(after: nil).isEmpty)
    #expect(timeline.messages(after: 3).isEmpty)
  }

  @Test func findsById() {
    var timeline = Timeline()
    _ = timeline.merge([2, 4, 6].map(message))
    #expect(timeline.firstID == 2)
    #expect(timeline.lastID == 6)
    for id in [2, 4, 6] { #expect(timeline[id: id]?.id == id) }
    for id in [Int.min, 1, 3, 5, 7, Int.max] { #expect(timeline[id: id] == nil) }
    #expect(timeline.messages(after: 1).map(\.id) == [2, 4, 6])
    #expect(timeline.messages(after: 2).map(\.id) == [4, 6])
    #expect(timeline.messages(after: 3).map(\.id) == [4, 6])
    #expect(timeline.messages(after: 6).isEmpty)
  }

  @Test func saysWhatAMergeDid() {
    var timeline = Timeline()
    #expect(timeline.merge(message(5)) == .inserted)
    #expect(timeline.merge(message(5)) == .unchanged)
    #expect(timeline.merge(message(3)) == .inserted)
    #expect(timeline.merge(Message(id: 3, sender: .user, text: "edited", timestamp: nil)) == .updated)
    #expect(timeline.map(\.text) == ["edited", "text 5"])
  }

  @Test("the last reply is the newest that the visitor can read, in whatever order they come")
  func lastReply() {
    var timeline = Timeline()
    #expect(timeline.lastReply == nil)
    _ = timeline.merge([1, 5, 9].map(message))
    #expect(timeline.lastReply == nil)
    timeline.merge(Message(id: 6, sender: .manager, text: "reply", timestamp: nil))
    timeline.merge(Message(id: 8, sender: .manager, text: "note", timestamp: nil, kind: .note))
    timeline.merge(Message(id: 7, sender: .assistant, text: "answer", timestamp: nil))
    #expect(timeline.lastReply?.id == 6)
    _ = timeline.merge([
      Message(id: 10, sender: .manager, text: "newer", timestamp: nil),
      Message(id: 2, sender: .manager, text: "older", timestamp: nil),
    ])
    #expect(timeline.lastReply?.text == "newer")
    timeline.removeAll(before: 11)
    #expect(timeline.lastReply == nil)
  }

  @Test("a copy without the client id does not take it away")
  func keepsClientID() {
    var timeline = Timeline()
    timeline.merge(Message(id: 1, sender: .manager, text: "a", timestamp: nil, clientID: "c"))
    #expect(timeline.merge(Message(id: 1, sender: .manager, text: "a", timestamp: nil)) == .unchanged)
    #expect(timeline[id: 1]?.clientID == "c")
  }

  @Test("any split of any order into histories and single messages gives the same timeline", arguments: 0..<200)
  func agreesWithASet(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    var timeline = Timeline()
    var expected: Set<MessageID> = []
    for _ in 0..<30 {
      let ids = (0..<Int.random(in: 0...12, using: &generator)).map { _ in Int.random(in: -5...60, using: &generator) }
      if Bool.random(using: &generator) {
        let inserted = timeline.merge(ids.map(message)).map(\.id)
        #expect(inserted == Set(ids).subtracting(expected).sorted())
      } else {
        for id in ids { timeline.merge(message(id)) }
      }
      expected.formUnion(ids)
      #expect(timeline.map(\.id) == expected.sorted())
    }
  }

  @Test("extreme ids are ids")
  func extremes() {
    var timeline = Timeline()
    _ = timeline.merge([Int.max, Int.min, 0].map(ChatProtocol.Message.init(bare:)))
    #expect(timeline.map(\.id) == [.min, 0, .max])
  }
}

extension Message {
  fileprivate init(bare id: MessageID) {
    self.init(id: id, sender: .user, text: "", timestamp: nil)
  }
}

@Suite("Back-off")
struct BackoffTests {
  @Test(arguments: [
    (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30), (64, 30), (Int.max, 30), (0, 1), (-9, 1),
  ])
  func ceiling(attempt: Int, seconds: Int) {
    #expect(Backoff().ceiling(attempt: attempt) == .seconds(seconds))
  }

  @Test("full jitter: the delays fill the interval from zero to the ceiling")
  func jitter() {
    var generator = SeededGenerator(seed: 1)
    let delays = (0..<10_000).map { _ in Backoff().delay(attempt: 4, using: &generator) }
    #expect(delays.allSatisfy { (.zero ... .seconds(8)).contains($0) })
    for eighth in 0..<8 {
      let share = delays.count { $0 >= .seconds(eighth) && $0 < .seconds(eighth + 1) }
      #expect((1000...1500).contains(share), "\(share) in second \(eighth)")
    }
  }
}

@Suite("Packed messages")
struct PackedMessagesTests {
  static let samples: [Message] = [
    Message(id: 1, sender: .user, text: "", timestamp: nil),
    Message(id: 2, sender: .manager, text: "é漢🎉\u{0}", timestamp: Timestamp(milliseconds: 0)),
    Message(
      id: 3, sender: .manager, text: "note", timestamp: Timestamp(milliseconds: -5),
      clientID: "0f8fad5b-d9cb-469f-a165-70867728950e", author: Manager(id: 7, name: "Ann"), kind: .note),
    Message(id: 4, sender: .other(nil), text: "x", timestamp: nil, author: Manager(id: 0, name: nil)),
    Message(id: 5, sender: .other("bot"), text: "y", timestamp: nil, clientID: "0F8FAD5B-D9CB-469F-A165-70867728950E"),
    Message(id: 6, sender: .system, text: "z", timestamp: nil, clientID: "0f8fad5b-d9cb-469f-a165-70867728950g"),
    Message(id: 7, sender: .assistant, text: "z", timestamp: nil, clientID: ""),
    Message(id: .max, sender: .user, text: String(repeating: "long ", count: 10_000), timestamp: nil),
  ]

  @Test("a message comes out as it went in", arguments: samples)
  func roundTrip(message: Message) {
    var timeline = Timeline()
    timeline.merge(message)
    #expect(timeline.first == message)
  }

  @Test("every part of a message is packed: one that is added here and not there would be lost")
  func knowsEveryPart() {
    #expect(
      Mirror(reflecting: Self.samples[0]).children.compactMap(\.label) == [
        "id", "sender", "text", "timestamp", "clientID", "author", "kind",
      ])
  }

  @Test("texts that are replaced many times do not pile up, and the others stay")
  func sweeps() {
    var timeline = Timeline()
    _ = timeline.merge(Self.samples)
    for round in 0..<40 {
      let text = String(repeating: "\(round % 10)", count: 10_000 + round)
      #expect(timeline.merge(Message(id: 2, sender: .user, text: text, timestamp: nil)) == .updated)
      #expect(timeline[id: 2]?.text == text)
    }
    #expect(timeline.filter { $0.id != 2 } == Self.samples.filter { $0.id != 2 })
  }

  @Test("the newest notes are found without a look at the others")
  func notes() {
    var timeline = Timeline()
    _ = timeline.merge(
      (1...50).map {
        Message(id: $0, sender: .manager, text: "\($0)", timestamp: nil, kind: $0 % 20 == 0 ? .note : .message)
      })
    #expect(timeline.latestNotes(4).map(\.id) == [40, 20])
    #expect(timeline.latestNotes(1).map(\.id) == [40])
    #expect(Timeline().latestNotes(3).isEmpty)
  }

  @Test("a copy that says less of its sender leaves nothing of the other behind")
  func replacesExtras() {
    var timeline = Timeline()
    timeline.merge(Self.samples[3])
    timeline.merge(Message(id: 4, sender: .user, text: "x", timestamp: nil))
    #expect(timeline.first == Message(id: 4, sender: .user, text: "x", timestamp: nil))
  }
}
