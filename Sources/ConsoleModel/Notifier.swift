public import ChatProtocol

/// Something that an operator who looks elsewhere is to be told, outside of the screen.
public struct Announcement: Hashable, Sendable {
  /// Why, in rising urgency.
  public enum Kind: Int, Hashable, Sendable, Comparable, CaseIterable {
    /// A visitor wrote in a dialog of mine.
    case message
    /// The AI's proposal waits for a decision.
    case proposal
    /// A dialog that was set aside is back.
    case returned
    /// A visitor has waited for too long.
    case breach
    /// A visitor asks for a human.
    case waiting
    /// A colleague named me in a note.
    case mention

    public static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
  }

  /// Why.
  public var kind: Kind
  /// The dialog; of several the first.
  public var dialogID: DialogID
  /// How many dialogs it is about.
  public var count: Int
  /// Whether the bell rings.
  public var rings: Bool
  /// Whether a desktop notice is shown, where there is a way to.
  public var pops: Bool

  /// Makes an announcement of its parts.
  public init(kind: Kind, dialogID: DialogID, count: Int, rings: Bool, pops: Bool) {
    self.kind = kind
    self.dialogID = dialogID
    self.count = count
    self.rings = rings
    self.pops = pops
  }

  /// Fixed words and numbers: nothing that a stranger wrote leaves the screen.
  public var text: String {
    let subject = count > 1 ? "\(count) dialogs" : "#\(dialogID)"
    return switch (kind, count > 1) {
    case (.proposal, _): "the AI proposes an answer in \(subject)"
    case (.returned, false): "\(subject) is back"
    case (.returned, true): "\(subject) are back"
    case (.message, false): "\(subject) has a new message"
    case (.message, true): "\(subject) have new messages"
    case (.breach, false): "\(subject) has waited for too long"
    case (.breach, true): "\(subject) have waited for too long"
    case (.waiting, false): "\(subject) asks for a human"
    case (.waiting, true): "\(subject) ask for a human"
    case (.mention, false): "you are mentioned in \(subject)"
    case (.mention, true): "you are mentioned in \(subject)"
    }
  }
}

/// What is announced outside of the screen, and when: once for each cause, never what is before the operator's eyes,
/// never as a rattle, and not in the quiet hours.
///
/// A value without a clock: time comes with each event, and ``Action/wake(at:)`` says when it wants to be told again.
public struct Notifier: Hashable, Sendable {
  /// What the operator has chosen.
  public struct Settings: Hashable, Sendable {
    /// The least that rings the bell; nil for nothing.
    public var bell: Announcement.Kind? = .message
    /// The least that shows a desktop notice; nil for nothing.
    public var popup: Announcement.Kind? = .message
    /// Minutes of the day, local time, in which nothing is announced; over midnight when the end is before the start.
    public var quiet: QuietHours?
    /// The shortest time between two announcements of the same urgency.
    public var spacing: Duration = .seconds(3)
    /// The shortest time between two announcements of messages, or of the request, in one dialog that nobody has looked
    /// at.
    public var messageSpacing: Duration = .seconds(60)

    /// Everything is announced.
    public init() {}
  }

  /// A part of the day.
  public struct QuietHours: Hashable, Sendable {
    /// Minutes after midnight.
    public var start: Int
    /// Minutes after midnight; the first that is not quiet any more.
    public var end: Int

    /// From one minute of the day to another.
    public init(start: Int, end: Int) {
      self.start = start
      self.end = end
    }

    /// Whether a minute of the day is quiet.
    func contains(_ minute: Int) -> Bool {
      start <= end ? start..<end ~= minute : minute >= start || minute < end
    }
  }

  /// What happens to it.
  public enum Event: Hashable, Sendable {
    /// Something is worth telling; whether it is before the operator's eyes.
    case happened(Announcement.Kind, DialogID, isInView: Bool)
    /// The operator has seen a dialog: what is held for it is no news.
    case seen(DialogID)
    /// The time that it asked for.
    case woke
  }

  /// What it wants done.
  public enum Action: Hashable, Sendable {
    /// Tell it.
    case announce(Announcement)
    /// Send ``Event/woke`` at a moment of the monotonic clock.
    case wake(at: Duration)
  }

  /// What the operator has chosen.
  public var settings: Settings

  private var lastAt: Duration?
  private var lastKind = Announcement.Kind.message
  /// When each dialog's messages and requests were last announced, until somebody looks: a request comes over the
  /// socket, with the queue and with the list, and is one all the same.
  private var toldAt: [Held: Duration] = [:]
  /// What came too soon after something of the same urgency, in the order it came.
  private var held: [Held] = []

  private struct Held: Hashable {
    var kind: Announcement.Kind
    var dialogID: DialogID
  }

  /// A notifier that has told nothing yet.
  public init(settings: Settings = Settings()) { self.settings = settings }

  /// Takes one event in and says what is to be done.
  ///
  /// - Parameter minute: the local time, in minutes after midnight.
  public mutating func handle(_ event: Event, at now: Duration, minute: Int) -> [Action] {
    switch event {
    case .happened(let kind, let id, let isInView):
      guard !isInView, isWanted(kind), !isQuiet(minute) else { return [] }
      let new = Held(kind: kind, dialogID: id)
      if kind == .message || kind == .waiting {
        if let told = toldAt[new], now - told < settings.messageSpacing { return [] }
        toldAt[new] = now
      }
      return tell(new, at: now)
    case .seen(let id):
      toldAt[Held(kind: .message, dialogID: id)] = nil
      toldAt[Held(kind: .waiting, dialogID: id)] = nil
      held.removeAll { $0.dialogID == id }
      return []
    case .woke:
      guard let nextAt, now >= nextAt else { return held.isEmpty ? [] : [.wake(at: nextAt ?? now)] }
      return isQuiet(minute) ? forget() : announceHeld(at: now)
    }
  }

  private func isWanted(_ kind: Announcement.Kind) -> Bool {
    settings.bell.map { kind >= $0 } ?? false || settings.popup.map { kind >= $0 } ?? false
  }

  private func isQuiet(_ minute: Int) -> Bool { settings.quiet?.contains(minute) ?? false }

  private var nextAt: Duration? { lastAt.map { $0 + settings.spacing } }

  private mutating func tell(_ new: Held, at now: Duration) -> [Action] {
    // What is more urgent than the last does not wait for it.
    if let nextAt, now < nextAt, new.kind <= lastKind {
      let isFirst = held.isEmpty
      if !held.contains(new) { held.append(new) }
      return isFirst ? [.wake(at: nextAt)] : []
    }
    return [.announce(announcement(of: [new], at: now))]
  }

  /// The most urgent kind of what was held, as one; the rest is on the screen and in the title.
  private mutating func announceHeld(at now: Duration) -> [Action] {
    guard let kind = held.map(\.kind).max() else { return [] }
    let told = held.filter { $0.kind == kind }
    held = []
    return [.announce(announcement(of: told, at: now))]
  }

  private mutating func announcement(of told: [Held], at now: Duration) -> Announcement {
    lastAt = now
    lastKind = told[0].kind
    let kind = told[0].kind
    return Announcement(
      kind: kind, dialogID: told[0].dialogID, count: told.count, rings: settings.bell.map { kind >= $0 } ?? false,
      pops: settings.popup.map { kind >= $0 } ?? false)
  }

  private mutating func forget() -> [Action] {
    held = []
    return []
  }
}
