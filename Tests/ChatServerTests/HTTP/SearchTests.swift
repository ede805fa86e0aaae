import ChatProtocol
import Foundation
import Testing

@testable import ChatServer

@Suite struct SearchTests {
  private struct Found: Decodable {
    struct Item: Decodable, Equatable {
      let dialog_id: Int
      let message_id: Int
      let sender: String
      let kind: String
      let timestamp: String
      let name: String?
      let snippet: String
      let matches: [[Int]]

      /// The words that were found, cut out by the offsets.
      var words: [String] {
        let scalars = Array(snippet.unicodeScalars)
        return matches.map { String(String.UnicodeScalarView(scalars[$0[0]..<$0[1]])) }
      }
    }
    struct Named: Decodable, Equatable {
      let dialog_id: Int
      let name: String?
    }
    let items: [Item]
    let dialogs: [Named]
    let next_before: Int?
  }

  private func search(
    _ server: TestServer, _ query: String, _ more: String = "", as user: User? = nil
  ) async throws -> Found {
    let q = try #require(query.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
    let token = try await server.accessToken(user ?? server.ann)
    let answer = try await server.call(.GET, "/api/search?q=\(q)\(more)", token: token)
    #expect(answer.status == 200, "\(query): \(answer.text)")
    return try answer.decode()
  }

  private func post(_ server: TestServer, _ text: String, in dialog: DialogID, kind: MessageKind = .message)
    async throws
  {
    _ = try await server.store.append(
      NewMessage(
        dialogID: dialog, sender: kind == .note ? .manager : .user, author: kind == .note ? server.ann.manager : nil,
        kind: kind, text: text, timestamp: .now()))
  }

