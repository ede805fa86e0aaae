import Foundation
import Testing

/// Logging in and out as operators do, against the real server.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct LoginTests {
  private let shell: Shell
  private let server: RealServer

  init() async throws {
    shell = Shell(home: try TemporaryDirectory("chatai-e2e-logins"))
    server = try await RealServer()
  }

  private func logIn(_ arguments: String..., profile: String = "default", input: String = "") throws -> Shell.Outcome {
    let words = ["login", "--server", server.url, "--email", RealServer.email, "--profile", profile] + arguments
    return try shell.run([Programs.console] + words, input: input)
  }

  private func session(_ profile: String = "default") -> String {
    shell.home.path + "/state/chatai/\(profile)/session.json"
  }

  private func tokens(_ profile: String = "default") throws -> String {
    try String(contentsOfFile: session(profile), encoding: .utf8)
  }

  private func script(_ name: String, _ lines: String) throws -> String {
    let path = shell.home.path + "/" + name
    try ("#!/bin/sh\n" + lines + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    return path
  }

  @Test func `A command gives the password, which is kept nowhere, and a failed login leaves no profile`() throws {
    let pass = try script("pass", "echo \"$1\" >&2; echo '\(RealServer.password)'; echo 'login: me'")
    let done = try logIn("--password-command", "\(pass) 'show chat'")
    #expect(done.status == 0 && done.errors.isEmpty)
    let mode = try FileManager.default.attributesOfItem(atPath: session())[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(!(try tokens().contains(RealServer.password)))
    #expect(try shell.chatai("list").status == 0)

    for (command, said) in [
      ("echo wrong", "does not take this address and password"), ("false", "printed nothing"),
      ("no-such-program-here x", "is not in PATH"), ("echo 'open", "quotes have to be closed"),
    ] {
      let failed = try logIn("--password-command", command, profile: "other")
      #expect(failed.status != 0, "\(command)")
      #expect(failed.errors.contains(said) && failed.errors.split(separator: "\n").count == 1, "\(failed.errors)")
    }
    #expect(try logIn("--password-stdin", profile: "other", input: "wrong\n").status != 0)
    #expect(!(try shell.chatai("profiles").output.contains("other")))
  }

  @Test func `A command gives a token`() throws {
    _ = try logIn("--password-stdin", input: RealServer.password + "\n")
    // By its name: the file's fields are in no certain order.
    let token = try #require(try tokens().firstMatch(of: /"access_?[tT]oken"\s*:\s*"([A-Za-z0-9_.-]+)"/)).output.1
    let good = try logIn("--token-command", "echo \(token)", profile: "by-token")
    #expect(good.status == 0, "\(good.errors)")
    #expect(try shell.chatai("list", "--profile", "by-token").status == 0)
    let bad = try logIn("--token-command", "echo nonsense", profile: "bad-token")
    #expect(bad.status != 0 && bad.errors.contains("does not take this token"))
  }

  @Test func `Logging out ends the login on the server, too`() throws {
    _ = try logIn("--password-stdin", input: RealServer.password + "\n")
    // What a thief might have copied.
    let copy = shell.home.path + "/state/chatai/copy"
    try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: session(), toPath: copy + "/session.json")
    #expect(try shell.chatai("list", "--profile", "copy").status == 0)
    #expect(try shell.chatai("logout").status == 0)
    #expect(!FileManager.default.fileExists(atPath: session()))
    #expect(try shell.chatai("list").status == 3)
    #expect(try shell.chatai("list", "--profile", "copy").status == 3)
    #expect(try shell.chatai("logout").status == 3)
  }

  @Test func `A console whose login has ended goes on after :login, and keeps the new one`() async throws {
    _ = try logIn("--password-stdin", input: RealServer.password + "\n")
    let copy = shell.home.path + "/state/chatai/copy"
    try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: session(), toPath: copy + "/session.json")
    let console = try await ConsoleScreen(columns: 80, rows: 24, home: shell.home)
    try await console.wait(for: "● live")
    #expect(try shell.chatai("logout", "--profile", "copy").status == 0)
    try await console.wait(for: "signed out")
    try await console.wait(for: ":login logs in again")
    #expect(try shell.chatai("list").status == 3)
    try console.type(":login")
    try console.press("Enter")
    try await console.wait(for: "Password of")
    try console.type(RealServer.password)
    try console.press("Enter")
    try await console.wait(for: "● live")
    #expect(try shell.chatai("list").status == 0, "whoever shares the login has the new one")
    try console.press("q")
    #expect(try await eventually("no end") { try console.exitStatus() } == 0)
  }

  @Test func `Where no profile is named it is that of the environment, else of the settings`() throws {
    for profile in ["default", "shop"] {
      _ = try logIn("--password-stdin", profile: profile, input: RealServer.password + "\n")
    }
    func usual(_ setting: String = "") throws -> String? {
      let folder = shell.home.path + "/config/chatai"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try setting.write(toFile: folder + "/config.toml", atomically: true, encoding: .utf8)
      let listed = try shell.chatai("profiles", "--json").objects
      return listed.first { $0["default"] as? Bool == true }?["name"] as? String
    }
    #expect(try usual() == "default")
    #expect(try usual("profile = \"shop\"\n") == "shop")
    #expect(try shell.sh("CHATAI_PROFILE=default chatai profiles").output.contains("* default"))
    #expect(try shell.sh("CHATAI_PROFILE=nobody chatai list").status == 3)
    #expect(try shell.chatai("logout").status == 0)
    let listed = try shell.chatai("profiles").output
    #expect(listed.contains("default  \(RealServer.email)  \(server.url)  logged in"))
    #expect(listed.contains("* shop") && listed.contains("logged out"))
  }

  @Test func `The doctor names each mistake of the settings, and who may read the login`() throws {
    _ = try logIn("--password-stdin", input: RealServer.password + "\n")
    let folder = shell.home.path + "/config/chatai"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try "thme = \"dark\"\nascii = 1\n".write(toFile: folder + "/config.toml", atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: session())
    let sick = try shell.chatai("doctor")
    #expect(sick.status == 1)
    #expect(sick.output.contains("config.toml:1:1: thme: there is no such setting: did you mean theme?"))
    #expect(sick.output.contains("config.toml:2:9: ascii: true or false is expected"))
    #expect(sick.output.contains("others may read") && sick.output.contains("chmod -R go="))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: session())
    try "theme = \"dark\"\n".write(toFile: folder + "/config.toml", atomically: true, encoding: .utf8)
    let well = try shell.chatai("doctor")
    #expect(well.status == 0, "\(well.output)")
    #expect(well.output.contains("settings      \(folder)/config.toml"))
  }

  @Test func `With --read-only no command changes anything`() async throws {
    _ = try logIn("--password-stdin", input: RealServer.password + "\n")
    let visitor = try await Visitor(guest: "ana", server: server)
    try await visitor.say("hello")
    let id = "\(visitor.dialogID)"
    let before = try shell.chatai("show", id).output
    let commands = [
      ["reply", id, "no"], ["reply", id, "no", "--note"], ["take-over", id], ["release", id], ["requeue", id],
      ["transfer", id, "1"], ["request", id], ["cancel-request", id], ["online"], ["away"],
      ["ws", "/ws/operator", "--token"],
    ]
    for command in commands {
      let refused = try shell.run([Programs.console] + command + ["--read-only"], input: "")
      #expect(refused.status == 4, "\(command)")
      #expect(refused.output.isEmpty && refused.errors.contains("is not for --read-only"), "\(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1)
    }
    #expect(try shell.sh("CHATAI_READ_ONLY=1 chatai take-over \(id)").status == 4)
    let folder = shell.home.path + "/config/chatai/profiles"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try "read_only = true\n".write(toFile: folder + "/default.toml", atomically: true, encoding: .utf8)
    #expect(try shell.chatai("take-over", id).status == 4)
    for command in [["list"], ["show", id], ["export", id], ["team"], ["status"], ["search", "hello"]] {
      #expect(try shell.run([Programs.console] + command, input: "").status == 0, "\(command)")
    }
    #expect(try shell.chatai("show", id).output == before)
  }

  @Test func `A command that only reads does not make the operator be there`() async throws {
    _ = try logIn("--password-stdin", input: RealServer.password + "\n")
    func state() throws -> String? { try shell.chatai("team", "--json").objects.first?["status"] as? String }
    for command in [["list"], ["status", "--max-age", "0"], ["doctor"]] {
      #expect(try shell.run([Programs.console] + command, input: "").status == 0)
    }
    #expect(try state() == "offline")
    let watch = try shell.start("watch", "--json")
    try await eventually("not live: \(shell.errors())") { shell.errors().contains("live") ? true : nil }
    #expect(try state() == "offline")
    watch.kill(SIGTERM)
    _ = watch.wait()
    let present = try shell.start("watch", "--json", "--present", errorsTo: "present")
    try await eventually("not there") { try state() == "online" ? true : nil }
    present.kill(SIGTERM)
    _ = present.wait()
  }
}
