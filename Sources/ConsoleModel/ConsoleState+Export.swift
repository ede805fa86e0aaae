import ChatProtocol
import LiveLink

/// A file that is to be written.
public struct ExportFile: Hashable, Sendable {
  /// Where; a relative path counts from where the console was started.
  public var path: String
  /// What is written.
  public var content: String
  /// Whether a file that is there may be written over: the operator was asked.
  public var overwrites: Bool
}

/// What became of a file.
public enum ExportOutcome: Hashable, Sendable {
  /// It is written; where, whole.
  case written(path: String)
  /// There is one already, which was left as it is.
  case exists
  /// It could not be written; the system's reason.
  case failed(String)
}

/// Writing a transcript down.
extension ConsoleState {
  var exportAvailability: Availability {
    guard let id = target else { return .no("No dialog is chosen") }
    guard let timeline = links[id]?.timeline, links[id]?.isLoaded == true else {
      return .no("The messages of #\(id) are not here yet: open it first")
    }
    return timeline.isEmpty ? .no("#\(id) has no messages") : .yes
  }

  /// Writes the dialog's transcript, or asks in which format.
  mutating func startExport(as format: String?, to path: String?) {
    guard let id = target else { return }
    guard let format = format.flatMap(TranscriptFormat.init(rawValue:)) else { return pick(.export(id)) }
    export(id, as: format, to: path)
  }

  mutating func export(_ id: DialogID, as format: TranscriptFormat, to path: String?) {
    // A transcript is of the whole conversation.
    guard hasOlder(id) else { return write(id, as: format, to: path) }
    if links[id]?.phase == .idle { return say(.warning, "The older messages of #\(id) are not here: open it first") }
    say(.info, "Reading the older messages of #\(id)…")
    seekOlder(.export(format, path: path), in: id)
  }

  /// Writes down what is here.
  mutating func write(_ id: DialogID, as format: TranscriptFormat, to path: String?) {
    guard let timeline = links[id]?.timeline else { return }
    let entry = list.entries[id]
    let document = TranscriptDocument(
      dialogID: id, visitor: entry?.visitorName, channel: entry?.dialog.channelType, writtenAt: clock.now,
      messages: Array(timeline), capabilities: session.capabilities)
    let file = ExportFile(
      path: path ?? defaultName(id, format), content: document.rendered(as: format), overwrites: false)
    engine.export = file
    emit(.export(file))
  }

  /// A name that says what it holds, without a word of the visitor's in it.
  private func defaultName(_ id: DialogID, _ format: TranscriptFormat) -> String {
    let (day, second) = clock.local(clock.now)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let time = two(second / 3600) + two(second / 60 % 60) + two(second % 60)
    return "chatai-dialog-\(id)-\(CivilDate(daysSinceEpoch: day))-\(time).\(format.fileExtension)"
  }

  /// What became of it.
  mutating func exported(_ outcome: ExportOutcome) {
    switch outcome {
    case .written(let path): say(.info, "Written to \(path)")
    case .failed(let reason): say(.error, "Not written: \(reason)")
    case .exists:
      guard let file = engine.export else { return }
      prompt = Prompt(
        .overwrite, in: nil, "\(file.path) is there already. Write over it?", confirmKey: .character("y"), "write over")
      return
    }
    engine.export = nil
  }

  /// Writes over the file that was asked about.
  mutating func overwriteExport() {
    guard var file = engine.export else { return }
    file.overwrites = true
    emit(.export(file))
  }
}