  @Test func findsWordsInEveryCaseAndForm() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let texts = [
        "Where is my order? It's late", "Ёлка приехала СЛОМАННОЙ", "Le café était fermé", "nul\u{0}byte 😀 emoji order",
        "order my lunch",
      ]
      for text in texts { try await post(server, text, in: dialog) }
      try await post(server, "the customer is an order thief", in: dialog, kind: .note)
      for (query, expected, words) in [
        ("ORDER", [5, 4, 3, 0], ["order"]), ("ord", [5, 4, 3, 0], ["order"]), ("елка", [1], ["Ёлка"]),
        ("ЁЛКА", [1], ["Ёлка"]), ("сломан", [1], ["СЛОМАННОЙ"]), ("cafe", [2], ["café"]), ("FERMÉ", [2], ["fermé"]),
        ("\"my order\"", [0], ["my order"]), ("my order", [4, 0], ["order", "my"]), ("byte", [3], ["byte"]),
        ("emoji", [3], ["emoji"]), ("thief", [5], ["thief"]), ("rder", [], []), ("nowhere", [], []),
        ("order nowhere", [], []),
      ] as [(String, [Int], [String])] {
        let found = try await search(server, query)
        #expect(found.items.map { $0.message_id - 1 } == expected, "\(query)")
        #expect(found.items.first?.words ?? [] == words, "\(query): \(found.items.first?.snippet ?? "")")
      }
      let note = try #require(try await search(server, "thief").items.first)
      #expect(note.kind == "note" && note.sender == "manager" && note.dialog_id == dialog)
      #expect(note.snippet == "the customer is an order thief")
    }
  }

  @Test func namesAreFoundToo() async throws {
    try await TestServer.run { server in
      let answer = try await server.call(
        .POST, "/api/widget/dialogs?\(server.widgetQuery("mary"))",
        json: #"{"first_name":"Мария","last_name":"Ёлкина"}"#)
      let dialog = try answer.decode(TestServer.Identified.self).id
      try await post(server, "hello", in: dialog)
      for query in ["мария елкина", "ёлк", "МАРИЯ"] {
        #expect(
          try await search(server, query).dialogs == [Found.Named(dialog_id: dialog, name: "Мария Ёлкина")], "\(query)")
      }
      #expect(try await search(server, "hello").items.first?.name == "Мария Ёлкина")
      #expect(try await search(server, "мария", "&before=99").dialogs.isEmpty)
      #expect(try await search(server, "мария", as: server.bob).dialogs.isEmpty)
    }
  }

  @Test func nobodyFindsWhatItMayNotSee() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      try await post(server, "a secret", in: dialog)
      #expect(try await search(server, "secret", as: server.bob).items.isEmpty)
      #expect(try await search(server, "secret", as: server.admin).items.count == 1)
      #expect(try await server.call(.GET, "/api/search?q=secret").status == 401)
      #expect(try await server.call(.GET, "/api/search?q=secret&\(server.widgetQuery("guest"))").status == 401)
    }
  }

  @Test func pagesGoBack() async throws {
    try await TestServer.run { server in
      let (mine, other) = (try await server.openDialog(guest: "a"), try await server.openDialog(guest: "b"))
      for number in 0..<7 { try await post(server, "word \(number)", in: number.isMultiple(of: 2) ? mine : other) }
      let first = try await search(server, "word", "&limit=3")
      #expect(first.items.map(\.snippet) == ["word 6", "word 5", "word 4"])
      let second = try await search(server, "word", "&limit=3&before=\(try #require(first.next_before))")
      #expect(second.items.map(\.snippet) == ["word 3", "word 2", "word 1"])
      let third = try await search(server, "word", "&limit=3&before=\(try #require(second.next_before))")
      #expect(third.items.map(\.snippet) == ["word 0"] && third.next_before == nil)
      #expect(try await search(server, "word", "&limit=7").next_before == nil)
    }
  }

  /// Whatever is typed, the answer is a result.
  @Test func nothingTypedIsASyntaxError() async throws {
    try await TestServer.run { server in
      try await post(server, "hello world", in: try await server.openDialog())
      for query in [
        "\"", "\"\"", "\"hello", "hello\"", "he\"llo wor\"ld", "AND", "NOT hello", "hello OR", "(", "NEAR(", "text:",
        "*", "^",
        "hello*", "-hello", "{text}:hello", "'; DROP TABLE message; --", "\u{0}", "a\u{0}\"", "\\", "%",
        "hello + world",
        String(repeating: "\"", count: 200), String(repeating: "a ", count: 100), "\u{FFFF}", "👩‍👩‍👧‍👦",
      ] {
        _ = try await search(server, query)
        _ = try await server.store.dialogs(DialogQuery(search: query), visibleTo: .everything)
      }
      #expect(try await search(server, "hello*").items.count == 1)
      let token = try await server.accessToken(server.ann)
      for (path, status) in [
        ("/api/search", 422), ("/api/search?q=", 422), ("/api/search?q=a&limit=0", 422),
        ("/api/search?q=a&limit=50", 200),
        ("/api/search?q=a&limit=51", 422), ("/api/search?q=a&before=x", 422),
        ("/api/search?q=" + String(repeating: "a", count: 201), 422),
      ] {
        #expect(try await server.call(.GET, path, token: token).status == status, "\(path)")
      }
    }
  }

  @Test func theListFindsWhatWasSaidEarlier() async throws {
    let fixture = try await TemporaryStore()
    let dialog = try await fixture.openDialog(guest: "a")
    _ = try await fixture.openDialog(guest: "b")
    _ = try await fixture.post("the parcel was damaged", in: dialog)
    _ = try await fixture.post("thanks", in: dialog)
    func found(_ search: String) async throws -> [DialogID] {
      try await fixture.store.dialogs(DialogQuery(search: search), visibleTo: .everything).items.map(\.id)
    }
    #expect(try await found("parcel") == [dialog.id])
    #expect(try await found("\"was damaged\"") == [dialog.id])
    #expect(try await found("hank") == [dialog.id], "the last message is still found by any part of it")
    #expect(try await found("refund") == [])
    // What is purged is found no more.
    _ = try await fixture.store.purge(idleSince: .now())
    #expect(try await found("parcel") == [])
    let query = try #require(SearchQuery("parcel"))
    #expect(try await fixture.store.search(query, visibleTo: .everything, before: nil, limit: 9) == SearchPage())
  }
}
