public import ChatProtocol

/// The marks of all dialogs, as a state machine: what happens goes in, what follows comes out.
public struct MarkBook: Hashable, Sendable {
  /// What can happen to the marks.
  public enum Event: Hashable, Sendable {
    /// The operator marks a dialog unread, or takes that back.
    case toggleUnread(DialogID)
    /// The operator looks at a dialog: it is not marked unread any more.
    case looked(DialogID)
    /// The operator says how urgent a dialog is; nil for as urgent as any.
    case setPriority(DialogID, DialogMarks.Priority?)
    /// The operator puts a label on a dialog, or takes it off.
    case toggleLabel(DialogID, String)
    /// The operator sets a dialog aside.
    case snooze(DialogID, until: Timestamp)
    /// The operator takes it back before its time.
    case wake(DialogID)
    /// The operator takes back what was done to a dialog's marks: they are these again.
    case restore(DialogID, DialogMarks)
    /// The visitor has written in it.
    case visitorWrote(DialogID)
    /// Time has passed.
    case tick
  }

  /// Why a dialog that was set aside is back.
  public enum Return: Hashable, Sendable {
    /// Its time has come.
    case due(since: Timestamp)
    /// The visitor has written.
    case visitorWrote
  }

  /// What follows.
  public enum Action: Hashable, Sendable {
    /// A dialog's marks are others.
    case changed(DialogID)
    /// A dialog that was set aside is back by itself: the operator is to be told.
    case returned(DialogID, Return)
  }

  /// The dialogs with marks; one without marks is not among them.
  public private(set) var marks: [DialogID: DialogMarks]

  /// A book of what was kept.
  public init(_ marks: [DialogID: DialogMarks] = [:]) {
    self.marks = marks.filter { !$0.value.isEmpty }
  }

  /// A dialog's marks.
  public subscript(id: DialogID) -> DialogMarks { marks[id] ?? DialogMarks() }

  /// When the next dialog that is set aside is due.
  public var nextDue: Timestamp? { marks.values.lazy.compactMap { $0.snooze?.until }.min() }

  /// All labels in use, the most used first.
  public var labels: [String] {
    var counts: [String: Int] = [:]
    for mark in marks.values { for label in mark.labels { counts[label, default: 0] += 1 } }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
  }

  /// Takes an event in; says what follows from it.
  public mutating func handle(_ event: Event, at now: Timestamp) -> [Action] {
    switch event {
    case .toggleUnread(let id): return change(id) { $0.isUnread.toggle() }
    case .looked(let id): return change(id) { $0.isUnread = false }
    case .setPriority(let id, let priority): return change(id) { $0.priority = priority }
    case .toggleLabel(let id, let typed):
      guard let label = DialogMarks.label(typed) else { return [] }
      return change(id) { mark in
        if mark.labels.contains(label) {
          mark.labels.removeAll { $0 == label }
        } else {
          mark.labels = (mark.labels + [label]).sorted()
        }
      }
    case .snooze(let id, let until):
      // What is due already would come back at once, with a bell.
      guard until > now else { return change(id) { $0.snooze = nil } }
      return change(id) {
        $0.snooze = DialogMarks.Snooze(until: until, since: now)
        // It is dealt with for now.
        $0.isUnread = false
      }
    case .wake(let id): return change(id) { $0.snooze = nil }
    case .restore(let id, let before): return change(id) { $0 = before }
    case .visitorWrote(let id):
      guard self[id].snooze != nil else { return [] }
      return change(id) { $0.snooze = nil } + [.returned(id, .visitorWrote)]
    case .tick:
      let due = marks.compactMap { id, mark in mark.snooze.flatMap { $0.until <= now ? (id, $0) : nil } }
      return due.sorted { ($0.1.until, $0.0) < ($1.1.until, $1.0) }.flatMap { id, snooze in
        change(id) { $0.snooze = nil } + [.returned(id, .due(since: snooze.since))]
      }
    }
  }

  private mutating func change(_ id: DialogID, _ edit: (inout DialogMarks) -> Void) -> [Action] {
    var mark = self[id]
    edit(&mark)
    guard mark != self[id] else { return [] }
    marks[id] = mark.isEmpty ? nil : mark
    return [.changed(id)]
  }
}
