import ArgumentParser
import ChatProtocol
import Headless
import Transport

/// `chatai team`.
struct TeamCommand: ParsableCommand {
  static let configuration = CommandConfiguration(.team)

  @OptionGroup var options: HeadlessOptions
  @Flag(help: "A line of JSON for each operator.") var json = false

  func run() throws {
    let json = json
    try options.run(.team) { client in
      for colleague in try await client.team() {
        if json {
          Output.line(try JSONText.line(colleague))
        } else {
          let load = colleague.dialogs.map { dialogs in
            "  \(dialogs)" + (colleague.capacity.map { "/\($0)" } ?? "") + " dialogs"
          }
          Output.line(
            "\(colleague.id)  \(PlainText.line(colleague.name ?? "-", columns: 24))  \(colleague.status.rawValue)"
              + (load ?? ""))
        }
      }
    }
  }
}

extension HeadlessClient {
  func team() async throws -> [Colleague] {
    try await require({ $0.hasPresence }, "list of operators")
    return try await read { api throws(APIFailure) in try await api.team() }
  }

  /// The operator of an id or a name.
  ///
  /// - Throws: `CommandFailure` if nobody is called so, or several are.
  func colleague(named name: String) async throws -> UserID {
    let team = try await team()
    if let id = UserID(name), team.contains(where: { $0.id == id }) { return id }
    let wanted = name.lowercased()
    let exact = team.filter { $0.name?.lowercased() == wanted }
    let found = exact.isEmpty ? team.filter { $0.name?.lowercased().hasPrefix(wanted) == true } : exact
    guard found.count == 1, let id = found.first?.id else {
      throw CommandFailure(
        found.isEmpty
          ? "no operator is called \"\(name.escapingControls)\": chatai team lists them"
          : "\(found.count) operators are called \"\(name.escapingControls)\": name one by its id",
        status: .refused)
    }
    return id
  }
}

/// `chatai search`.
struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(.search)

  @OptionGroup var options: HeadlessOptions
  @Argument(help: "The words.") var words: [String]
  @Option(help: ArgumentHelp("At most so many.", valueName: "number")) var limit = 20
  @Flag(help: "A line of JSON for each message.") var json = false

  /// The most that a server gives at once.
  private static let pageSize = 50

  func validate() throws {
    guard !words.isEmpty else { throw ValidationError("what is to be found?") }
    guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
  }

  func run() throws {
    let (text, limit, json) = (words.joined(separator: " "), limit, json)
    try options.run(.search) { client in
      try await client.require({ $0.hasSearch }, "search")
      var left = limit
      var before: MessageID?
      while left > 0 {
        let (after, count) = (before, min(left, Self.pageSize))
        let page = try await client.read { api throws(APIFailure) in
          try await api.search(text, before: after, limit: count)
        }
        for found in page.items.prefix(left) { try Self.show(found, json: json) }
        left -= page.items.count
        guard let next = page.nextBefore, !page.items.isEmpty else { break }
        before = next
      }
    }
  }

  private static func show(_ found: FoundMessage, json: Bool) throws {
    if json { return Output.line(try JSONText.line(found)) }
    let message = Message(
      id: found.messageID, sender: found.sender, text: found.snippet, timestamp: found.timestamp, kind: found.kind)
    let author = Transcript.author(of: message, visitor: found.name ?? "visitor")
    Output.line(
      PlainText.line(
        "#\(found.dialogID) \(LocalMoment.here.seconds(found.timestamp)) \(author): \(found.snippet)"))
  }
}

/// `chatai online`.
struct OnlineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(.online, discussion: presenceNote)

  @OptionGroup var options: HeadlessOptions

  func run() throws { try options.say(.online, .online) }
}

/// `chatai away`.
struct AwayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(.away, discussion: presenceNote)

  @OptionGroup var options: HeadlessOptions

  func run() throws { try options.say(.away, .away) }
}

private let presenceNote = "A console that is open says the same of itself again and again, and may say otherwise."

extension HeadlessOptions {
  fileprivate func say(_ command: HeadlessCommand, _ status: OperatorStatus) throws {
    try run(command) { client in
      try await client.write { api throws(APIFailure) in try await api.heartbeat(status: status) }
    }
  }
}
