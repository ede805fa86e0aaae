import ChatProtocol
import Foundation

/// Everybody who plays in the demo and everything they say: `Resources/demo/dialogs.json` and `visitors.json`.
struct DemoCast: Sendable {
  /// A script, and the people who come with it, one after the other; a null stays nameless.
  struct Role: Hashable, Sendable, Decodable {
    let people: [String?]
    let script: VisitorScript

    private enum CodingKeys: String, CodingKey { case people }

    init(people: [String?], script: VisitorScript) {
      self.people = people
      self.script = script
    }

    init(from decoder: any Decoder) throws {
      people = try decoder.container(keyedBy: CodingKeys.self).decode([String?].self, forKey: .people)
      script = try VisitorScript(from: decoder)
    }
  }

  /// An operator of the history who is not the one at the console.
  struct Colleague: Hashable, Sendable, Decodable {
    let email: String
    let firstName: String
    let lastName: String

    private enum CodingKeys: String, CodingKey {
      case email
      case firstName = "first_name"
      case lastName = "last_name"
    }
  }

  /// One conversation of the history.
  struct PastDialog: Hashable, Sendable, Decodable {
    let identity: VisitorIdentity
    /// What happened, oldest first.
    let timeline: [Entry]
    /// How the visitor goes on if it is still there.
    let afterwards: VisitorScript?

    private enum CodingKeys: String, CodingKey {
      case name, timeline, afterwards
      case guestID = "guest_id"
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      identity = VisitorIdentity(
        guestID: try container.decode(String.self, forKey: .guestID),
        name: try container.decodeIfPresent(String.self, forKey: .name))
      timeline = try container.decode([Entry].self, forKey: .timeline)
      afterwards = try container.decodeIfPresent(VisitorScript.self, forKey: .afterwards)
      guard timeline.first != nil, timeline.last.map({ $0.at.duration <= .zero }) == true,
        zip(timeline, timeline.dropFirst()).allSatisfy({ $0.at <= $1.at })
      else {
        throw DecodingError.dataCorruptedError(
          forKey: .timeline, in: container,
          debugDescription: "the timeline of \(identity.guestID) must have entries, in order, all in the past")
      }
    }
  }

  /// One thing that happened in a conversation.
  struct Entry: Hashable, Sendable, Decodable {
    /// Who acts at the operators' side.
    enum Actor: String, Hashable, Sendable, Decodable {
      /// The one who looks at the demo.
      case `operator`
      case colleague
    }

    /// What happened.
    enum Happening: Hashable, Sendable {
      case message(Sender, String)
      case handoff(HandoffVerb)
    }

    /// A step of the hand-off.
    enum HandoffVerb: Hashable, Sendable {
      case request(reason: String?)
      case takeover(by: Actor)
      case release
      case cancel(by: Actor)
    }

    let at: DemoOffset
    let happening: Happening

    private enum CodingKeys: String, CodingKey { case at, from, text, handoff, reason, by }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      at = try container.decode(DemoOffset.self, forKey: .at)
      if let sender = try container.decodeIfPresent(Sender.self, forKey: .from) {
        happening = .message(sender, try container.decode(String.self, forKey: .text))
        return
      }
      switch try container.decode(String.self, forKey: .handoff) {
      case "request":
        happening = .handoff(.request(reason: try container.decodeIfPresent(String.self, forKey: .reason)))
      case "takeover": happening = .handoff(.takeover(by: try container.decode(Actor.self, forKey: .by)))
      case "release": happening = .handoff(.release)
      case "cancel": happening = .handoff(.cancel(by: try container.decode(Actor.self, forKey: .by)))
      case let verb:
        throw DecodingError.dataCorruptedError(
          forKey: .handoff, in: container, debugDescription: "there is no hand-off verb '\(verb)'")
      }
    }
  }

  let colleague: Colleague
  let dialogs: [PastDialog]
  let roles: [Role]

  /// Reads both files of a folder.
  ///
  /// - Throws: `DemoCastError` that names the file and what is wrong with it.
  init(folder: URL) throws {
    struct Dialogs: Decodable {
      let colleague: Colleague
      let dialogs: [PastDialog]
    }
    struct Visitors: Decodable { let visitors: [Role] }
    let past = try Self.read(Dialogs.self, folder.appending(path: "dialogs.json"))
    colleague = past.colleague
    dialogs = past.dialogs
    roles = try Self.read(Visitors.self, folder.appending(path: "visitors.json")).visitors
  }

  private static func read<Value: Decodable>(_ type: Value.Type, _ file: URL) throws -> Value {
    do {
      return try JSONDecoder().decode(type, from: try Data(contentsOf: file))
    } catch let error as DecodingError {
      throw DemoCastError(path: file.path(percentEncoded: false), reason: error.reason)
    } catch {
      throw DemoCastError(path: file.path(percentEncoded: false), reason: error.localizedDescription)
    }
  }
}

/// A file of the demo that cannot be used.
struct DemoCastError: Error, Hashable, CustomStringConvertible {
  /// The file.
  let path: String
  /// What is wrong with it.
  let reason: String

  var description: String { "\(path): \(reason)" }
}

extension DecodingError {
  /// Where and what, in one line.
  fileprivate var reason: String {
    let context: Context =
      switch self {
      case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
        .dataCorrupted(let context):
        context
      @unknown default: Context(codingPath: [], debugDescription: "\(self)")
      }
    let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    return path.isEmpty ? context.debugDescription : "\(path): \(context.debugDescription)"
  }
}
