import ArgumentParser
import ChatProtocol
import FoundationEssentials
import Glibc
import Headless
import Transport

/// `chatai reply`.
struct ReplyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    .reply,
    discussion: """
      Without a text, or with -, the text is read from the standard input, at most 10,000 characters. It arrives once: \
      with a server that takes a client id a repeat makes no second message, with any other the history is looked \
      at before anything is repeated. Where even that cannot tell, it ends with status 6 and repeats nothing. \
      With --client-id a script that was killed can simply be run again.
      """)

  @OptionGroup var options: HeadlessOptions

  @Argument(help: "The dialog's id.")
  var id: Int

  @Argument(help: "What to write; - or nothing reads it from the standard input.")
  var text: String?

  @Flag(help: "A note for operators, which the visitor never sees.")
  var note = false

  @Option(help: ArgumentHelp("Only if this is still the last message; else show what came since.", valueName: "id"))
  var ifLast: Int?

  @Option(help: ArgumentHelp("The message's own id, by which a repeat is known.", valueName: "uuid"))
  var clientID: String?

  @Flag(help: "Wait for the visitor's next message, and print it.")
  var wait = false

  @Option(help: ArgumentHelp("How long to try, and then to wait.", valueName: "seconds"))
  var timeout = 60

  @Flag(help: "The message as a line of JSON.")
  var json = false

  /// The longest text, in the characters that the protocol counts.
  static let longestText = 10_000

  func validate() throws {
    guard timeout > 0 else { throw ValidationError("--timeout must be at least 1") }
    guard clientID == nil || clientID.flatMap(UUID.init(uuidString:)) != nil else {
      throw ValidationError("--client-id must be a UUID, such as uuidgen makes")
    }
  }

  func run() throws {
    let (json, wait, timeout, id) = (json, wait, Duration.seconds(timeout), id)
    try options.run(.reply, reading: makeSending) { client, sending in
      let message = try await sending.perform(with: client)
      if json || wait == false { Self.print(message, in: id, json: json) }
      if wait {
        Self.print(try await client.visitorsAnswer(in: id, after: message.id, within: timeout), in: id, json: json)
      }
    }
  }

  private func makeSending() throws -> ReplySending {
    ReplySending(
      dialogID: id, text: try Self.text(text), kind: note ? .note : .message, ifLastID: ifLast,
      clientID: clientID?.lowercased() ?? UUID().uuidString.lowercased(), patience: .seconds(timeout))
  }

  private static func print(_ message: Message, in dialogID: DialogID, json: Bool) {
    if json, let line = try? JSONText.line(message) { return Output.line(line) }
    for line in Transcript.lines(of: message, visitor: "#\(dialogID)", local: .here) { Output.line(line) }
  }

  // MARK: The text

  private static func text(_ argument: String?) throws -> String {
    if let argument, argument != "-" { return try checked(argument) }
    if isatty(STDIN_FILENO) == 1 { Output.say("write the reply, then Ctrl-D") }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while bytes.count <= 4 * longestText + 1024 {
      let count = read(STDIN_FILENO, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      bytes += chunk[..<count]
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure("the text is not UTF-8", status: .usage)
    }
    var trimmed = text[...]
    while trimmed.last?.isNewline == true { trimmed.removeLast() }
    return try checked(String(trimmed))
  }

  private static func checked(_ text: String) throws -> String {
    guard text.contains(where: { !$0.isWhitespace }) else { throw CommandFailure("there is no text", status: .usage) }
    let count = text.unicodeScalars.count
    guard count <= longestText else {
      throw CommandFailure(
        "the text has \(count) characters\(count > 4 * longestText ? " or more" : ""); \(longestText) are allowed",
        status: .usage)
    }
    return text
  }
}

extension HeadlessClient {
  /// The visitor's next message.
  ///
  /// - Throws: `CommandFailure` with `timedOut` if none comes.
  func visitorsAnswer(in dialogID: DialogID, after: MessageID, within limit: Duration) async throws -> Message {
    let hasPaging = try await capabilities().hasPaging
    let deadline = ContinuousClock.now + limit
    while true {
      let messages = try? await api.messages(in: dialogID, after: hasPaging ? after : nil)
      if let answer = messages?.filter({ $0.id > after && $0.sender == .user }).min(by: { $0.id < $1.id }) {
        return answer
      }
      guard ContinuousClock.now < deadline else {
        throw CommandFailure(
          "the visitor has not answered within \(limit.components.seconds) s; the reply has arrived",
          status: .timedOut)
      }
      try await pause(for: .seconds(1))
    }
  }
}
