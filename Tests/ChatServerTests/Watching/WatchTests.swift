import ChatProtocol
import Foundation
import Testing

@testable import ChatServer

/// What a server says about itself to those who run it.
@Suite struct WatchTests {
  /// The value of a line such as `name{label="x"}`.
  private func value(_ line: String, in text: String) -> Double? {
    text.split(separator: "\n").first { $0.hasPrefix(line + " ") }.flatMap { Double($0.dropFirst(line.count + 1)) }
  }

  @Test func healthAndReadiness() async throws {
    try await TestServer.run { server in
      #expect(try await server.call(.GET, "/health").text == #"{"status":"ok"}"#)
      let ready = try await server.call(.GET, "/ready")
      #expect(ready.status == 200 && ready.text == #"{"status":"ready"}"#)
      server.rooms.shutDown()
      let stopping = try await server.call(.GET, "/ready")
      #expect(stopping.status == 503 && stopping.text == #"{"status":"stopping"}"#)
      #expect(try await server.call(.GET, "/health").status == 200)
    }
  }

  @Test func metricsAreForWhoHasTheToken() async throws {
    try await TestServer.run { server in
      let tokens: [(token: String?, status: Int)] = [
        (nil, 401), ("nonsense", 401), (String(server.metricsToken.text.dropLast()), 401),
        (try await server.accessToken(server.ann), 401), (server.siteToken.token, 401),
        (server.metricsToken.text, 200), (try await server.accessToken(server.admin), 200),
      ]
      for (token, status) in tokens {
        #expect(try await server.call(.GET, "/metrics", token: token).status == status)
      }
      // It opens nothing else, and does not show who signs the tokens.
      #expect(try await server.call(.GET, "/api/me", token: server.metricsToken.text).status == 401)
      #expect(MetricsToken(secret: TokenSecret()).text != server.metricsToken.text)
    }
  }

