public import ChatProtocol

extension LiveLink {
  /// The times of the contract, and what a test or a background link has otherwise.
  public struct Configuration: Hashable, Sendable {
    /// The delays between attempts.
    public var backoff = Backoff()
    /// How many attempts are made before the history is polled as well.
    public var attemptsBeforePolling = 5
    /// The time between two polls.
    public var pollInterval: Duration = .seconds(3)
    /// How long a connection must live before it counts as good without having carried a frame.
    public var settleTime: Duration = .seconds(5)
    /// The silence after which a connection is dead; the server's heartbeat comes every 25 s.
    public var silenceLimit: Duration = .seconds(40)
    /// The silence that is still allowed after the machine slept, once the connection was pinged.
    public var verifyTime: Duration = .seconds(5)
    /// A timer that is later than this says that the machine slept.
    public var sleepGap: Duration = .seconds(10)
    /// The longest `Retry-After` that is obeyed.
    public var retryAfterLimit: Duration = .seconds(3600)
    /// A server that asks for another token within this time of a refresh does not get one: it is a failure.
    public var refreshSpacing: Duration = .seconds(60)
    /// How long somebody counts as typing when the stop does not come.
    public var typingLifetime: Duration = .seconds(8)
    /// How many messages behind the newest a catch-up asks for again: a server may store two messages at once and
    /// show the higher id first.
    public var catchUpOverlap = 16
    /// Whether history is polled while the socket is down: yes for the dialog on the screen, no for the list's.
    public var pollsWhileDown = true
    /// How many messages a page of history has, for servers with paging: the newest page comes first, what is older
    /// on demand. Nil: the whole history comes at once.
    public var pageSize: Int?
    /// No more pages are fetched once this many messages are here.
    public var loadedLimit = 50_000

    /// The contract's times.
    public init() {}
  }

  /// One attempt at a socket. Events of any but the newest are ignored.
  public struct ConnectionID: Hashable, Sendable {
    let serial: UInt64
  }

  /// One fetch of history.
  public struct RequestID: Hashable, Sendable {
    let serial: UInt64
  }

  /// Where the link stands.
  public enum Phase: Hashable, Sendable {
    /// Not started, or stopped by us.
    case idle
    /// An attempt is under way, or its socket is open and what was missed is being fetched.
    /// Attempt 0 is the first of all, 1… are the repeats.
    case connecting(attempt: Int)
    /// The socket is open and nothing is missing; since when.
    case live(since: Duration)
    /// Waiting for the next attempt: `attempt` of `configuration.attemptsBeforePolling` (more only for links that
    /// do not poll).
    case reconnecting(attempt: Int, retryAt: Duration)
    /// The history is polled and the socket still tried; nil is now, under way.
    case polling(attempt: Int, nextPollAt: Duration?, nextSocketAt: Duration?)
    /// It will not come back by itself; `retryNow` tries again.
    case stopped(StopReason)
  }

  /// Why a link does not try any more.
  public enum StopReason: Hashable, Sendable {
    /// The server closed with 1000.
    case closedByServer
    /// The server will not have us in this dialog; a sentence.
    case refused(String)
    /// The login has expired.
    case signedOut
  }

  /// What can happen to a link.
  public enum Event: Hashable, Sendable {
    /// Connect and stay connected. Nothing if it is at work already.
    case start
    /// Close and be idle.
    case stop
    /// The operator will not wait: try at once, also from ``Phase/stopped(_:)``.
    case retryNow
    /// Fetch what is new, whatever the socket says: somebody wants to be sure.
    case refresh
    /// The process was stopped or the machine slept: verify what looks alive.
    case woke
    /// Somebody wants to see what is older than the timeline; how many, if not as many as a page has. May be sent as
    /// often as one likes.
    case wantOlder(limit: Int? = nil)
    /// Nobody looks at what is older than the newest page any more.
    case forgetOlder
    /// Whether the dialog is on the screen and is polled while the socket is down.
    case pollsWhileDown(Bool)
    /// The operator types in this dialog, or stopped. May be sent with every key: the link spaces the frames.
    case operatorTyping(Bool)
    /// A message of ours that a POST answered with.
    case stored(Message)

