public import ChatProtocol

extension Watcher {
  /// What is watched, and how.
  public struct Configuration: Hashable, Sendable {
    /// Only this dialog; nil for all.
    public var dialogID: DialogID?
    /// What is told.
    public var kinds = WatchEvent.Kind.usual
    /// Whether the server has an operator's stream (part 2). Without, the list, the queue and some links are watched.
    public var hasStream = false
    /// Whether the dialogs of all accounts are asked for.
    public var all = false
    /// The time between two looks at the list, where there is no stream.
    public var pollInterval = Duration.seconds(3)
    /// The longest time between two looks that fail.
    public var pollCap = Duration.seconds(30)
    /// How many dialogs get a link of their own, where there is no stream.
    public var mostLinks = 24
    /// A dialog that was silent for longer gets none, unless somebody waits in it or has it.
    public var linkedFor = Duration.seconds(600)
    /// How many pages of the list one look takes; of a longer list it takes the first and goes round through the rest.
    public var pagesAtOnce = 10
    /// How many histories are asked for at once.
    public var historiesAtOnce = 4

    /// The usual.
    public init() {}
  }

  /// What an operator's stream brought.
  public enum StreamNews: Hashable, Sendable {
    /// A message; whether it comes late, after an outage.
    case message(Message, DialogID, isLate: Bool = false)
    /// Another event; whether it comes late.
    case event(DialogEvent, DialogID?, isLate: Bool = false)
    /// An event that cannot be read; it counts.
    case unreadable
    /// It is connected, and nothing is missing; how many events had been missed, and came.
    case resumed(missed: Int)
    /// It is connected for the first time, and begins with what comes next.
    case began
    /// Events are missing that the stream does not have any more.
    case broken
  }

  /// What can happen.
  public enum Event: Hashable, Sendable {
    /// Begin.
    case start
    /// The stream brought something; its place in it behind the last of it.
    case stream([StreamNews], WatchLedger.StreamPosition?)
    /// The stream has no connection, and why; whether its attempts are used up, so that it is polled meanwhile.
    case streamLost(String, polls: Bool)
    /// A dialog's link brought messages: as they happened, or with a history.
    case linked(DialogID, [Message], isPushed: Bool)
    /// A dialog's link brought an event.
    case linkEvent(DialogID, DialogEvent)
    /// Whether a dialog's link has all messages.
    case linkIsLive(DialogID, Bool)
    /// The queue.
    case queueLoaded([QueueEntry])
    /// A page of the list, and how many there are.
    case dialogsLoaded([Dialog], page: Int, pages: Int)
    /// A dialog's history, as far as it was asked for.
    case historyLoaded(DialogID, [Message])
    /// One of the three was not to be had.
    case failed(Request, APIFailure)
    /// The time that the last `setAlarm` asked for is over.
    case alarm
  }

  /// What was asked for.
  public enum Request: Hashable, Sendable {
    /// The queue.
    case queue
    /// A page of the list.
    case dialogs(page: Int)
    /// A dialog's history.
    case history(DialogID)
  }

  /// What a watch asks of its shell.
  public enum Action: Hashable, Sendable {
    /// Open the operator's stream, going on where it was.
    case openStream(WatchLedger.StreamPosition?)
    /// Keep a link to a dialog.
    case openLink(DialogID)
    /// Let go of a link.
    case closeLink(DialogID)
    /// Ask for something.
    case load(Request, after: MessageID?)
    /// Come back with `alarm`; replaces the one before.
    case setAlarm(after: Duration)
    /// Tell an event, with the cursor behind it.
    case tell(WatchEvent, cursor: String)
    /// Say to the person who watches how it stands.
    case say(Standing)
    /// It is over: why.
    case end(APIFailure)
  }

  /// How it stands with the connection.
  public enum Standing: Hashable, Sendable {
    /// Nothing is missing; how many events were missed before, and have been told.
    case live(recovered: Int)
    /// What is told may be late, and why.
    case stale(String)
  }
}
