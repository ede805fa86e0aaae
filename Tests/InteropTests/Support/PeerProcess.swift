import Foundation
import Glibc

/// A running peer, which echoes every message of its one connection. Commands go to its standard input as lines of
/// words, and what comes of them is said by lines of its standard output; `-` stands for a word that is not there.
///
///     listen KEY=VALUE...       ready PORT
///     stop                      stopped
///     connect URL KEY=VALUE...  open SUBPROTOCOL EXTENSION, refused STATUS X-REASON BODY, failed WHY
///     fragments COUNT           sends Payload.fragmented(COUNT) in fragments of 5 bytes
///     send SIZE                 sends a binary message of zeros
///     ping PAYLOAD              pong PAYLOAD
///     close CODE REASON         closed CODE REASON
///
/// `open` and `closed` come unasked too, and `ping PAYLOAD` where the peer shows it. The keys are `subprotocols` (by
/// commas), `deflate` (on or off), `limit` (of a message, in bytes), `refuse` (a status for every request), and files
/// for TLS: `ca`, `certificate`, `key`. It says `hello` when it is ready for commands, and ends with its input.
final class PeerProcess: Sendable {
  let peer: Peer
  private let process: Process
  private let input: FileHandle
  private let lines = Inbox<String>()
  private let complaints: URL

  /// Starts the peer and waits until it is ready; what it needs and builds lies in `directory`.
  init(_ peer: Peer, in directory: URL) async throws {
    // A peer that has ended must be a failed test, not the end of all tests.
    signal(SIGPIPE, SIG_IGN)
    self.peer = peer
    complaints = directory.appending(path: "\(peer.rawValue).errors")
    let (inputPipe, outputPipe) = (Pipe(), Pipe())
    input = inputPipe.fileHandleForWriting
    process = Process()
    do {
      let command = try peer.command(in: directory)
      process.executableURL = try Tool.find(command[0])
      process.arguments = Array(command.dropFirst())
      process.environment = ProcessInfo.processInfo.environment.merging(Peer.environment) { _, new in new }
      process.currentDirectoryURL = directory
      process.standardInput = inputPipe
      process.standardOutput = outputPipe
      try Data().write(to: complaints)
      process.standardError = try FileHandle(forWritingTo: complaints)
      try process.run()
    } catch {
      throw InteropFailure("\(peer) does not start: \(error). It needs \(peer.need).")
    }
    read(outputPipe.fileHandleForReading)
    guard await lines.next() == "hello" else {
      kill()
      throw InteropFailure("\(peer) does not start; it needs \(peer.need). It said: \(complaint)")
    }
  }

  deinit { kill() }

  private func read(_ output: FileHandle) {
    Thread.detachNewThread { [lines] in
      var rest = Data()
      while case let data = output.availableData, !data.isEmpty {
        rest += data
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
          lines.add(String(decoding: rest[..<end], as: UTF8.self))
          rest = Data(rest[(end + 1)...])
        }
      }
      lines.finish()
    }
  }

  /// Gives a command.
  func tell(_ command: String) throws {
    try input.write(contentsOf: Data((command + "\n").utf8))
  }

  /// The next line.
  func hear() async throws -> String {
    guard let line = await lines.next() else { throw InteropFailure("\(peer) says nothing more. \(complaint)") }
    return line
  }

  /// Fails unless the next line is this, give or take white space at its end.
  func hear(_ expected: String) async throws {
    let line = try await hear()
    guard line.trimmingSuffix(while: \.isWhitespace) == expected.trimmingSuffix(while: \.isWhitespace) else {
      throw InteropFailure("\(peer) says \"\(line)\", not \"\(expected)\". \(complaint)")
    }
  }

  /// Begins to listen, and returns the port.
  func listen(_ settings: Settings) async throws -> Int {
    try tell("listen \(settings.words)")
    let line = try await hear()
    guard line.hasPrefix("ready "), let port = Int(line.dropFirst(6)) else {
      throw InteropFailure("\(peer) does not listen: \(line). \(complaint)")
    }
    return port
  }

  /// Ends it, kindly if it lets us.
  func end() async {
    try? input.close()
    while await lines.next() != nil {}
    kill()
  }

  func kill() {
    if process.isRunning { _ = Glibc.kill(process.processIdentifier, SIGKILL) }
  }

  /// The end of what it wrote on its standard error.
  private var complaint: String {
    String(decoding: ((try? Data(contentsOf: complaints)) ?? Data()).suffix(2000), as: UTF8.self)
  }
}

extension StringProtocol {
  fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> SubSequence {
    var kept = self[...]
    while let last = kept.last, isTrimmed(last) { kept.removeLast() }
    return kept
  }
}
