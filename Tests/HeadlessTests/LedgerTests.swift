import ChatProtocol
import Testing

@testable import Headless

/// A moment, in seconds since the tests' own beginning.
func moment(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_700_000_000_000 + seconds * 1000) }

/// A visitor's message.
func message(_ id: MessageID, at seconds: Int64?, _ text: String = "hello") -> Message {
  Message(id: id, sender: .user, text: text, timestamp: seconds.map(moment))
}

/// A dialog as a list has it.
func dialog(
  _ id: DialogID, _ state: HandoffState = .none, at change: Int64? = nil, last: Int64? = nil, text: String? = nil,
  manager: UserID? = nil
) -> Dialog {
  var dialog = Dialog(id: id, handoffStatus: state)
  dialog.lastMessageAt = last.map(moment)
  dialog.lastMessageText = text
  dialog.assignedManagerID = manager
  switch state {
  case .requested: dialog.handoffRequestedAt = change.map(moment)
  case .active: dialog.handoffStartedAt = change.map(moment)
  default: dialog.handoffResolvedAt = change.map(moment)
  }
  return dialog
}

/// A ledger that expectations may change.
@dynamicMemberLookup
private final class Book {
  var ledger: WatchLedger

  init(_ ledger: WatchLedger) { self.ledger = ledger }

  subscript<Value>(dynamicMember path: WritableKeyPath<WatchLedger, Value>) -> Value {
    get { ledger[keyPath: path] }
    set { ledger[keyPath: path] = newValue }
  }
  subscript<Value>(dynamicMember path: KeyPath<WatchLedger, Value>) -> Value { ledger[keyPath: path] }

  func takePushed(_ message: Message, in id: DialogID) -> Bool { ledger.takePushed(message, in: id) }
  func takeRead(_ message: Message, in id: DialogID) -> Bool { ledger.takeRead(message, in: id) }
  func takePushed(_ state: HandoffState, manager: UserID?, in id: DialogID) -> Bool {
    ledger.takePushed(state, manager: manager, in: id)
  }
  func takeListed(_ dialog: Dialog, isBeginning: Bool = false) -> Bool {
    ledger.takeListed(dialog, isBeginning: isBeginning)
  }
  func begin(_ messages: [Message], in id: DialogID) { ledger.begin(messages, in: id) }
  func settle(through moment: Timestamp) { ledger.settle(through: moment) }
  func lastID(of id: DialogID) -> MessageID? { ledger.lastID(of: id) }
  func handoffState(of id: DialogID) -> HandoffState? { ledger.handoffState(of: id) }
}

@Suite("What a watch has told")
struct LedgerTests {
  @Test func `A pushed message is told once, whatever the order`() {
    let ledger = Book(WatchLedger(settledThrough: moment(0)))
    #expect(ledger.takePushed(message(11, at: 5), in: 1))
    #expect(ledger.takePushed(message(10, at: 5), in: 1))
    #expect(!ledger.takePushed(message(11, at: 5), in: 1))
    #expect(!ledger.takeRead(message(10, at: 5), in: 1))
    #expect(ledger.takePushed(message(10, at: 5), in: 2), "another dialog has ids of its own")
  }

  @Test func `A history tells what is newer than what is settled, and nothing else`() {
    let ledger = Book(WatchLedger(settledThrough: moment(100)))
    #expect(!ledger.takeRead(message(1, at: 99), in: 1))
    #expect(!ledger.takeRead(message(2, at: 100), in: 1))
    #expect(ledger.takeRead(message(3, at: 101), in: 1))
    #expect(!ledger.takeRead(message(4, at: nil), in: 2), "no moment, and nothing known of the dialog")
    ledger.begin([message(7, at: nil)], in: 2)
    #expect(!ledger.takeRead(message(7, at: nil), in: 2))
    #expect(ledger.takeRead(message(8, at: nil), in: 2))
  }

