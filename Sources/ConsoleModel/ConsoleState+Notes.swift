public import ChatProtocol
import LiveLink

/// Notes: what operators write to each other beside a conversation, and no visitor sees.
extension ConsoleState {
  /// What the composer of the open dialog writes: a reply, or a note.
  public var openKind: MessageKind { conversation.flatMap { writing[$0.dialogID] } ?? .message }

  var noteAvailability: Availability {
    guard session.capabilities.hasNotes else { return .no("This server has no notes") }
    return target == nil ? .no("No dialog to write a note to") : .yes
  }

  /// Opens the composer for a note: whoever has the dialog.
  mutating func startNote() {
    guard let id = target else { return }
    open(id)
    if composers[id]?.isFormerNote == true {
      // It is the same text, on its way to the visitor: it comes back.
      compose(in: id)
      switchKind()
    } else {
      compose(in: id, .note)
    }
  }

  /// Makes a note of the reply under edit, or a reply of the note. Where both have a text, neither moves.
  mutating func switchKind() {
    guard let id = conversation?.dialogID else { return }
    let from = DraftKey(id, openKind)
    let to = DraftKey(id, from.kind == .note ? .message : .note)
    let text = composer(from)?.text ?? ""
    if !text.isEmpty, composer(to)?.buffer.isEmpty ?? true {
      let wasNote = from.kind == .note
      let moved = composer(from)
      editSlot(to) { $0.takeOver(moved, isFormerNote: wasNote) }
      editSlot(from) { $0.giveUp() }
      noteDraft(id, .note)
      noteDraft(id, .message)
    }
    writing[id] = to.kind
    tellTyping(to.kind == .message && composers[id]?.buffer.isEmpty == false, in: id)
  }
}
