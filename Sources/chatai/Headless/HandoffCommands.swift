import ArgumentParser
import ChatProtocol
import Headless
import Transport

/// Prints what became of a hand-off.
private func show(_ status: HandoffStatus, of id: DialogID, json: Bool) throws {
  if json { return Output.line(try JSONText.line(status)) }
  let words =
    switch status.status {
    case .none: "the AI has it"
    case .requested:
      status.queuePosition.map { "it waits for a human, number \($0) in the queue" } ?? "it waits for a human"
    case .active:
      "\(status.assignedManager.map { PlainText.line($0.name ?? "operator \($0.id)") } ?? "an operator") has it"
    case .released: "given back to the AI"
    case .cancelled: "the request is withdrawn"
    case .other(let name): PlainText.line(name)
    }
  Output.line("#\(id): \(words)")
}

extension HeadlessOptions {
  fileprivate func handOff(
    _ command: HeadlessCommand, _ id: DialogID, json: Bool, needsLeases: Bool = false,
    _ verb: @escaping @Sendable (HeadlessClient) async throws -> ChatAPI.HandoffVerb
  ) throws {
    try run(command) { client in
      if needsLeases {
        try await client.require({ $0.hasLeases }, "way to do this (it speaks part 1 of the protocol only)")
      }
      let verb = try await verb(client)
      try show(
        try await client.write { api throws(APIFailure) in try await api.handoff(verb, in: id) }, of: id, json: json)
    }
  }
}

/// `chatai take-over`.
struct TakeoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    .takeover,
    discussion: """
      A dialog that the AI has is first put into the queue in the visitor's place. On a server with leases it goes back \
      there when neither a console nor a watch --present of yours is connected for a while. --force takes it from another \
      operator; the reason is kept in the server's log.
      """)

  @OptionGroup var options: HeadlessOptions
  @Argument(help: "The dialog's id.") var id: Int
  @Flag(help: "Take it from whoever has it.") var force = false
  @Option(help: ArgumentHelp("Why, for the server's log.", valueName: "text")) var reason: String?
  @Flag(help: "The new state as a line of JSON.") var json = false

  func validate() throws {
    let isGiven = reason?.contains { !$0.isWhitespace } == true
    guard force == isGiven else {
      throw ValidationError(force ? "--force needs a --reason" : "--reason goes with --force")
    }
  }

  func run() throws {
    let (id, reason) = (id, reason)
    if let reason {
      return try options.handOff(.takeover, id, json: json, needsLeases: true) { _ in .forceTakeover(reason: reason) }
    }
    try options.handOff(.takeover, id, json: json) { client in
      try await client.prepareTakeover(of: id)
      return .takeover
    }
  }
}

extension HeadlessClient {
  /// Puts a dialog that the AI has into the queue, from which it can be taken.
  func prepareTakeover(of id: DialogID) async throws {
    let status = try await read { api throws(APIFailure) in try await api.handoffState(of: id) }
    guard [.none, .released, .cancelled].contains(status) else { return }
    _ = try await write { api throws(APIFailure) in
      try await api.handoff(.request(reason: "An operator takes over"), in: id)
    }
  }
}

extension ChatAPI {
  /// The hand-off's state, on servers that have no route for it as well.
  fileprivate func handoffState(of id: DialogID) async throws(APIFailure) -> HandoffState {
    do throws(APIFailure) {
      return try await handoffStatus(of: id).status
    } catch .notFound, .invalid, .malformed, .server {
      let state = try await dialog(id).handoffStatus
      guard state == .none else { return state }
      // The dialog may lack the fields. Then the queue tells whether it waits.
      let isQueued = try await queue().contains { $0.dialogID == id }
      return isQueued ? .requested : .none
    }
  }
}

/// `chatai release`.
struct ReleaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(.release)

  @OptionGroup var options: HeadlessOptions
  @Argument(help: "The dialog's id.") var id: Int
  @Flag(help: "The new state as a line of JSON.") var json = false

  func run() throws { try options.handOff(.release, id, json: json) { _ in .release } }
}

/// `chatai requeue`.
struct RequeueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(.requeue)

  @OptionGroup var options: HeadlessOptions
  @Argument(help: "The dialog's id.") var id: Int
  @Option(help: ArgumentHelp("Why, for whoever takes it next.", valueName: "text")) var reason: String?
  @Flag(help: "The new state as a line of JSON.") var json = false

  func run() throws {
    let reason = reason
    try options.handOff(.requeue, id, json: json, needsLeases: true) { _ in .requeue(reason: reason) }
  }
}

/// `chatai transfer`.
struct TransferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(.transfer)

  @OptionGroup var options: HeadlessOptions
  @Argument(help: "The dialog's id.") var id: Int
  @Argument(help: "The operator: the id, or the name as chatai team has it.") var to: String
  @Option(help: ArgumentHelp("What the other should know.", valueName: "text")) var note: String?
  @Flag(help: "The new state as a line of JSON.") var json = false

  func run() throws {
    let (to, note) = (to, note)
    try options.handOff(.transfer, id, json: json, needsLeases: true) { client in
      .transfer(to: try await client.colleague(named: to), note: note)
    }
  }
}

/// `chatai request`.
struct RequestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(.request)

  @OptionGroup var options: HeadlessOptions
  @Argument(help: "The dialog's id.") var id: Int
  @Option(help: ArgumentHelp("Why, for whoever takes it.", valueName: "text")) var reason: String?
  @Flag(help: "The new state as a line of JSON.") var json = false

  func run() throws {
    let reason = reason
    try options.handOff(.request, id, json: json) { _ in .request(reason: reason) }
  }
}

/// `chatai cancel-request`.
struct CancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(.cancel)

  @OptionGroup var options: HeadlessOptions
  @Argument(help: "The dialog's id.") var id: Int
  @Flag(help: "The new state as a line of JSON.") var json = false

  func run() throws { try options.handOff(.cancel, id, json: json) { _ in .cancel } }
}
