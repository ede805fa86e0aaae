import ChatProtocol
import Testing

@testable import ChatServer

/// Who a visitor's request is taken for.
@Suite struct RequestSourceTests {
  @Test(
    arguments: [
      // Origin, Referer, Host, is it ours
      ("http://chat.example.com", nil, "chat.example.com", true),
      ("https://chat.example.com", nil, "chat.example.com", true),
      ("https://CHAT.example.com", nil, "Chat.Example.com", true),
      ("http://127.0.0.1:8080", nil, "127.0.0.1:8080", true),
      (nil, "http://127.0.0.1:8080/widget/frame?x=1", "127.0.0.1:8080", true),
      // The origin counts, whatever the referrer says.
      ("https://evil.example", "https://chat.example.com/widget/frame", "chat.example.com", false),
      ("null", "https://chat.example.com/widget/frame", "chat.example.com", false),
      ("http://127.0.0.1:8081", nil, "127.0.0.1:8080", false),
      ("http://127.0.0.1", nil, "127.0.0.1:8080", false),
      ("https://chat.example.com.evil.example", nil, "chat.example.com", false),
      ("https://chat.example.com@evil.example", nil, "chat.example.com", false),
      ("https://evil.example/chat.example.com", nil, "chat.example.com", false),
      ("", nil, "", false), (nil, nil, "chat.example.com", false), ("https://chat.example.com", nil, nil, false),
      ("chat.example.com", nil, "chat.example.com", false),
    ] as [(String?, String?, String?, Bool)])
  func ownFrame(origin: String?, referrer: String?, host: String?, isOurs: Bool) {
    #expect(RequestSource(origin: origin, referrer: referrer, host: host).isOwnFrame == isOurs)
  }

  @Test func theFrameSpeaksForItsSiteOverHTTP() async throws {
    try await TestServer.run(siteDomains: ["shop.example.com"]) { server in
      let path = "/api/site/dialogs?\(server.siteQuery("g"))"
      let own = server.address.description
      let table: [([String: String], Int)] = [
        (["Origin": own], 200), (["Referer": "\(own)/widget/frame?a=b"], 200),
        (["Origin": "https://shop.example.com"], 200), ([:], 403), (["Origin": "null"], 403),
        (["Origin": "http://127.0.0.1:1"], 403), (["Referer": "http://127.0.0.1:1/"], 403),
        (["Origin": "https://evil.example", "Referer": own], 403),
      ]
      for (headers, status) in table {
        let answer = try await server.call(.GET, path, headers: headers)
        #expect(answer.status == status, "\(headers)")
      }
    }
  }

  /// While an operator has the dialog, its visitor is told who: also when the page is loaded anew.
  @Test func theVisitorLearnsWhoHasTheDialog() async throws {
    struct Listed: Decodable {
      let manager: Manager?
    }
    try await TestServer.run { server in
      let dialog = try await server.openDialog(guest: "guest")
      let path = "/api/widget/dialogs?\(server.widgetQuery("guest"))"
      #expect(try await server.call(.GET, path).decode([Listed].self).first?.manager == nil)
      let token = try await server.accessToken(server.ann)
      _ = try await server.call(
        .POST, "/api/dialogs/\(dialog)/handoff/request",
        json: #"{"request_id":"6F3D8F0A-0D55-4F4D-9C55-0E6C0C6C0001"}"#, token: token)
      _ = try await server.call(.POST, "/api/dialogs/\(dialog)/handoff/takeover", json: "{}", token: token)
      #expect(try await server.call(.GET, path).decode([Listed].self).first?.manager == server.ann.manager)
      _ = try await server.call(.POST, "/api/dialogs/\(dialog)/handoff/release", json: "{}", token: token)
      #expect(try await server.call(.GET, path).decode([Listed].self).first?.manager == nil)
    }
  }
}
