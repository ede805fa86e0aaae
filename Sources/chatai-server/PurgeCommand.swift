import ArgumentParser
import ChatProtocol
import ChatServer
import Foundation

/// `chatai-server purge`: removes old dialogs, for good.
struct PurgeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "purge", abstract: "Remove the dialogs that nobody has written in for a time.",
    discussion: """
      With all that belongs to them, for good; never a dialog that waits for an operator or has one. The server may be \
      running. The setting storage.retention_days does the same once a day.
      """)

  @Option(
    help: ArgumentHelp("How long ago the last message must be, in days, such as 90d.", valueName: "days"),
    transform: { text in
      guard text.hasSuffix("d"), let days = Int(text.dropLast()), (0...36_500).contains(days) else {
        throw ValidationError("must be a number of days from 0d to 36500d, such as 90d")
      }
      return days
    })
  var olderThan: Int

  @Flag(help: "Only say what would be removed.")
  var dryRun = false

  @Flag(help: "Do not ask.")
  var yes = false

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let store = try await storage.openStore()
    let cutoff = Timestamp.now().advanced(by: .seconds(-86_400 * olderThan))
    let found = try await store.purge(idleSince: cutoff, isRehearsal: true)
    if dryRun {
      print("would remove \(found.sentence)")
    } else {
      try confirm(found)
      print("removed \(try await store.purge(idleSince: cutoff).sentence)")
    }
    try store.close()
  }

  private func confirm(_ found: PurgeReport) throws {
    guard !yes else { return }
    guard isatty(STDIN_FILENO) == 1 else {
      throw CommandFailure("nothing was removed: give --yes, or --dry-run to see what would be")
    }
    print("Remove \(found.sentence) for good? [y/N] ", terminator: "")
    fflush(nil)
    guard readLine()?.lowercased().hasPrefix("y") == true else { throw CommandFailure("nothing was removed") }
  }
}

extension PurgeReport {
  fileprivate var sentence: String {
    "\(dialogs) \(dialogs == 1 ? "dialog" : "dialogs") with \(messages) \(messages == 1 ? "message" : "messages")"
  }
}
