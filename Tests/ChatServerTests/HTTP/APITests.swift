import ChatProtocol
import Foundation
import Testing

@testable import ChatServer

/// The routes of part 1 over real HTTP.
@Suite struct APITests {
  // MARK: Accounts

  @Test func loginByFormAndByJSON() async throws {
    try await TestServer.run { server in
      let form = try await server.call(
        .POST, "/api/login", headers: ["Content-Type": "application/x-www-form-urlencoded"],
        body: "username=ANN%40example.com&password=correct+horse")
      let json = try await server.call(
        .POST, "/api/login", json: #"{"username":"ann@example.com","password":"correct horse"}"#)
      for answer in [form, json] {
        #expect(answer.status == 200)
        let tokens = try answer.decode(AccountTokens.self)
        #expect(tokens.tokenType == "bearer")
        let me = try await server.call(.GET, "/api/me", token: tokens.accessToken)
        #expect(try me.decode(Account.self) == server.ann.account)
        let refreshed = try await server.call(
          .POST, "/api/refresh-token", json: #"{"refresh_token":"\#(try #require(tokens.refreshToken))"}"#)
        let access = try refreshed.decode(AccountTokens.self).accessToken
        #expect(try await server.call(.GET, "/api/me", token: access).status == 200)
      }
    }
  }

  @Test func wrongLoginsLookAlike() async throws {
    try await TestServer.run { server in
      let answers = [
        try await server.call(.POST, "/api/login", json: #"{"username":"ann@example.com","password":"wrong horse"}"#),
        try await server.call(.POST, "/api/login", json: #"{"username":"eve@example.com","password":"correct horse"}"#),
        try await server.call(.POST, "/api/login", json: #"{"username":"no address","password":""}"#),
      ]
      #expect(Set(answers.map(\.status)) == [401])
      #expect(Set(answers.map(\.text)).count == 1)
      #expect(answers[0].headers["www-authenticate"] == "Bearer")
    }
  }

  @Test func guessingIsSlowedDownAndGoodLoginsAreNot() async throws {
    try await TestServer.run { server in
      let good = #"{"username":"ann@example.com","password":"correct horse"}"#
      for _ in 0..<15 { #expect(try await server.call(.POST, "/api/login", json: good).status == 200) }
      let bad = #"{"username":"ann@example.com","password":"guess"}"#
      for _ in 0..<10 { #expect(try await server.call(.POST, "/api/login", json: bad).status == 401) }
      let refused = try await server.call(.POST, "/api/login", json: bad)
      #expect(refused.status == 429)
      #expect((1...60).contains(try #require(refused.headers["retry-after"].flatMap(Int.init))))
    }
  }

  @Test func badBearers() async throws {
    try await TestServer.run { server in
      let refresh = try await server.tokens.issue(.refresh, for: server.ann, at: .now())
      let expired = try await server.accessToken(server.ann, at: .now().advanced(by: .seconds(-3601)))
      #expect(try await server.call(.GET, "/api/me").status == 401)
      for token in ["nonsense", refresh, expired, ""] {
        let answer = try await server.call(.GET, "/api/me", token: token)
        #expect(answer.status == 401)
        if !token.isEmpty { #expect(!answer.text.contains(token)) }
      }
      #expect(
        try await server.call(.POST, "/api/refresh-token", json: #"{"refresh_token":"nonsense"}"#).status == 401)
      let access = try await server.accessToken(server.ann)
      #expect(
        try await server.call(.POST, "/api/refresh-token", json: #"{"refresh_token":"\#(access)"}"#).status == 401)
    }
  }

  @Test func siteTokenIsTheSameEachTime() async throws {
    try await TestServer.run { server in
      for user in [server.ann, server.bob] {
        let token = try await server.accessToken(user)
        let first = try await server.call(.GET, "/api/site-token", token: token)
        #expect(first.status == 200)
        #expect(try await server.call(.GET, "/api/site-token", token: token).text == first.text)
      }
    }
  }

  // MARK: Dialogs

  @Test func unknownAndForbiddenDialogsLookAlike() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let token = try await server.accessToken(server.bob)
      let requests: [(TestServer.Method, String, String?)] = [
        (.GET, "", nil), (.GET, "/messages", nil), (.POST, "/messages", #"{"text":"x"}"#),
        (.GET, "/handoff/status", nil), (.POST, "/handoff/takeover", "{}"), (.POST, "/handoff/release", "{}"),
        (.POST, "/handoff/cancel", "{}"),
        (.POST, "/handoff/request", #"{"request_id":"6F3D8F0A-0D55-4F4D-9C55-0E6C0C6C0001"}"#),
      ]
      for (method, path, json) in requests {
        let forbidden = try await server.call(method, "/api/dialogs/\(dialog)\(path)", json: json, token: token)
        let unknown = try await server.call(method, "/api/dialogs/\(dialog + 99)\(path)", json: json, token: token)
        #expect(forbidden.status == 404, "\(method) \(path)")
        #expect(forbidden.text == unknown.text)
      }
      let list = try await server.call(.GET, "/api/dialogs?all=1", token: token).decode(Page<Dialog>.self)
      #expect(list.items.isEmpty)
      #expect(list.total == 0)
      #expect(try await server.store.messages(dialogID: dialog).isEmpty)
    }
  }

  @Test func listIsPagedAndFiltered() async throws {
    try await TestServer.run { server in
      var ids: [DialogID] = []
      for number in 0..<5 { ids.append(try await server.openDialog(guest: "g\(number)")) }
      let token = try await server.accessToken(server.admin)
      let first = try await server.call(.GET, "/api/dialogs?limit=2", token: token).decode(Page<Dialog>.self)
      #expect(first.items.map(\.id) == [ids[4], ids[3]])
      #expect(first.total == 5 && first.page == 1 && first.pages == 3 && first.limit == 2)
      let last = try await server.call(.GET, "/api/dialogs?limit=2&page=3", token: token).decode(Page<Dialog>.self)
      #expect(last.items.map(\.id) == [ids[0]])
      let found = try await server.call(.GET, "/api/dialogs?search=g3", token: token).decode(Page<Dialog>.self)
      #expect(found.items.map(\.id) == [ids[3]])
      for query in ["limit=0", "limit=101", "limit=x", "page=0", "page=-1", "assistant_id=x"] {
        let answer = try await server.call(.GET, "/api/dialogs?\(query)", token: token)
        #expect(answer.status == 422, "\(query)")
        #expect(answer.detail.contains(query.prefix { $0 != "=" }))
      }
      // What an admin has of its own: nothing.
      let own = try await server.call(.GET, "/api/dialogs?all=0", token: token).decode(Page<Dialog>.self)
      #expect(own.items.isEmpty)
    }
  }

  @Test func messagesWholeAndPaged() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let token = try await server.accessToken(server.ann)
      for text in ["a", "b", "c", "d"] {
        _ = try await server.call(.POST, "/api/dialogs/\(dialog)/messages", json: #"{"text":"\#(text)"}"#, token: token)
      }
      func texts(_ query: String) async throws -> [String] {
        try await server.call(.GET, "/api/dialogs/\(dialog)/messages\(query)", token: token)
          .decode([Message].self).map(\.text)
      }
      let all = try await server.store.messages(dialogID: dialog)
      #expect(try await texts("") == ["a", "b", "c", "d"])
      #expect(try await texts("?after=\(all[1].id)") == ["c", "d"])
      #expect(try await texts("?after=0&limit=1") == ["a"])
      #expect(try await texts("?before=\(all[3].id)&limit=2") == ["b", "c"])
      #expect(try await texts("?limit=3") == ["b", "c", "d"])
      let both = try await server.call(.GET, "/api/dialogs/\(dialog)/messages?after=1&before=2", token: token)
      #expect(both.status == 422)
    }
  }

  @Test func textsOfAnyKind() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let path = "/api/dialogs/\(dialog)/messages"
      let token = try await server.accessToken(server.ann)
      let longest = String(repeating: "🙂", count: 10_000)
      for text in ["<script>&lt;&amp;", "\u{0}\u{1B}[31m\u{202E}", "  x  ", "e\u{301}", longest] {
        let json = String(decoding: try JSONEncoder().encode(["text": text]), as: UTF8.self)
        let answer = try await server.call(.POST, path, json: json, token: token)
        #expect(answer.status == 200)
        // Byte for byte: a composed and a decomposed letter are equal strings.
        #expect(Array(try answer.decode(Message.self).text.utf8) == Array(text.utf8))
      }
      let table: [(json: String, status: Int)] = [
        (#"{"text":""}"#, 422), (#"{"text":" \n\t\u00a0"}"#, 422), (#"{"text":null}"#, 422), (#"{"text":3}"#, 422),
        ("{}", 422), ("[]", 422), ("null", 422), ("", 422), ("{", 422), (#"{"text":"\ud800"}"#, 422),
        (#"{"text":"\#(longest)!"}"#, 422),
        (#"{"text":"x","client_id":"\#(String(repeating: "c", count: 200))"}"#, 422),
        (#"{"text":"\#(String(repeating: "x", count: 600_000))"}"#, 413),
      ]
      for (json, status) in table {
        let answer = try await server.call(.POST, path, json: json, token: token)
        #expect(answer.status == status, "\(json.prefix(60))")
        #expect(!answer.detail.hasPrefix("no detail"), "\(json.prefix(60)): \(answer.text.prefix(100))")
      }
      #expect(try await server.store.messages(dialogID: dialog).count == 5)
    }
  }

  @Test func repeatedClientIDMakesOneMessage() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let token = try await server.accessToken(server.ann)
      let json = #"{"text":"once","client_id":"6F3D8F0A-0D55-4F4D-9C55-0E6C0C6C0001"}"#
      let path = "/api/dialogs/\(dialog)/messages"
      let first = try await server.call(.POST, path, json: json, token: token)
      let second = try await server.call(.POST, path, json: json, token: token)
      #expect(try first.decode(Message.self) == second.decode(Message.self))
      #expect(!first.text.contains("duplicate"))
      #expect(second.text.contains(#""duplicate":true"#))
      #expect(try await server.store.messages(dialogID: dialog).count == 1)
    }
  }

  // MARK: Hand-off

  @Test func handoffFromRequestToRelease() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let token = try await server.accessToken(server.ann)
      let base = "/api/dialogs/\(dialog)/handoff"
      func status(_ method: TestServer.Method, _ verb: String, _ json: String? = nil) async throws -> HandoffStatus {
        let answer = try await server.call(method, "\(base)/\(verb)", json: json, token: token)
        try #require(answer.status == 200, "\(verb): \(answer.text)")
        return try answer.decode()
      }
      #expect(try await server.call(.POST, "\(base)/takeover", json: "{}", token: token).status == 409)
      #expect(try await server.call(.POST, "\(base)/request", json: #"{"request_id":"x"}"#, token: token).status == 422)
      let request = #"{"request_id":"6f3d8f0a-0d55-4f4d-9c55-0e6c0c6c0001","reason":"why","last_user_text":"help"}"#
      #expect(try await status(.POST, "request", request).status == .requested)
      let queue = try await server.call(.GET, "/api/operator/queue", token: token).decode([QueueEntry].self)
      #expect(queue.map(\.dialogID) == [dialog])
      #expect(queue.first?.lastUserText == "help")
      let active = try await status(.POST, "takeover", "{}")
      #expect(active.status == .active)
      #expect(active.assignedManager?.id == server.ann.id)
      let mine = try await server.call(.GET, "/api/operator/my-dialogs", token: token).decode([Dialog].self)
      #expect(mine.map(\.id) == [dialog])
      #expect(try await server.call(.POST, "\(base)/cancel", token: token).status == 409)
      #expect(try await status(.POST, "release").status == .released)
      #expect(try await status(.GET, "status").status == .released)
      #expect(try await server.call(.POST, "\(base)/release", token: token).status == 409)
    }
  }

  @Test func ofManyTakeoversAtOnceOneWins() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      _ = try await server.call(
        .POST, "/api/widget/dialogs/\(dialog)/messages?\(server.widgetQuery("guest"))", json: #"{"text":"person"}"#)
      let tokens = [try await server.accessToken(server.ann), try await server.accessToken(server.admin)]
      let winners = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
        for number in 0..<20 {
          group.addTask {
            let token = tokens[number % 2]
            let path = "/api/dialogs/\(dialog)/handoff/takeover"
            return (number % 2, try await server.call(.POST, path, json: "{}", token: token).status)
          }
        }
        return try await group.reduce(into: Set<Int>()) { winners, answer in
          if answer.1 == 200 { winners.insert(answer.0) } else { #expect(answer.1 == 409) }
        }
      }
      #expect(winners.count == 1)
    }
  }

  @Test func heartbeatOfAnOperator() async throws {
    try await TestServer.run { server in
      let token = try await server.accessToken(server.ann)
      for status in ["online", "away", "offline"] {
        let json = #"{"status":"\#(status)","dialogs":[1]}"#
        #expect(try await server.call(.POST, "/api/operator/heartbeat", json: json, token: token).status == 200)
      }
      let answer = try await server.call(.POST, "/api/operator/heartbeat", json: #"{"status":"x"}"#, token: token)
      #expect(answer.status == 422)
    }
  }

  // MARK: The rest

  @Test func capabilitiesNameWhatIsThere() async throws {
    try await TestServer.run { server in
      let capabilities = try await server.call(.GET, "/api/capabilities").decode(Capabilities.self)
      let features: Set = [
        "assistant-modes", "batching", "client-id", "deflate", "handoff-brief", "leases", "notes", "operator-stream",
        "paging",
        "precondition", "presence", "proposals", "receipts", "replay", "search", "typing", "viewing",
      ]
      #expect(capabilities == Capabilities(version: 2, features: features))
      #expect(try await server.call(.GET, "/health").text == #"{"status":"ok"}"#)
    }
  }

  @Test func unknownRoutesAnswerInTheProtocolsShape() async throws {
    try await TestServer.run { server in
      for path in ["/", "/api", "/api/nothing", "/api/dialogs/x/y/z", "/api/../etc/passwd", "/ws/dialogs/1"] {
        let answer = try await server.call(.GET, path)
        #expect(answer.status == 404, "\(path)")
        #expect(answer.detail == "Not Found")
      }
    }
  }

  @Test func noTokenInAnyLogLineOrError() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog(guest: "guest-secret")
      let token = try await server.accessToken(server.ann)
      let refresh = try await server.tokens.issue(.refresh, for: server.ann, at: .now())
      var answers: [TestServer.Answer] = []
      for path in [
        "/api/me", "/api/dialogs", "/api/nothing?token=\(token)", "/api/dialogs/x?token=\(token)",
        "/api/site/dialogs?\(server.siteQuery("guest-secret"))",
        "/api/site/dialogs?site_token=\(server.siteToken.token)",
        "/api/widget/dialogs/\(dialog)/messages?\(server.widgetQuery("guest-secret"))",
      ] { answers.append(try await server.call(.GET, path, token: token)) }
      answers.append(try await server.call(.POST, "/api/refresh-token", json: #"{"refresh_token":"\#(token)"}"#))
      answers.append(
        try await server.call(.POST, "/api/login", json: #"{"username":"ann@example.com","password":"pass-secret"}"#))
      answers.append(try await server.call(.GET, "/api/me", token: refresh))
      for target in [
        "/ws/dialogs/\(dialog)?token=\(token)", "/ws/dialogs/\(dialog)?token=\(refresh)",
        "/ws/nothing?token=\(token)", "/ws/site/dialogs/\(dialog)?\(server.siteQuery("guest-secret"))",
        "/ws/widget/dialogs/\(dialog)?\(server.widgetQuery("guest-secret"))",
      ] {
        let socket = try TestSocket(server, target)
        _ = try await socket.next()
        socket.send(#"{"token":"\#(token)"}"#)
        socket.close()
      }
      let errors = answers.filter { $0.status >= 400 }.map(\.text)
      #expect(errors.count >= 5)
      let lines = server.logs.all
      #expect(lines.count > 20)
      for secret in [token, refresh, server.siteToken.token, "guest-secret", "pass-secret"] {
        for line in lines + errors { #expect(!line.contains(secret), "\(line)") }
      }
    }
  }

  @Test func connectionsAreLoggedWithTheirPool() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let first = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      _ = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      first.close()
      _ = try await first.closeCode()
      let role = "role=operator \(server.ann.id)"
      let expected = [
        "info socket connected dialog=\(dialog) pool=admin pool_size=1 \(role)",
        "info socket connected dialog=\(dialog) pool=admin pool_size=2 \(role)",
        "info socket disconnected cause=closeHandshake code=1000 dialog=\(dialog) pool=admin pool_size=1 \(role)",
      ]
      // The server sees the connection's end a moment after its client.
      for _ in 0..<6000 where !server.logs.all.contains(expected[2]) { try await Task.sleep(for: .milliseconds(10)) }
      for line in expected { #expect(server.logs.all.contains(line), "\(line)") }
    }
  }
}