  @Test func `What is settled is forgotten dialog by dialog and told by its moment`() {
    let ledger = Book(WatchLedger(settledThrough: moment(0)))
    for id in 1...500 { #expect(ledger.takePushed(message(id, at: Int64(id)), in: id)) }
    ledger.settle(through: moment(500))
    #expect(ledger.entries.count == 30)
    #expect(ledger.cursor.utf8.count < 300)
    for id in 1...500 { #expect(!ledger.takeRead(message(id, at: Int64(id)), in: id)) }
    // Going back does nothing.
    ledger.settle(through: moment(100))
    #expect(ledger.settledThrough == moment(470))
  }

  @Test func `More messages than are known one by one leave a floor`() {
    let ledger = Book(WatchLedger(settledThrough: moment(0)))
    for id in 1...100 { #expect(ledger.takePushed(message(id, at: 1), in: 1)) }
    for id in 1...100 { #expect(!ledger.takePushed(message(id, at: 1), in: 1)) }
    #expect(ledger.lastID(of: 1) == 84)
  }

  // MARK: Hand-offs

  @Test func `A hand-off that was pushed is not told again by the list`() {
    let ledger = Book(WatchLedger(settledThrough: moment(0)))
    #expect(ledger.takePushed(.requested, manager: nil, in: 1))
    #expect(!ledger.takePushed(.requested, manager: nil, in: 1))
    #expect(!ledger.takeListed(dialog(1, .requested, at: 5)))
    #expect(!ledger.takeListed(dialog(1, .requested, at: 5)))
    #expect(ledger.takeListed(dialog(1, .requested, at: 60)), "withdrawn and asked for again between two looks")
    #expect(ledger.takePushed(.active, manager: 7, in: 1))
    #expect(!ledger.takeListed(dialog(1, .active, at: 70, manager: 7)))
    #expect(ledger.takePushed(.active, manager: 8, in: 1), "transferred")
    #expect(ledger.takePushed(.released, manager: nil, in: 1))
  }

  @Test func `A list that was asked for too early is not news`() {
    let ledger = Book(WatchLedger(settledThrough: moment(0)))
    #expect(ledger.takeListed(dialog(1, .active, at: 50, manager: 7)))
    #expect(!ledger.takeListed(dialog(1, .requested, at: 40)))
    #expect(!ledger.takeListed(dialog(1)), "a list without the fields says nothing")
    #expect(ledger.handoffState(of: 1) == .active)
  }

  @Test func `A hand-off without a moment is remembered while it lasts`() throws {
    let ledger = Book(WatchLedger(settledThrough: moment(0)))
    #expect(!ledger.takeListed(dialog(1, .requested), isBeginning: true))
    ledger.settle(through: moment(10_000))
    #expect(!ledger.takeListed(dialog(1, .requested)))
    let later = Book(try #require(WatchLedger(cursor: ledger.cursor)))
    #expect(!later.takeListed(dialog(1, .requested)))
    #expect(later.takeListed(dialog(2, .requested)))
    #expect(later.takeListed(dialog(1, .active)))
    #expect(!later.takeListed(dialog(3, .released)), "an old one, as far as anybody can tell")
  }

  // MARK: The cursor

  @Test func `A cursor goes on exactly where it was`() throws {
    let ledger = Book(WatchLedger(settledThrough: moment(0)))
    ledger.position = WatchLedger.StreamPosition(epoch: "3f-Ab9", sequence: 812)
    #expect(ledger.takePushed(message(35, at: 20), in: 4))
    #expect(ledger.takePushed(.active, manager: 7, in: 4))
    #expect(ledger.takeListed(dialog(9, .requested, at: 25)))
    let cursor = ledger.cursor
    #expect(cursor.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"'\"\\$`&|;<>*?".utf8.contains($0) })
    let later = Book(try #require(WatchLedger(cursor: cursor)))
    #expect(later.cursor == cursor)
    #expect(later.position == ledger.position)
    #expect(!later.takeRead(message(35, at: 20), in: 4))
    #expect(later.takeRead(message(36, at: 20), in: 4))
    #expect(!later.takeListed(dialog(9, .requested, at: 25)))
    #expect(!later.takePushed(.active, manager: 7, in: 4))
    #expect(later.takePushed(.active, manager: 8, in: 4))
  }

  @Test(
    "what is no cursor is refused",
    arguments: [
      "", "1", "1~~", "2~abc~", "1~abc", "1~abc~x.y.z.w", "1~abc~1.2~no_epoch:1", "1~abc~1.2~e:x", "1~abc~1.!", "lol",
      "1~abc~1.2~e:1~more", "1~\u{1B}[2J~",
    ])
  func refused(cursor: String) {
    #expect(WatchLedger(cursor: cursor) == nil)
  }

  @Test func `A server's odd name for its stream does not get into the cursor`() {
    let ledger = Book(WatchLedger(settledThrough: moment(0)))
    ledger.position = WatchLedger.StreamPosition(epoch: "a~b'; rm -rf /", sequence: 1)
    #expect(ledger.cursor.split(separator: "~").count == 2)
    #expect(WatchLedger(cursor: ledger.cursor) != nil)
  }
}
