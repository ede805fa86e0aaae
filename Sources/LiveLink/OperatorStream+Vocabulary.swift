public import ChatProtocol

extension OperatorStream {
  /// One attempt at the socket.
  public typealias ConnectionID = LiveLink.ConnectionID
  /// Where it stands. `polling` means that the attempts are used up or the wait is long: whoever owns the stream asks
  /// over HTTP meanwhile, and the socket is still tried.
  public typealias Phase = LiveLink.Phase

  /// A place in the stream.
  public struct Position: Hashable, Sendable {
    /// The number of an event.
    public var sequence: Int
    /// Which numbering it is.
    public var epoch: String

    /// Makes a position of its parts.
    public init(sequence: Int, epoch: String) {
      self.sequence = sequence
      self.epoch = epoch
    }
  }

  /// What can happen to a stream.
  public enum Event: Hashable, Sendable {
    /// Connect and stay connected. Nothing if it is at work already.
    case start
    /// Close and be idle.
    case stop
    /// The operator will not wait: try at once, also from ``LiveLink/Phase/stopped(_:)``.
    case retryNow
    /// The process was stopped or the machine slept: verify what looks alive.
    case woke
    /// The server answers over HTTP again: the next attempt need not wait long.
    case serverReturned

    /// The operator types in a dialog, or stopped. May be sent with every key: the stream spaces the frames.
    case typing(Bool, DialogID)
    /// The operator has read a dialog up to a message. May be sent as often as one likes, connected or not.
    case read(MessageID, DialogID)
    /// The operator looks at a dialog, or at none.
    case viewing(DialogID?)

    /// Something happened to the socket.
    case socket(SocketEvent)
    /// A timer ran out.
    case timerFired(Timer)
  }

  /// What a stream asks of its shell.
  public enum Action: Hashable, Sendable {
    /// Open a socket to `/ws/operator` with the newest token and, to go on where it was, `since` and `epoch`; offer
    /// `StreamFrame.subprotocol`.
    case connect(ConnectionID, since: Position?)
    /// Close the socket, without waiting, with a code if it is open. Its later events are ignored.
    case disconnect(ConnectionID, code: Int)
    /// Send a text frame.
    case send(ConnectionID, String)
    /// Send a ping of the protocol; the answer is `SocketEvent.pong`.
    case ping(ConnectionID)
    /// Run a timer; replaces the one of that name.
    case setTimer(Timer, after: Duration)
    /// Forget a timer.
    case cancelTimer(Timer)
    /// Refresh the access token; the answer is `SocketEvent.tokenRefreshed` or `tokenRefreshFailed`.
    case refreshToken
    /// For the state around the stream, not for the shell.
    case report(Change)
  }

  /// What became different.
  public enum Change: Hashable, Sendable {
    /// The phase.
    case phase(Phase)
    /// A message, as it happened (`socket`) or late, after an outage (`recovered`).
    case message(Message, DialogID, LiveLink.Origin)
    /// Another event, and its dialog if it has one; whether it is late.
    case event(DialogEvent, DialogID?, isLate: Bool)
    /// A connection goes on where the last one ended, or does not. Said after what was missed, if that was replayed.
    case caughtUp(CatchUp)
    /// ``OperatorStream/roundTrip``.
    case roundTrip
    /// A frame or an event that this version does not know; for the log.
    case ignoredFrame(reason: String)
    /// A connection failed; for the log.
    case problem(String)
  }

  /// How a connection goes on from the one before.
  public enum CatchUp: Hashable, Sendable {
    /// There was none before: what is known from elsewhere may be older.
    case began
    /// Nothing is missing: this many events were missed, and have been reported.
    case resumed(missed: Int)
    /// Events are missing that cannot be had any more; why.
    case resync(ResyncReason)
  }

  /// Why a stream cannot go on where it was.
  public enum ResyncReason: Hashable, Sendable {
    /// The server does not remember so far back, or was started anew.
    case forgotten
    /// A number was left out.
    case gap
  }

  /// The timers of a stream.
  public enum Timer: Hashable, Sendable, CaseIterable {
    /// The next attempt at the socket.
    case reconnect
    /// The connection has lived long enough to be good.
    case settle
    /// No frame for too long?
    case silence
    /// What was missed should have come by now.
    case replay
    /// The operator's own typing runs out.
    case typing
    /// What is to be told was held back, so that there are not too many frames.
    case signals
  }
}
