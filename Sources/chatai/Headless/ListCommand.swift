import ArgumentParser
import ChatProtocol
import ConsoleModel
import Headless
import Transport

/// `chatai list`.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    .list,
    discussion: """
      Without --all the first 50 that the filter lets through. A filter has words of the name, the #id or the last \
      line, and is:mine is:waiting is:ai is:others.
      """)

  @OptionGroup var options: HeadlessOptions

  @Option(help: ArgumentHelp("Only these, as in the console.", valueName: "words"))
  var filter = ""

  @Option(help: ArgumentHelp("At most so many.", valueName: "number"))
  var limit = 50

  @Flag(help: "All of them, and for an admin those of all accounts.")
  var all = false

  @Flag(help: "A line of JSON for each dialog.")
  var json = false

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
    if filter.lowercased().split(separator: " ").contains("is:unread") {
      throw ValidationError("is:unread is known to a console only, which remembers what you have read")
    }
  }

  func run() throws {
    let (filter, limit, all, json) = (DialogFilter(filter), all ? Int.max : limit, all, json)
    try options.run(.list) { client in
      let entries = try await DialogReader(client: client, all: all).entries()
      let shown = inOrderOfNeed(entries.filter(filter.matches)).prefix(limit)
      if json {
        for entry in shown { Output.line(try JSONText.line(entry.dialog)) }
      } else {
        for line in DialogTable.lines(Array(shown), columns: Output.columns, now: .now, local: .here) {
          Output.line(line)
        }
      }
    }
  }
}

/// Reads the whole list, page by page, and the queue.
struct DialogReader {
  let client: HeadlessClient
  let all: Bool

  private static let pageSize = 100

  func entries() async throws -> [DialogEntry] {
    let account = try await client.account()
    let queue = try await queue()
    let queued = Dictionary(queue.map { ($0.dialogID, $0) }) { first, _ in first }
    var entries: [DialogEntry] = []
    var seen: Set<DialogID> = []
    var number = 1
    while true {
      let page = try await page(number)
      for dialog in page.items where seen.insert(dialog.id).inserted {
        entries.append(DialogEntry(dialog, account: account.id, queued: queued[dialog.id]))
      }
      guard number < page.pages, !page.items.isEmpty else { break }
      number += 1
    }
    for entry in queue where seen.insert(entry.dialogID).inserted {
      entries.append(DialogEntry(Dialog(id: entry.dialogID), account: account.id, queued: entry))
    }
    return entries
  }

  private func page(_ number: Int) async throws -> Page<Dialog> {
    try await client.read { api throws(APIFailure) in
      try await api.dialogs(page: number, limit: Self.pageSize, all: all)
    }
  }

  /// A server without a queue has a list all the same.
  private func queue() async throws -> [QueueEntry] {
    try await client.read { api throws(APIFailure) in
      do throws(APIFailure) {
        return try await api.queue()
      } catch .notFound, .forbidden, .server, .malformed {
        return []
      }
    }
  }
}

extension CommandConfiguration {
  /// A command of the table.
  init(_ command: HeadlessCommand, discussion: String = "") {
    self.init(
      commandName: command.name, abstract: command.help + ".", discussion: discussion, aliases: command.aliases)
  }
}
