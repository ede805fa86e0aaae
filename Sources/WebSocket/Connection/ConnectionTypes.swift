extension WebSocketConnection {
  /// Which end of the connection this is; the rules of masking and of who drops TCP first follow from it.
  public enum Role: Sendable {
    /// The end that opened the connection: masks what it sends.
    case client
    /// The end that accepted it: requires a mask on what it receives.
    case server
  }

  /// What a connection allows and how long it waits.
  public struct Configuration: Sendable {
    /// The longest message, in bytes, fragments added up; a longer one fails the connection with 1009. Default
    /// 1 MiB. It bounds the memory a peer can make this end hold.
    public var maximumMessageSize = 1 << 20
    /// The longest single frame, in bytes; nil means that only the message's limit holds. Default nil.
    public var maximumFrameSize: Int?
    /// How long the whole closing may take, from the first Close frame or failure to the end of TCP; then TCP is
    /// dropped. A peer that keeps sending does not prolong it. Default 5 s.
    public var closeTimeout = Duration.seconds(5)
    /// Pings that find a dead peer; nil means none. Default nil.
    public var keepalive: Keepalive?
    /// What the opening handshake offers or accepts about compression; nil turns it off. The connection itself is told
    /// what came of it.
    public var deflate: PermessageDeflate.Configuration? = PermessageDeflate.Configuration()

    /// The defaults of each value.
    public init() {}
  }

  /// When to ping and how long to wait for a sign of life.
  public struct Keepalive: Hashable, Sendable {
    /// A ping is sent when nothing has arrived for so long. Proxies drop connections that idle for 60 s.
    public var interval: Duration
    /// The connection is dead when nothing arrives for so long after the ping has left this machine.
    public var timeout: Duration

    /// Pings after `interval` of silence and gives up `timeout` later.
    public init(interval: Duration = .seconds(25), timeout: Duration = .seconds(15)) {
      self.interval = interval
      self.timeout = timeout
    }
  }

  /// What the peer did.
  public enum Event: Hashable, Sendable {
    /// A whole text message.
    case text(TextMessage)
    /// A whole binary message.
    case binary([UInt8])
    /// A ping with its payload; the pong is already among the output.
    case ping([UInt8])
    /// A pong; the round trip when it answers a ping of ours whose leaving was reported.
    case pong(roundTrip: Duration?)
    /// The peer's Close frame; the answer is already among the output if one was due.
    case closeReceived(CloseFrame)
    /// The connection is over. Comes once, and nothing comes after it.
    indirect case ended(Ending)
  }

  /// How a connection ended.
  public struct Ending: Hashable, Sendable {
    /// What brought it about.
    public enum Cause: Hashable, Sendable {
      /// Both ends sent their Close frames.
      case closeHandshake
      /// TCP ended without the peer's Close frame.
      case transportEnded
      /// The peer broke the protocol or a limit and this end failed the connection.
      case violation(ProtocolViolation)
      /// The closing took longer than allowed.
      case closeTimedOut
      /// No sign of life after a ping.
      case keepaliveTimedOut
      /// The peer did not take what was sent to it: more waited than the shell allows, or for longer.
      case slowConsumer
      /// This end dropped the connection on purpose.
      case aborted
    }

    /// What brought it about.
    public let cause: Cause
    /// The peer's Close frame, if one came.
    public let received: CloseFrame?
    /// This end's Close frame, if one was sent.
    public let sent: CloseFrame?

    /// The close code of RFC 6455, section 7.1.5: the peer's, 1005 if it gave none, 1006 if no Close frame came.
    public var code: CloseCode { received?.code ?? .abnormal }
    /// The peer's reason, empty if it gave none.
    public var reason: String { received?.reason ?? "" }
    /// Whether both Close frames were exchanged (RFC 6455, section 7.1.4).
    public var isClean: Bool { cause == .closeHandshake }
  }

  /// What the shell is to do with TCP once the output has been written.
  public enum TransportDirective: Hashable, Sendable {
    /// Go on.
    case keepOpen
    /// End this direction and go on reading (the bytes are thrown away) until the peer ends the other or the
    /// deadline comes. Closing at once with unread bytes would make the kernel send RST, and the peer might never
    /// see the Close frame.
    case closeOutput
    /// Drop it.
    case close
  }

  /// Why something was not sent.
  public enum SendError: Error, Hashable, Sendable {
    /// A Close frame was sent or received, or the connection is over.
    case notOpen
    /// A close code that may not be on the wire, such as 1005 or 1006.
    case unsendableCloseCode(CloseCode)
    /// A ping's payload of more than 125 bytes.
    case controlPayloadTooBig
  }
}