  @Test func whatHappensIsCounted() async throws {
    try await TestServer.run(configure: { $0.limits.socketsPerDialog = 1 }) { server in
      let dialog = try await server.openDialog()
      let ann = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      let guest = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      let token = try await server.accessToken(server.ann)
      #expect(try await TestSocket(server, "/ws/dialogs/\(dialog)?token=\(token)").closeCode() == 1013)
      let messages = "/api/widget/dialogs/\(dialog)/messages?\(server.widgetQuery("guest"))"
      #expect(try await server.call(.POST, messages, json: #"{"text":"hello"}"#).status == 200)
      #expect(try await server.call(.POST, messages, json: #"{"text":"person"}"#).status == 200)
      // The visitor's two to the operator, the answer to both, the call for a human to both.
      for _ in 0..<3 { _ = try await ann.nextMessage() }
      _ = try await guest.nextMessage()
      for socket in [ann, guest] {
        #expect(try await socket.nextEvent() == .handoff(.requested, dialogID: dialog, manager: nil))
      }
      func scrape() async throws -> String {
        let answer = try await server.call(.GET, "/metrics", token: server.metricsToken.text)
        #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        return answer.text
      }
      let text = try await scrape()
      let expected: [(line: String, value: Double)] = [
        (#"chatai_sockets{pool="admin"}"#, 1), (#"chatai_sockets{pool="visitor"}"#, 1),
        (#"chatai_socket_connects_total{pool="admin"}"#, 1), (#"chatai_socket_refusals_total{code="1013"}"#, 1),
        (#"chatai_messages_total{sender="user"}"#, 2), (#"chatai_messages_total{sender="assistant"}"#, 1),
        ("chatai_message_seconds_count", 3), (#"chatai_assistant_turns_total{outcome="answered"}"#, 1),
        (#"chatai_assistant_turns_total{outcome="handedOff"}"#, 1), ("chatai_queue_length", 1),
      ]
      for (line, value) in expected { #expect(self.value(line, in: text) == value, "\(line)") }
      #expect(try #require(value("chatai_deliveries_total", in: text)) >= 6)
      #expect(try #require(value("process_resident_memory_bytes", in: text)) > 1_048_576)
      #expect(try #require(value("chatai_queue_longest_wait_seconds", in: text)) >= 0)
      // Nothing a stranger chose, and nobody's token, is in it.
      #expect(!text.contains("hello") && !text.contains("guest\"") && !text.contains(token))
      _ = try await server.call(.POST, "/api/dialogs/\(dialog)/handoff/takeover", json: "{}", token: token)
      guest.close()
      _ = try await ann.nextEvent()
      let later = try await scrape()
      #expect(value("chatai_handoff_wait_seconds_count", in: later) == 1)
      #expect(value("chatai_queue_length", in: later) == 0)
    }
  }

  // MARK: Parts

  @Test func aHistogramCountsWhatIsWithinItsBounds() {
    var histogram = Histogram(bounds: [0.1, 1])
    for milliseconds in [0, 100, 101, 1000, 1001] { histogram.observe(.milliseconds(milliseconds)) }
    #expect(histogram.counts == [2, 2, 1] && histogram.count == 5)
    var text = MetricsText()
    text.add("wait_seconds", "Waits.", histogram)
    #expect(
      text.text == """
        # HELP wait_seconds Waits.
        # TYPE wait_seconds histogram
        wait_seconds_bucket{le="0.1"} 2
        wait_seconds_bucket{le="1"} 4
        wait_seconds_bucket{le="+Inf"} 5
        wait_seconds_sum \(histogram.sum)
        wait_seconds_count 5

        """)
  }

  @Test func labelsAreEscaped() {
    var text = MetricsText()
    text.add(.counter, "c", "C.", label: "l", [("a\"b\\c\nd", 1.5)])
    #expect(text.text == "# HELP c C.\n# TYPE c counter\nc{l=\"a\\\"b\\\\c\\nd\"} 1.5\n")
  }

  @Test func statisticsOfADatabase() async throws {
    let fixture = try await TemporaryStore()
    let now = TemporaryStore.start.advanced(by: .seconds(3600))
    let empty = try await fixture.store.statistics(at: now)
    #expect(empty.queueLength == 0 && empty.longestWait == nil && empty.wait(atShare: 0.5) == nil)
    for (index, asked) in [0, 600, 1200].enumerated() {
      let visitor = try Visitor(entrance: .widget(assistantID: fixture.assistant.id), guestID: "g\(index)")
      let dialog = try await fixture.store.openDialog(for: visitor, at: TemporaryStore.start)
      _ = try await fixture.store.append(
        NewMessage(dialogID: dialog.id, sender: .user, text: "x", timestamp: TemporaryStore.start))
      _ = try await fixture.store.handoff(
        dialogID: dialog.id, .request(requestID: "r", reason: nil, lastUserText: nil), by: .visitor,
        at: TemporaryStore.start.advanced(by: .seconds(asked)))
      if index > 0 {
        _ = try await fixture.store.handoff(
          dialogID: dialog.id, .takeOver, by: .account(fixture.ann),
          at: TemporaryStore.start.advanced(by: .seconds(asked + 60 * index)))
      }
    }
    let statistics = try await fixture.store.statistics(at: now)
    #expect(statistics.dialogs == ["requested": 1, "active": 2])
    #expect(statistics.messages == ["user": 3] && statistics.messagesOfDay == ["user": 3])
    #expect(statistics.queueLength == 1 && statistics.longestWait == 3600)
    #expect(statistics.waitsOfDay == [60, 120] && statistics.wait(atShare: 0.5) == 120)
    let nextDay = try await fixture.store.statistics(at: now.advanced(by: .seconds(86_400)))
    #expect(nextDay.messagesOfDay.isEmpty && nextDay.waitsOfDay.isEmpty && nextDay.messages == ["user": 3])
  }

  @Test func theProgramPrintsThem() throws {
    let folder = try TemporaryDirectory()
    let text = try ServerProgram.run(["stats", "--data", folder.path])
    #expect(
      text.output == """
        dialogs: 0
        messages: 0
        messages, last 24 h: 0
        waiting: 0
        waits, last 24 h: 0

        """)
    let json = try ServerProgram.run(["stats", "--json", "--data", folder.path])
    #expect(try JSONDecoder().decode(ServerStatistics.self, from: Data(json.output.utf8)).queueLength == 0)
    let token = try ServerProgram.run(["stats", "--metrics-token", "--data", folder.path])
    let again = try ServerProgram.run(["stats", "--metrics-token", "--data", folder.path])
    #expect(token.output.count == 65 && token == again)
  }
}
