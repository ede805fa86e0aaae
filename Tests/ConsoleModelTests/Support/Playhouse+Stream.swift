import ChatProtocol
import LiveLink

@testable import ConsoleModel

/// The operator's stream of the scripted server: its log goes on while nobody is connected.
struct StreamScript {
  /// The events so far, the insides of their JSON objects.
  private(set) var log: [String] = []
  private(set) var epoch = 1
  fileprivate(set) var connection: OperatorStream.ConnectionID?
  /// Why it lets nobody in, if it does not.
  var closeCode: Int?
  /// Whether the login has ended: no token is renewed.
  var isSignedOut = false
  /// What clients said.
  fileprivate(set) var heard: [String] = []
  fileprivate(set) var connects = 0

  mutating func append(_ event: String) { log.append(event) }

  /// The server is started anew and knows nothing of what it told before.
  mutating func forget() {
    log = []
    epoch += 1
  }

  mutating func forgetHeard() { heard = [] }

  func frame(_ sequence: Int) -> String { "{\"seq\":\(sequence),\(log[sequence - 1])}" }
}

extension Playhouse {
  static let streaming = Capabilities(
    version: 2,
    features: ["client-id", "operator-stream", "paging", "presence", "receipts", "replay", "typing", "viewing"])

  /// Something happened that the stream tells: the inside of its JSON object.
  mutating func tell(_ event: String) {
    stream.append(event)
    guard let connection = stream.connection else { return }
    happen(.stream(.socket(.text(connection, stream.frame(stream.log.count)))))
  }

  /// Several events travel as one frame.
  mutating func tell(batch events: [String]) {
    let first = stream.log.count + 1
    for event in events { stream.append(event) }
    guard let connection = stream.connection else { return }
    let frames = (first...stream.log.count).map(stream.frame).joined(separator: ",")
    happen(.stream(.socket(.text(connection, "{\"batch\":[\(frames)]}"))))
  }

  /// The stream's connection is lost, and nothing else.
  mutating func cutStream(code: Int? = nil) {
    guard let connection = stream.connection else { return }
    stream.connection = nil
    happen(.stream(.socket(.closed(connection, code: code, reason: ""))))
  }

  mutating func beatStream() {
    if let connection = stream.connection { happen(.stream(.socket(.text(connection, "__ping__")))) }
  }

  mutating func carryOut(_ action: OperatorStream.Action) {
    switch action {
    case .connect(let id, let since): connect(id, since)
    case .disconnect: stream.connection = nil
    case .send(_, let text): stream.heard.append(text)
    case .ping(let id): if isUp { console.send(.stream(.socket(.pong(id)))) }
    case .setTimer(let timer, let delay): timers[.stream(timer)] = console.state.clock.monotonic + delay
    case .cancelTimer(let timer): timers[.stream(timer)] = nil
    case .refreshToken:
      console.send(.stream(.socket(stream.isSignedOut ? .tokenRefreshFailed(.unauthorized) : .tokenRefreshed)))
    case .report: fatalError("reports stay inside")
    }
  }

  private mutating func connect(_ id: OperatorStream.ConnectionID, _ since: OperatorStream.Position?) {
    stream.connects += 1
    guard isUp else { return console.send(.stream(.socket(.failed(id, "connection refused")))) }
    console.send(.stream(.socket(.opened(id))))
    if let code = stream.closeCode {
      return console.send(.stream(.socket(.closed(id, code: code, reason: ""))))
    }
    stream.connection = id
    let last = stream.log.count
    let epoch = "e\(stream.epoch)"
    let resumes = since.map { $0.epoch == epoch && $0.sequence <= last } ?? false
    let first = resumes ? since?.sequence ?? last : last
    let hello = #"{"type":"hello","seq":\#(first),"epoch":"\#(epoch)","resumed":\#(resumes),"last":\#(last)}"#
    console.send(.stream(.socket(.text(id, hello))))
    guard first < last else { return }
    let missed = (first + 1...last).map(stream.frame).joined(separator: ",")
    console.send(.stream(.socket(.text(id, "{\"batch\":[\(missed)]}"))))
  }
}
