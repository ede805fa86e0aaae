import Foundation
import Testing

/// Canned replies and macros without a screen, against the real server.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct TextCommandTests {
  private let shell: Shell
  private let server: RealServer

  init() async throws {
    shell = Shell(home: try TemporaryDirectory("chatai-e2e-texts"))
    server = try await RealServer()
    try server.logIn(home: shell.home)
    try write("config.toml", "[files]\nteam = [\"team\"]\n")
    try write("canned/hello.md", "# Greeting\nHello from {operator}, this is #{dialog}: {?what}\n")
    try write("canned/broken.md", Data([0xFF, 0xFE]))
    try write("team/canned/bye.txt", "Good bye")
    try write("team/canned/hello.md", "the team's")
    try write(
      "macros/help.toml",
      """
      title = "Help"
      steps = ["take-over", "reply It is {?what}\\nreally", "canned bye", "note told", "release"]
      [parameters.what]
      default = "done"
      """)
    try write("macros/tag.toml", "steps = [\"label vip\"]")
    try write("macros/wrong.toml", "title = \"Wrong\"\nsteps = [\n  \"repyl x\",\n]\n")
    // Nobody ever writes into it: whoever reads it waits for ever.
    mkfifo(shell.home.path + "/config/chatai/canned/pipe.md", 0o600)
  }

  private func write(_ path: String, _ text: String) throws { try write(path, Data(text.utf8)) }

  private func write(_ path: String, _ data: Data) throws {
    let file = URL(filePath: "\(shell.home.path)/config/chatai/\(path)")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  @Test func `Canned replies are listed, own before the team's, and bad files are named`() async throws {
    let list = try shell.chatai("canned")
    #expect(list.status == 0)
    #expect(list.lines == ["bye  bye  (team)", "hello  Greeting"])
    #expect(list.errors.contains("canned/broken.md: is not UTF-8 text"))
    #expect(list.errors.contains("canned/pipe.md: is no file"))
    let line = try #require(try shell.chatai("canned", "list", "--json").objects.last)
    #expect(line["questions"] as? [String] == ["what"])
    #expect(try shell.chatai("canned", "show", "nope").status == 4)

    let visitor = try await Visitor(guest: "ana", server: server)
    let shown = try shell.chatai("canned", "show", "hel", "what=lost", "--dialog", "\(visitor.dialogID)")
    #expect(shown.output.hasSuffix(", this is #\(visitor.dialogID): lost\n"))
    #expect(shown.output.hasPrefix("Hello from "))
    let unknown = try shell.chatai("canned", "show", "hel", "what")
    #expect(unknown.status == 2)
    #expect(unknown.errors.contains("\"what\" is no answer: NAME=VALUE is"))
  }

  @Test func `A macro is shown, and then done step by step`() async throws {
    let visitor = try await Visitor(guest: "ana", server: server)
    try await visitor.say("I want to talk to a human, please")
    let id = "\(visitor.dialogID)"
    try await eventually("it does not wait") {
      try shell.chatai("list", "--filter", "is:waiting", "--json").lines.isEmpty ? nil : true
    }

    let listed = try shell.chatai("macro", "list")
    #expect(listed.lines == ["help  Help", "tag  tag"])
    #expect(listed.errors.contains("wrong.toml:2:9: steps: step 1: \"repyl\" is no command: did you mean reply?"))

    let dry = try shell.chatai("macro", "help", "what=fixed", "--dialog", id, "--dry-run", "--json")
    #expect(dry.status == 0)
    #expect(try dry.objects.map { $0["state"] as? String } == Array(repeating: "planned", count: 5))
    #expect(try dry.objects[1]["text"] as? String == "It is fixed\nreally")
    #expect(try shell.chatai("list", "--filter", "is:waiting").lines.count == 1, "a dry run does nothing")

    let done = try shell.chatai("macro", "help", "--dialog", id)
    #expect(done.status == 0, "\(done.errors)")
    #expect(done.lines.first == "1  take the dialog over  (done)")
    let transcript = try shell.chatai("show", id).output
    #expect(transcript.contains("It is done") && transcript.contains("Good bye") && transcript.contains("(note): told"))
    #expect(try shell.chatai("list", "--filter", "is:ai").lines.count == 1)
  }

  @Test func `Marks of a macro are in the console, open or not`() async throws {
    let visitor = try await Visitor(guest: "ana", server: server)
    try await visitor.say("hello there")
    let id = "\(visitor.dialogID)"
    let folder = shell.home.path + "/state/chatai/default/marks"
    let kept = { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }
    try write("macros/late.toml", "steps = [\"label \\\"very late\\\"\", \"priority urgent\"]")

    let dry = try shell.chatai("macro", "tag", "--dialog", id, "--dry-run")
    #expect(dry.status == 0 && kept().isEmpty)
    let tagged = try shell.chatai("macro", "tag", "--dialog", id)
    #expect(tagged.lines == ["1  put the label vip on  (done)"])
    #expect(kept().count == 1, "until a console has it")
    let refused = try shell.chatai("macro", "tag", "--dialog", id, "--read-only")
    #expect(refused.status == 4 && kept().count == 1)
    // What cannot be read is put aside, and keeps nothing from being read.
    try "{".write(toFile: folder + "/000-bad.json", atomically: true, encoding: .utf8)

    let screen = try await ConsoleScreen(columns: 160, rows: 40, home: shell.home)
    try await screen.wait(for: "[vip]")
    try await eventually("they are not forgotten: \(kept())") { kept() == ["000-bad.json.broken"] ? true : nil }
    #expect(try shell.chatai("macro", "late", "--dialog", id).status == 0)
    try await screen.wait(for: "very-late")
    try await eventually("they are not forgotten: \(kept())") { kept() == ["000-bad.json.broken"] ? true : nil }
    let desk = try String(contentsOfFile: shell.home.path + "/state/chatai/default/desk.json", encoding: .utf8)
    #expect(desk.contains("very-late") && desk.contains("vip") && desk.contains("urgent"))
    try screen.press("q")
  }

  @Test func `A macro that cannot be done does nothing`() async throws {
    let visitor = try await Visitor(guest: "ana", server: server)
    let id = "\(visitor.dialogID)"
    #expect(try shell.chatai("macro", "nope", "--dialog", id).status == 4)
    let unknown = try shell.chatai("macro", "help", "whta=1", "--dialog", id)
    #expect(unknown.status == 2)
    #expect(unknown.errors.contains("the macro help does not ask for \"whta\": did you mean what?"))
    #expect(try shell.chatai("macro", "help", "what= ", "--dialog", id).status == 2)
    #expect(try shell.chatai("macro", "help").status == 2)
    #expect(!(try shell.chatai("show", id).output.contains("It is")))
  }
}
