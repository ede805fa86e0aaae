import FoundationEssentials

/// What a text frame of an operator's stream means (part 2, One socket for all dialogs).
public enum StreamFrame: Hashable, Sendable {
  /// The bare text `__ping__`; the client answers with `ServerFrame.pong`.
  case ping
  /// The first frame of a connection.
  case hello(StreamHello)
  /// One event, or those of a batch, in their order.
  case events([StreamEvent])
  /// Nothing the contract knows; to be logged, by its reason only, and ignored.
  case ignored(reason: String)

  /// The subprotocol that a client offers.
  public static let subprotocol = "chatai.operator.v2"

  /// Reads a frame. Never fails, whatever the text is.
  public static func parse(_ text: String) -> StreamFrame {
    if text == ServerFrame.pingText { return .ping }
    do {
      return try JSONDecoder().decode(Envelope.self, from: Data(text.utf8)).frame
    } catch {
      return .ignored(reason: "not a frame of the stream")
    }
  }

  private struct Envelope: Decodable {
    let frame: StreamFrame

    enum CodingKeys: String, CodingKey { case type, batch }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      if container.contains(.batch) {
        frame = .events(try container.decode(LenientArray<StreamEvent>.self, forKey: .batch).elements)
      } else if container.lenientString(.type) == "hello" {
        frame = .hello(try StreamHello(from: decoder))
      } else {
        frame = .events([try StreamEvent(from: decoder)])
      }
    }
  }
}

/// The beginning of a stream's connection: where it stands, and whether it goes on where the client was.
public struct StreamHello: Hashable, Sendable, Decodable {
  /// The number of the last event before those that follow on this connection.
  public var sequence: Int
  /// Which numbering it is; numbers of different epochs have nothing to do with each other.
  public var epoch: String
  /// Whether what was missed follows; if not, it has to be read over HTTP.
  public var isResumed: Bool
  /// The number of the last event that was missed; nil if the server does not say.
  public var lastMissed: Int?

  /// Makes a hello of its parts.
  public init(sequence: Int, epoch: String, isResumed: Bool, lastMissed: Int? = nil) {
    self.sequence = sequence
    self.epoch = epoch
    self.isResumed = isResumed
    self.lastMissed = lastMissed
  }

  private enum CodingKeys: String, CodingKey {
    case epoch, resumed
    case sequence = "seq"
    case lastMissed = "last"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let sequence = container.lenientInt(.sequence) else {
      throw DecodingError.dataCorruptedError(forKey: .sequence, in: container, debugDescription: "a hello needs a seq")
    }
    self.init(
      sequence: sequence, epoch: container.lenientString(.epoch) ?? "",
      isResumed: container.lenientBool(.resumed) ?? false, lastMissed: container.lenientInt(.lastMissed))
  }
}

/// One numbered event of an operator's stream.
public struct StreamEvent: Hashable, Sendable, Decodable {
  /// What it says.
  public enum Content: Hashable, Sendable {
    /// A message was stored.
    case message(Message)
    /// Something else happened.
    case event(DialogEvent)
    /// What this version cannot read; its number counts all the same.
    case unreadable
  }

  /// Its number, one more than that of the event before.
  public var sequence: Int
  /// The dialog it is about; nil if it is about none.
  public var dialogID: DialogID?
  /// What it says.
  public var content: Content

  /// Makes an event of its parts.
  public init(sequence: Int, dialogID: DialogID?, content: Content) {
    self.sequence = sequence
    self.dialogID = dialogID
    self.content = content
  }

  private enum CodingKeys: String, CodingKey {
    case type, message
    case sequence = "seq"
    case dialogID = "dialog_id"
  }

  /// Only the number is required: without it nobody could tell whether something is missing.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let sequence = container.lenientInt(.sequence) else {
      throw DecodingError.dataCorruptedError(forKey: .sequence, in: container, debugDescription: "an event needs a seq")
    }
    let dialogID = container.lenientInt(.dialogID)
    let content: Content
    switch container.lenientString(.type) {
    case "message":
      let message = dialogID == nil ? nil : container.lenient(Message.self, .message)
      content = message.map(Content.message) ?? .unreadable
    case let type?:
      content = (try? DialogEvent(type: type, from: decoder)).map(Content.event) ?? .unreadable
    case nil:
      content = .unreadable
    }
    self.init(sequence: sequence, dialogID: dialogID, content: content)
  }
}

/// What a client tells over an operator's stream.
public enum StreamSignal: Hashable, Sendable {
  /// The operator began (true) or stopped (false) to type in a dialog.
  case typing(Bool, DialogID)
  /// The operator has read a dialog up to a message.
  case read(MessageID, DialogID)
  /// The operator looks at a dialog, or at none any more.
  case viewing(DialogID?)

  /// The text frame that says it.
  public var text: String {
    switch self {
    case .typing(let starts, let id): #"{"type":"typing_\#(starts ? "start" : "stop")","dialog_id":\#(id)}"#
    case .read(let messageID, let id): #"{"type":"read","dialog_id":\#(id),"message_id":\#(messageID)}"#
    case .viewing(let id): #"{"type":"viewing","dialog_id":\#(id.map(String.init) ?? "null")}"#
    }
  }
}
