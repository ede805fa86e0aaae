public import ChatProtocol

extension Outbox {
  /// One text on its way. What of it is `Codable` is what the journal holds.
  public struct Entry: Hashable, Sendable, Identifiable, Codable {
    /// The send's id, a UUID: names the journal's file, and goes to servers that take a `client_id`.
    public let clientID: String
    /// Where it goes.
    public let dialogID: DialogID
    /// What the operator wrote.
    public let text: String
    /// Whether it is for the visitor, or a note for operators only.
    public let kind: MessageKind
    /// When it was written.
    public let createdAt: Timestamp
    /// The newest message that was known when it was posted: only newer ones can be this one.
    public internal(set) var lastSeenID: MessageID?
    /// Whether a POST may have left; false is sure.
    public internal(set) var mayHaveBeenSent: Bool
    /// Why the server will not have it, once it said so; a sentence, raw text.
    public internal(set) var failure: String?
    /// The newest message that the operator had seen when it was written: the send's precondition. Nil for none.
    public internal(set) var ifLastID: MessageID?
    /// What others wrote since, once the server said so: it was not sent, and waits for the operator's word.
    public internal(set) var newer: [Message]?

    public var id: String { clientID }

    enum CodingKeys: String, CodingKey {
      case text, failure, kind, newer
      case clientID = "client_id"
      case dialogID = "dialog_id"
      case createdAt = "created_at"
      case lastSeenID = "last_seen_id"
      case mayHaveBeenSent = "may_have_been_sent"
      case ifLastID = "if_last_id"
    }
  }

  /// Where a send stands.
  public enum State: Hashable, Sendable {
    /// On its way to the disk, or behind others of its dialog.
    case queued
    /// The POST is under way.
    case sending
    /// The POST failed in a way that passes; the next is at `retryAt` (nil: when the login or the link is back).
    case waiting(retryAt: Duration?, why: String)
    /// A POST got no answer and the server knows no `client_id`: the history is being asked.
    case checking(why: String)
    /// The history could not tell. Never sent again without the operator's word: `retry` or `discard`.
    case unsure(why: String)
    /// The server, or the disk, will not have it; the text is kept. `retry` or `discard`.
    case failed(why: String)
    /// Others wrote these since the operator looked; it was not sent. `retry` or `discard`.
    case superseded(by: [Message])
  }

  /// A row for the screen.
  public struct Row: Hashable, Sendable, Identifiable {
    /// The send.
    public let entry: Entry
    /// Where it stands.
    public let state: State
    public var id: String { entry.id }
  }

  /// What can happen to an outbox.
  public enum Event: Hashable, Sendable {
    /// The operator sent a text. `clientID` is a fresh UUID, `lastSeenID` the newest id of the dialog's timeline,
    /// `ifLastID` the precondition: the newest message that the operator has seen.
    case submit(
      clientID: String, dialogID: DialogID, text: String, kind: MessageKind = .message, lastSeenID: MessageID?,
      ifLastID: MessageID? = nil, at: Timestamp)
    /// What the journal held at the start. Once, before any other event.
    case restored([Entry])
    /// What the server offers: with `client_id` a repeat makes no second message.
    case serverTakesClientID(Bool)
    /// Whether the server has notes; until it says so none is posted. To be told before `serverTakesClientID`.
    case serverTakesNotes(Bool)
    /// The entry is on the disk.
    case journaled(clientID: String)
    /// The entry is not on the disk, and why.
    case journalFailed(clientID: String, reason: String)
    /// The POST brought the stored message.
    case answered(clientID: String, Message)
    /// The POST failed.
    case failed(clientID: String, APIFailure)
    /// Messages that were new in a dialog, however they came: ``LiveLink/Change/inserted(_:_:)``.
    case seen(DialogID, [Message])
    /// The answer to ``Action/loadHistory(_:after:)``.
    case historyLoaded(DialogID, [Message])
    /// There is none, and why.
    case historyFailed(DialogID, APIFailure)
    /// The server is there again, or the login is: what waits goes at once.
    case reachable
    /// The operator wants a failed, unsure or superseded send to go (again); `ifLastID` is its new precondition, or
    /// nil to leave it.
    case retry(clientID: String, ifLastID: MessageID? = nil)
    /// The operator drops a send that is not under way.
    case discard(clientID: String)
    /// A dialog's timer ran out.
    case timerFired(DialogID)
  }

  /// What an outbox asks of its shell.
  public enum Action: Hashable, Sendable {
    /// Write the entry to the disk, whole or not at all, and answer `journaled` or `journalFailed`.
    case journal(Entry)
    /// Remove the entry from the disk. No answer.
    case erase(clientID: String)
    /// `POST messages`; with `client_id` where the server takes it.
    case post(Entry)
    /// `GET messages` of a dialog, newer than an id where the server has paging.
    case loadHistory(DialogID, after: MessageID?)
    /// Run a dialog's timer; replaces the one it has.
    case setTimer(DialogID, after: Duration)
    /// Forget a dialog's timer.
    case cancelTimer(DialogID)
    /// For the state around the outbox, not for the shell.
    case report(Change)
  }

  /// What became different.
  public enum Change: Hashable, Sendable {
    /// The rows of a dialog.
    case rows(DialogID)
    /// A send arrived, once; the stored message belongs into the dialog's link (``LiveLink/Event/stored(_:)``).
    case settled(Entry, Message)
  }
}

extension Outbox.Entry {
  /// How many of the messages that came since are kept with it.
  static let newerLimit = 20

  /// Journals of older consoles know no kinds: what they hold is for the visitor.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    clientID = try container.decode(String.self, forKey: .clientID)
    dialogID = try container.decode(DialogID.self, forKey: .dialogID)
    text = try container.decode(String.self, forKey: .text)
    kind = try container.decodeIfPresent(MessageKind.self, forKey: .kind) ?? .message
    createdAt = try container.decode(Timestamp.self, forKey: .createdAt)
    lastSeenID = try container.decodeIfPresent(MessageID.self, forKey: .lastSeenID)
    mayHaveBeenSent = try container.decode(Bool.self, forKey: .mayHaveBeenSent)
    failure = try container.decodeIfPresent(String.self, forKey: .failure)
    ifLastID = try container.decodeIfPresent(MessageID.self, forKey: .ifLastID)
    newer = try container.decodeIfPresent([Message].self, forKey: .newer)
  }
}
