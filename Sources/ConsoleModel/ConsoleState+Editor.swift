import ChatProtocol

/// How writing in the operator's own editor came out.
public enum EditorOutcome: Hashable, Sendable {
  /// The text as it was saved.
  case finished(String)
  /// The editor could not be started, failed or was killed; and what its file had in it by then, if it had anything.
  case failed(reason: String, text: String?)
}

/// Writing in the operator's own editor.
extension ConsoleState {
  /// Hands the draft of the dialog in hand to the editor.
  mutating func startEditor() {
    guard let id = target else { return }
    open(id)
    let key = DraftKey(id, openKind)
    // What is typed so far is on disk before the terminal is somebody else's.
    noteDraft(id, key.kind)
    saveDrafts()
    emit(.edit(key, composer(key)?.text ?? ""))
  }

  /// The editor has ended: its text is the draft. One that failed changes nothing, and what it had is not lost.
  mutating func edited(_ key: DraftKey, _ outcome: EditorOutcome) {
    switch outcome {
    case .finished(let text):
      editSlot(key) { $0.replaceAll(with: text) }
      noteDraft(key.dialogID, key.kind)
      saveDrafts()
    case .failed(let reason, let text):
      let before = composer(key)?.text ?? ""
      if let text, text != before, !text.isEmpty {
        editSlot(key) { $0.remember(text) }
        say(.error, "\(reason). The draft is as it was; Up has what the editor had")
      } else {
        say(.error, "\(reason). The draft is as it was")
      }
    }
    if conversation?.dialogID == key.dialogID { compose(in: key.dialogID, key.kind) }
  }
}
