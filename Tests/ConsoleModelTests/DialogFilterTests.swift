import ChatProtocol
import Testing

@testable import ConsoleModel

@Suite("The filter of the list")
struct DialogFilterTests {
  private static let entries: [DialogEntry] = {
    var mine = DialogEntry(dialog: .mine(1), holder: .me, lastLine: LastLine(text: "Refund?", sender: .user, at: nil))
    mine.dialog.name = "Ana Petrova"
    mine.dialog.channelType = "web"
    mine.marks.labels = ["angry", "vip"]
    mine.marks.priority = .high
    mine.hasDraft = true
    var omars = DialogEntry(dialog: .omars(2), holder: .other(Console.omar))
    omars.dialog.channelType = "Telegram"
    omars.unread.count = 2
    var waiting = DialogEntry(dialog: .waiting(3, minutes: 1), holder: .nobodyYet(since: nil))
    waiting.marks.snooze = DialogMarks.Snooze(until: Console.start, since: Console.start)
    var assistants = DialogEntry(dialog: .make(14), holder: .assistant)
    assistants.openProposals = 1
    assistants.marks.isUnread = true
    return [mine, omars, waiting, assistants]
  }()

  @Test(arguments: [
    ("", [1, 2, 3, 14]), ("is:mine", [1]), ("-is:mine", [2, 3, 14]), ("is:waiting", [3]), ("is:ai", [14]),
    ("is:others", [2]), ("is:unread", [2, 14]), ("is:snoozed", [3]), ("-is:snoozed is:unread", [2, 14]),
    ("is:draft", [1]), ("is:proposal", [14]), ("label:vip", [1]), ("label:VIP label:angry", [1]), ("label:v", []),
    ("-label:vip", [2, 3, 14]), ("prio:high", [1]), ("prio:normal", [2, 3, 14]), ("-priority:normal", [1]),
    ("holder:omar", [2]), ("holder:me", [1]), ("holder:ai", [14]), ("holder:nobody", [3]), ("holder:x", []),
    ("channel:web", [1]), ("channel:telegram", [2]), ("ana", [1]), ("refund PETROVA", [1]), ("-refund", [2, 3, 14]),
    ("#14", [14]), ("-", []), ("is:", []), ("is:nothing", []), ("x:y", []), ("label:", []), ("--ana", [1, 2, 3, 14]),
  ])
  func passes(_ text: String, _ ids: [DialogID]) {
    let filter = DialogFilter(text)
    #expect(Self.entries.filter(filter.matches).map(\.id) == ids)
  }
}