    /// The handshake is done.
    case socketOpened(ConnectionID)
    /// A text frame came, as it is.
    case socketText(ConnectionID, String)
    /// A pong came, of the protocol.
    case socketPong(ConnectionID)
    /// The connection ended; the code is nil without a Close frame (1006).
    case socketClosed(ConnectionID, code: Int?, reason: String)
    /// An HTTP answer came instead of the 101.
    case socketRefused(ConnectionID, status: Int, retryAfter: Duration?)
    /// No connection came about: a sentence that says why.
    case socketFailed(ConnectionID, String)

    /// The stream that feeds the link stands so now; until when it was known to be complete, if it is not live.
    case streamPhase(Phase, completeAt: Duration?)
    /// What the stream brought has a gap.
    case streamBroke
    /// The stream brought a message of this dialog: as it happened (`socket`), or late (`recovered`).
    case streamed(Message, Origin)

    /// The history asked for.
    case messagesLoaded(RequestID, [Message])
    /// There is no history, and why.
    case messagesFailed(RequestID, APIFailure)

    /// There is a new token.
    case tokenRefreshed
    /// There is no new token, and why.
    case tokenRefreshFailed(APIFailure)

    /// A timer ran out.
    case timerFired(Timer)
  }

  /// What a link asks of its shell.
  public enum Action: Hashable, Sendable {
    /// Open a socket with the newest token.
    case connect(ConnectionID)
    /// Close the socket, without waiting, with a code if it is open. Its later events are ignored.
    case disconnect(ConnectionID, code: Int)
    /// Send a text frame.
    case send(ConnectionID, String)
    /// Send a ping of the protocol; the answer is ``Event/socketPong(_:)``.
    case ping(ConnectionID)
    /// Run a timer; replaces the one of that name.
    case setTimer(Timer, after: Duration)
    /// Forget a timer.
    case cancelTimer(Timer)
    /// `GET messages`; only what is newer than an id where the server has paging, else everything.
    case fetchMessages(RequestID, after: MessageID?)
    /// `GET messages` with paging: so many before an id, or the newest; answered like `fetchMessages`.
    case fetchPage(RequestID, before: MessageID?, limit: Int)
    /// Refresh the access token, unless that is under way; answer all links that asked.
    case refreshToken
    /// For the state around the link, not for the shell.
    case report(Change)
  }

  /// What became different.
  public enum Change: Hashable, Sendable {
    /// The phase.
    case phase(Phase)
    /// Messages that the timeline did not have, ascending, and the way they came.
    case inserted([Message], Origin)
    /// ``LiveLink/older``.
    case older
    /// A message that reads differently now.
    case updated(MessageID)
    /// Who types: ``LiveLink/typists``.
    case typing
    /// A typed event, other than typing.
    case event(DialogEvent)
    /// A frame that the contract does not know; for the log.
    case ignoredFrame(reason: String)
    /// A call or a connection failed; for the log.
    case problem(String)
    /// A poll was answered after some that were not.
    case serverReturned
  }

  /// The way a message came in.
  public enum Origin: Hashable, Sendable {
    /// With the first history of all.
    case history
    /// With a page that was asked for because it is older.
    case older
    /// Over the socket.
    case socket
    /// With a later history: the socket had missed it.
    case recovered
    /// As the answer to our POST.
    case answer
  }

  /// The timers of a link.
  public enum Timer: Hashable, Sendable, CaseIterable {
    /// The next attempt at the socket.
    case reconnect
    /// The next fetch: a poll, or the repeat of one that failed.
    case fetch
    /// The connection has lived long enough to be good.
    case settle
    /// No frame for too long?
    case silence
    /// Somebody's typing runs out.
    case typing
    /// The operator's own typing runs out.
    case operatorTyping
  }
}
