import ChatProtocol
import Foundation
import LiveLink
import Testing

@Suite("Outbox: preconditions and notes")
struct OutboxPreconditionTests {
  private func submit(
    _ bench: inout OutboxBench, _ clientID: String, kind: MessageKind = .message, ifLastID: MessageID? = 10
  ) {
    bench.send(
      .submit(
        clientID: clientID, dialogID: 4, text: clientID, kind: kind, lastSeenID: 10, ifLastID: ifLastID,
        at: Timestamp(milliseconds: Int64(bench.log.count))))
  }

  private func preconditions(_ bench: OutboxBench) -> [MessageID?] {
    bench.log.compactMap { if case .post(let entry) = $0 { .some(entry.ifLastID) } else { nil } }
  }

  @Test("superseded, it stays, with what came, and those behind it pass")
  func superseded() {
    var bench = OutboxBench(takesClientID: true)
    submit(&bench, "a")
    submit(&bench, "b", ifLastID: 12)
    let newer = [reply(11, "hm", by: .user), reply(12, "no", by: .user)]
    bench.send(.failed(clientID: "a", .superseded(by: newer)))
    #expect(bench.states() == [.superseded(by: newer), .sending])
    #expect(bench.disk["a"]?.newer == newer)
    #expect(bench.disk["a"]?.mayHaveBeenSent == false)
    bench.pass(.seconds(3600))
    bench.send(.reachable)
    #expect(bench.posts == ["a", "b"])
  }

  @Test("the operator's word sends it, with the precondition moved behind what came")
  func retried() {
    var bench = OutboxBench(takesClientID: true)
    submit(&bench, "a")
    bench.send(.failed(clientID: "a", .superseded(by: [reply(11, "hm", by: .user)])))
    bench.send(.retry(clientID: "a"))
    bench.send(.failed(clientID: "a", .superseded(by: [reply(12, "no", by: .user)])))
    bench.send(.retry(clientID: "a", ifLastID: 15))
    #expect(preconditions(bench) == [10, 11, 15])
    bench.send(.answered(clientID: "a", reply(16, "a")))
    #expect(bench.outbox.isEmpty)
    #expect(bench.disk.isEmpty)
  }

  @Test("a restart keeps it waiting for the operator's word")
  func restarted() {
    var bench = OutboxBench(takesClientID: true)
    submit(&bench, "a")
    bench.send(.failed(clientID: "a", .superseded(by: [reply(11, "hm", by: .user)])))
    bench.restart(takesClientID: true)
    #expect(bench.posts.isEmpty)
    #expect(bench.states() == [.superseded(by: [reply(11, "hm", by: .user)])])
    bench.send(.discard(clientID: "a"))
    #expect(bench.disk.isEmpty)
  }

  @Test("a flood of newer messages is kept in part")
  func flood() {
    var bench = OutboxBench(takesClientID: true)
    submit(&bench, "a")
    bench.send(.failed(clientID: "a", .superseded(by: (11...500).map { reply($0, "\($0)", by: .user) })))
    #expect(bench.disk["a"]?.newer?.count == 20)
    bench.send(.retry(clientID: "a"))
    #expect(preconditions(bench).last == 500)
  }

  @Test("no note goes to a server that has none", arguments: [true, false])
  func notes(takesNotes: Bool) {
    var bench = OutboxBench(takesClientID: nil)
    submit(&bench, "a", kind: .note, ifLastID: nil)
    submit(&bench, "b")
    bench.send(.serverTakesNotes(takesNotes))
    bench.send(.serverTakesClientID(true))
    #expect(bench.posts == (takesNotes ? ["a"] : ["b"]))
    #expect(bench.texts() == ["a", "b"])
  }

  @Test("a reply of the same words is not taken for a note")
  func echoes() {
    var bench = OutboxBench(takesClientID: nil)
    bench.send(.serverTakesNotes(true))
    bench.send(.serverTakesClientID(false))
    submit(&bench, "a", kind: .note, ifLastID: nil)
    bench.send(.seen(4, [reply(11, "a")]))
    #expect(bench.states() == [.sending])
  }

  @Test("journals of older consoles are read")
  func oldJournal() throws {
    let json = """
      {"text":"hello","client_id":"c","dialog_id":4,"created_at":"2026-01-02T03:04:05Z","last_seen_id":7,\
      "may_have_been_sent":true}
      """
    let entry = try JSONDecoder().decode(Outbox.Entry.self, from: Data(json.utf8))
    #expect(entry.kind == .message && entry.ifLastID == nil && entry.newer == nil)
    #expect(try JSONDecoder().decode(Outbox.Entry.self, from: JSONEncoder().encode(entry)) == entry)
  }
}
