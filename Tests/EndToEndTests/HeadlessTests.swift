import Foundation
import Synchronization
import Testing

/// The commands without a screen, against the real server: what scripts rely on.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct HeadlessTests {
  private let shell: Shell
  private let server: RealServer

  init() async throws {
    shell = Shell(home: try TemporaryDirectory("chatai-e2e-headless"))
    server = try await RealServer()
    try server.logIn(home: shell.home)
  }

  // MARK: The work

  @Test func `A script answers a visitor`() async throws {
    let visitor = try await Visitor(guest: "ana", server: server)
    try visitor.listen()
    try await visitor.say("I want to talk to a human, please")
    let id = "\(visitor.dialogID)"

    let waiting = try await eventually("it does not wait") {
      let outcome = try shell.chatai("list", "--filter", "is:waiting", "--json")
      return outcome.lines.isEmpty ? nil : outcome
    }
    #expect(try waiting.objects.first?["id"] as? Int == visitor.dialogID)
    #expect(try shell.chatai("status").output.hasPrefix("1 waiting"))
    #expect(try shell.chatai("take-over", id).output == "#\(id): Operator 1 has it\n")
    #expect(try shell.chatai("list", "--filter", "is:mine").lines.count == 1)

    let reply = try shell.chatai("reply", id, "-", "--json", input: "Hello,\nthis is a script.\n\n")
    #expect(try reply.objects.first?["text"] as? String == "Hello,\nthis is a script.")
    try await eventually("the reply did not arrive") {
      visitor.frames.contains { $0.contains("this is a script") } ? true : nil
    }
    // A note stays among operators.
    #expect(try shell.chatai("reply", id, "--note", "between us").status == 0)
    #expect(try shell.chatai("show", id).output.contains("(note): between us"))

    // Somebody wrote since.
    let last = try #require(try reply.objects.first?["id"] as? Int)
    try await visitor.say("One more thing")
    let late = try shell.chatai("reply", id, "too late", "--if-last", "\(last)")
    #expect(late.status == 4)
    #expect(late.errors.contains("One more thing"))
    #expect(!(try shell.chatai("show", id).output.contains("too late")))

    // The visitor's answer is waited for.
    let answer = Task.detached { [shell] in try shell.chatai("reply", id, "Yes?", "--wait", "--timeout", "20") }
    try await eventually("no question") { visitor.frames.contains { $0.contains("Yes?") } ? true : nil }
    try await visitor.say("No, thanks")
    #expect(try await answer.value.output.hasSuffix("#\(id): No, thanks\n"))

    #expect(try shell.chatai("search", "thanks").output.contains("#\(id)"))
    #expect(try shell.chatai("team", "--json").objects.first?["status"] as? String == "online")
    #expect(try shell.chatai("release", id).status == 0)
    #expect(try shell.chatai("release", id).status == 4)
    #expect(!visitor.frames.contains { $0.contains("between us") })
  }

  @Test func `The same client id makes one message, however often it is sent`() async throws {
    let visitor = try await Visitor(guest: "ana", server: server)
    let id = "\(visitor.dialogID)"
    let client = UUID().uuidString
    for _ in 0..<3 { #expect(try shell.chatai("reply", id, "once", "--client-id", client).status == 0) }
    #expect(try shell.chatai("show", id).output.occurrences(of: "once") == 1)
  }

  @Test func `Exports are text, Markdown and JSON that nothing can hide in`() async throws {
    let visitor = try await Visitor(guest: "ana", server: server)
    try await visitor.say("# not a title \u{1B}]0;owned\u{07} \u{202E}evil\u{9B}31m\nsecond line")
    let id = "\(visitor.dialogID)"
    for arguments in [["show", id], ["show", id, "--json"], ["list"], ["list", "--json"]]
      + ["text", "md", "json"].map({ ["export", id, "--format", $0] })
    {
      let output = try shell.sh("chatai \(arguments.joined(separator: " "))").output
      #expect(
        !output.unicodeScalars.contains {
          $0.value < 0x20 && $0 != "\n" || (0x7F..<0xA0).contains($0.value) || $0 == "\u{202E}"
        }, "\(arguments)")
    }
    let json =
      try JSONSerialization.jsonObject(
        with: Data(try shell.chatai("export", id, "--format", "json").output.utf8)) as? [String: Any]
    let messages = try #require(json?["messages"] as? [[String: Any]])
    #expect((messages[0]["text"] as? String)?.contains("\u{202E}evil\u{9B}31m\nsecond") == true)

    let file = shell.home.path + "/transcript.md"
    #expect(try shell.chatai("export", id, "--format", "md", "-o", file).status == 0)
    #expect(try String(contentsOfFile: file, encoding: .utf8).contains("> \\# not a title"))
    #expect(try shell.chatai("export", id, "-o", file).status == 4, "it is there already")
    #expect(try shell.chatai("export", id, "-o", file, "--force").status == 0)
  }

  // MARK: Exit statuses and pipes

  @Test func `Statuses are those of the manual`() async throws {
    #expect(try shell.chatai("show", "999").status == 4)
    #expect(try shell.chatai("show", "nonsense").status == 2)
    #expect(try shell.chatai("list", "--nonsense").status == 2)
    #expect(try shell.chatai("nonsense").status == 2)
    #expect(try shell.chatai("reply", "1", String(repeating: "x", count: 10_001)).status == 2)
    #expect(try shell.chatai("reply", "1", "-", input: " \n").status == 2)
    #expect(try shell.chatai("watch", "--since", "nonsense").status == 2)
    #expect(try shell.chatai("list", "--profile", "nobody").status == 3)
    #expect(try shell.chatai("--help").status == 0)
    server.kill()
    let gone = try shell.chatai("list")
    #expect(gone.status == 5)
    #expect(gone.output.isEmpty)
    #expect(gone.errors.contains("connection refused"))
    #expect(try shell.chatai("reply", "1", "hello", "--timeout", "1").status == 5)
    let line = try shell.chatai("status", "--max-age", "0", "--tmux")
    #expect(line.output == "?\n")
    #expect(line.status == 5)
  }

  @Test func `A pipe that closes ends it quietly`() async throws {
    let visitor = try await Visitor(guest: "ana", server: server)
    // More than a pipe holds.
    for number in 0..<12 { try await visitor.say("\(number) " + String(repeating: "word ", count: 1500)) }
    let outcome = try shell.sh(
      "set -o pipefail; chatai show \(visitor.dialogID) --last 0 | head -1; echo ${PIPESTATUS[0]}")
    #expect(outcome.lines.first?.hasPrefix("#") == true)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.lines.last == "141")

    // A watch ends with its reader, though nothing more comes.
    let hasEnded = Flag()
    let watch = Task.detached { [shell] in
      defer { hasEnded.raise() }
      return try shell.sh("chatai watch --json | head -1; echo ${PIPESTATUS[0]}")
    }
    // What is said before it is live is none of its business; and a visitor may not say everything at once.
    try await eventually(every: .seconds(2), "no event came") {
      if hasEnded.isRaised { return true }
      try await visitor.say("for the watch")
      return nil
    }
    let watched = try await watch.value
    #expect(watched.lines.count == 2)
    #expect(watched.lines.last == "141")
    #expect(watched.errors == "chatai: live\n")
  }

  // MARK: Watching

  @Test func `A watch tells everything once, over the server's death and its own`() async throws {
    let visitor = try await Visitor(guest: "ana", server: server)
    try await visitor.say("before the watch")
    let watch = try shell.start("watch", "--json")
    try await eventually("it is not live: \(shell.errors())") { shell.errors().contains("live") ? true : nil }
    for number in 1...3 { try await visitor.say("message \(number)") }
    var told: [(id: Int, cursor: String)] = []
    func read(_ count: Int, from watch: Child) throws {
      while told.count < count {
        let line = try #require(watch.firstLine())
        let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        guard event["type"] as? String == "message", let message = event["message"] as? [String: Any],
          message["sender"] as? String == "user"
        else { continue }
        told.append((try #require(message["id"] as? Int), try #require(event["cursor"] as? String)))
      }
    }
    try read(3, from: watch)

    // The server dies and comes back with an epoch of its own; what was said while nobody watched is told.
    server.kill()
    try await eventually("it does not say that it is stale") { shell.errors().contains("may be late") ? true : nil }
    try server.start()
    for number in 4...6 { try await visitor.say("message \(number)") }
    try read(6, from: watch)

    // It ends itself; another one goes on behind each of its cursors.
    watch.kill(SIGINT)
    #expect(watch.wait() == SIGINT)
    try await visitor.say("message 7")
    let all = told.map(\.id)
    #expect(all == all.sorted() && Set(all).count == 6)
    for (index, cursor) in [(0, told[0].cursor), (4, told[4].cursor), (5, told[5].cursor)] {
      told = []
      let later = try shell.start("watch", "--json", "--since", cursor)
      try read(6 - index, from: later)
      later.kill(SIGTERM)
      _ = later.wait()
      #expect(Array(told.map(\.id).prefix(5 - index)) == Array(all[(index + 1)...]))
    }
  }

  @Test func `A program is run for each event, without a shell and with nothing of the login`() async throws {
    let visitor = try await Visitor(guest: "ana", server: server)
    let folder = shell.home.path
    let script = folder + "/on-event"
    try """
    #!/bin/sh
    cat > "\(folder)/event.json"
    env > "\(folder)/environment"
    printf '%s\\n' "$@" > "\(folder)/arguments"
    echo one >> "\(folder)/runs"
    """.write(toFile: script, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: script)
    let watch = try shell.start(
      "watch", "--only", "message", "--cursor-file", folder + "/cursor", "--exec", script, "$(reboot)", "; a b",
      environment: ["SECRET_TOKEN": "x"])
    try await eventually("not live") { shell.errors().contains("live") ? true : nil }
    try await visitor.say("'; touch /tmp/owned; `id` $(id) \u{1B}[2J")
    try await eventually("it was not run: \(shell.errors())") {
      FileManager.default.fileExists(atPath: folder + "/cursor") ? true : nil
    }
    let event = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: folder + "/event.json")))
    #expect(
      ((event as? [String: Any])?["message"] as? [String: Any])?["text"] as? String
        == "'; touch /tmp/owned; `id` $(id) \u{1B}[2J")
    #expect(try String(contentsOfFile: folder + "/arguments", encoding: .utf8) == "$(reboot)\n; a b\n")
    let environment = try String(contentsOfFile: folder + "/environment", encoding: .utf8)
    #expect(!environment.contains("SECRET_TOKEN") && !environment.contains("XDG_STATE_HOME"))
    watch.kill(SIGTERM)
    _ = watch.wait()

    // The next one goes on where this one ended: with what came meanwhile, and not with what it had.
    try await visitor.say("while nobody watched")
    let later = try shell.start(
      "watch", "--only", "message", "--cursor-file", folder + "/cursor", "--exec", script, errorsTo: "stderr2")
    try await eventually("it was not run again") {
      let text = try? String(contentsOfFile: folder + "/event.json", encoding: .utf8)
      return text?.contains("while nobody watched") == true ? true : nil
    }
    later.kill(SIGTERM)
    _ = later.wait()
    #expect(try String(contentsOfFile: folder + "/runs", encoding: .utf8) == "one\none\n")
  }

  // MARK: ws and doctor

  @Test func `Frames go in and out of any socket`() async throws {
    let visitor = try await Visitor(guest: "ana", server: server)
    let hello = try shell.chatai("ws", "/ws/operator", "--token", "-x", #"{"type":"viewing","dialog_id":1}"#)
    #expect(hello.status == 0)
    #expect(hello.output.contains(#""type":"hello""#))
    #expect(hello.errors.contains("closed: 1000 (normal)"))
    #expect(!hello.errors.contains("token="))

    let refused = try shell.chatai("ws", "/ws/dialogs/\(visitor.dialogID)", "-x", "hello")
    #expect(refused.status == 4)
    #expect(try shell.chatai("ws", "ws://127.0.0.1:1/").status == 5)
    #expect(try shell.chatai("ws", "ws://127.0.0.1:1/", "--token").status == 2, "not the profile's server")

    let pinged = try shell.sh("sleep 1 | chatai ws /ws/operator --token --ping 0.2 --exit-after 0.7")
    #expect(pinged.errors.contains("pong after"))
    #expect(pinged.status == 0)
  }

  @Test func `The doctor finds what is wrong`() async throws {
    let healthy = try shell.chatai("doctor", "--json")
    #expect(healthy.status == 0)
    let verdicts = Dictionary(
      try healthy.objects.map { ($0["name"] as? String ?? "", $0["verdict"] as? String ?? "") }
    ) { $1 }
    for name in [
      "login", "files", "DNS", "TCP", "HTTP", "clock", "protocol", "token", "account", "WebSocket", "heartbeat",
    ] {
      #expect(verdicts[name] == "ok", "\(name)")
    }
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: shell.home.path + "/state/chatai/default/session.json")
    let open = try shell.chatai("doctor")
    #expect(open.status == 1)
    #expect(open.output.contains("others may read"))
    server.kill()
    let dead = try shell.chatai("doctor", "--json")
    #expect(dead.output.contains(#""name":"TCP","verdict":"fail""#))
    #expect(try shell.chatai("doctor", "--profile", "nobody").status == 3)
  }
}

/// Something that has happened, told from one task to another.
private final class Flag: Sendable {
  private let value = Mutex(false)

  var isRaised: Bool { value.withLock { $0 } }

  func raise() { value.withLock { $0 = true } }
}
