import ChatProtocol
import ConsoleModel
import Glibc
import Terminal

/// Drafts: from the disk when the console starts, and into the operator's editor.
extension Console {
  /// Takes over the drafts of the disk, and what an editor had when everything ended at once.
  func restoreDrafts() {
    var drafts = services.drafts.load()
    for (key, text) in services.editing.takeLeftovers() {
      services.drafts.save(text, for: key)
      services.editing.remove(key)
      if key.kind == .note { drafts.notes[key.dialogID] = text } else { drafts.replies[key.dialogID] = text }
    }
    handle(.draftsRestored(drafts.replies, notes: drafts.notes))
  }

  /// Lets the operator write a draft in their editor. The file is there before the editor, and until its text has been
  /// taken over: whatever ends in between, one of the two has the words.
  func edit(_ key: DraftKey, _ text: String) {
    let files = services.editing
    let path: String
    do {
      services.disk.flush()
      path = try files.make(text, for: key)
    } catch {
      return handle(.edited(key, .failed(reason: "No file for the editor: \(error)", text: nil)))
    }
    let arguments = EditorCommand.arguments(
      for: path, setting: state.settings.editor, environment: environment)
    face.run(arguments) { [weak self] end in
      guard let self else { return }
      let program = arguments.first ?? "the editor"
      switch (end, files.read(key)) {
      case (.exited(status: 0), let text?): handle(.edited(key, .finished(text)))
      case (.exited(let status), let text):
        handle(.edited(key, .failed(reason: "\(program) ended with status \(status)", text: text)))
      case (.killed(let signal), let text):
        handle(.edited(key, .failed(reason: "\(program) was ended by signal \(signal)", text: text)))
      case (.notStarted(let number), _):
        let why = String(cString: strerror(number))
        handle(.edited(key, .failed(reason: "\(program) cannot be started: \(why)", text: nil)))
      }
      services.disk.flush()
      files.remove(key)
    }
  }
}
