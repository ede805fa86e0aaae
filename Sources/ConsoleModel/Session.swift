public import ChatProtocol

/// Who is logged in, and where.
public struct Session: Hashable, Sendable {
  /// The name of the profile that the console was started with.
  public internal(set) var profile: String
  /// The server's name for the status bar: host and port, no scheme, no token.
  public internal(set) var serverName: String
  /// The operator; nil until the server has said who we are.
  public internal(set) var account: Account?
  /// What the server offers; part 1 until it has said more.
  public internal(set) var capabilities: Capabilities
  /// Why the session is over, if it is: the login has to be renewed outside the console.
  public internal(set) var endReason: String?

  /// Whether nothing of it outlives the console, as in a demo: then ending it needs no second thought.
  public internal(set) var isDisposable: Bool
  /// Whether the console only looks on: nothing is written, taken or answered (`--read-only`).
  public internal(set) var isReadOnly: Bool

  /// The address of the login; nil where it is not known.
  public internal(set) var email: String?
  /// Whether the profile has a command that brings the password.
  public internal(set) var hasPasswordCommand: Bool

  /// A session that has not heard from its server.
  public init(
    profile: String, serverName: String, account: Account? = nil, capabilities: Capabilities = .partOne,
    isDisposable: Bool = false, isReadOnly: Bool = false, email: String? = nil,
    hasPasswordCommand: Bool = false
  ) {
    self.profile = profile
    self.serverName = serverName
    self.isDisposable = isDisposable
    self.isReadOnly = isReadOnly
    self.email = email
    self.hasPasswordCommand = hasPasswordCommand
    self.account = account
    self.capabilities = capabilities
  }

  /// The operator as a status bar names them: first name, else address; raw text.
  public var operatorName: String? {
    account?.operatorName
  }
}

/// How fresh the list is, and whether the server's HTTP side answers.
public struct ServerHealth: Hashable, Sendable {
  /// When the list was last read whole, on the monotonic clock; nil before the first time.
  public internal(set) var listLoadedAt: Duration?
  /// When the queue was last read, on the monotonic clock.
  public internal(set) var queueLoadedAt: Duration?
  /// Why the last reading failed; nil after one that succeeded.
  public internal(set) var failure: APIFailure?
  /// How many readings have failed in a row.
  public internal(set) var failures = 0
  /// When the next reading is due, on the monotonic clock; nil while one is under way.
  public internal(set) var nextRefreshAt: Duration?
  /// How many dialogs the server has in all, as its last answer said; more than are listed if there is a cap.
  public internal(set) var totalDialogs: Int?
  /// Whether the list is told of every change as it happens.
  public internal(set) var isPushed = false
  /// Whether the presence heartbeat was given up because the server does not do it.
  public internal(set) var heartbeatGivenUp = false

  /// Nothing loaded yet.
  public init() {}

  /// The age up to which the list counts as fresh: two readings and the time they take.
  public static let freshness: Duration = .seconds(12)

  /// Whether the screen has to say that the list may be stale.
  public func isListStale(at clock: Clock) -> Bool {
    !isPushed && (failure != nil || listAge(at: clock).map { $0 >= Self.freshness } ?? false)
  }

  /// How old what the list shows is; nil before the first reading.
  public func listAge(at clock: Clock) -> Duration? {
    listLoadedAt.map { max(.zero, clock.monotonic - $0) }
  }
}

extension Account {
  /// How this operator is called.
  var operatorName: String {
    if let name = firstName, !name.isEmpty { return name }
    return email.isEmpty ? "operator \(id)" : email
  }
}

extension TemplateText.Values {
  /// What is known of a dialog and of whoever writes.
  init(visitor: String?, operator account: Account?, dialogID: DialogID, clock: Clock) {
    let (day, second) = clock.local(clock.now)
    self.init(
      visitor: visitor, operator: account?.operatorName, dialog: String(dialogID),
      date: "\(CivilDate(daysSinceEpoch: day))", time: TimeFormat.hours24.text(minute: second / 60))
  }

  /// The same, of a dialog as a list has it.
  public init(_ entry: DialogEntry, operator account: Account, clock: Clock) {
    self.init(visitor: entry.personName, operator: account, dialogID: entry.id, clock: clock)
  }
}
