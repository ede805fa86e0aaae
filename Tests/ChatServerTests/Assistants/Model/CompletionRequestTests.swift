import ChatProtocol
import FoundationEssentials
import Testing

@testable import ChatServer

@Suite struct CompletionRequestTests {
  private typealias Turn = CompletionRequest.Turn

  private func turns(
    _ history: [(Sender, String)], limits: CompletionRequest.Limits = .init(), prompt: String? = nil
  ) -> [Turn] {
    var settings = AssistantSettings()
    settings.systemPrompt = prompt
    let messages = history.enumerated().map { Message(id: $0, sender: $1.0, text: $1.1, timestamp: nil) }
    return CompletionRequest(model: "m", settings: settings, history: messages, limits: limits).messages
  }

  @Test func everybodyHasARole() {
    let all = turns([
      (.user, "a"), (.assistant, "b"), (.manager, "c"), (.system, "d"), (.other("note"), "e"), (.user, "f"),
    ])
    #expect(
      all.dropFirst() == [
        Turn(role: .user, content: "a"), Turn(role: .assistant, content: "b"), Turn(role: .assistant, content: "c"),
        Turn(role: .user, content: "f"),
      ])
    #expect(all.first == Turn(role: .system, content: CompletionRequest.convention))
  }

  @Test func notesNeverLeave() {
    let note = Message(id: 2, sender: .manager, text: "he is a thief", timestamp: nil, kind: .note)
    let messages = [Message(id: 1, sender: .user, text: "hello", timestamp: nil), note]
    let request = CompletionRequest(model: "m", settings: AssistantSettings(), history: messages)
    #expect(request.messages.dropFirst() == [Turn(role: .user, content: "hello")])
  }

  @Test func thePromptComesFirst() {
    #expect(turns([], prompt: " Be kind.\n").first?.content == "Be kind.\n\n" + CompletionRequest.convention)
    #expect(turns([], prompt: " ").first?.content == CompletionRequest.convention)
  }

  @Test func onlyTheNewestGo() {
    let history = (0..<40).map { (Sender.user, "\($0)") }
    #expect(turns(history, limits: .init(messages: 3)).dropFirst().map(\.content) == ["37", "38", "39"])
    // Four bytes hold two of two, and a third does not fit.
    #expect(turns(history, limits: .init(bytes: 4)).dropFirst().map(\.content) == ["38", "39"])
    #expect(turns(history, limits: .init(bytes: 5)).dropFirst().map(\.content) == ["38", "39"])
    #expect(turns(history, limits: .init(bytes: 6)).dropFirst().map(\.content) == ["37", "38", "39"])
  }

  @Test func theNewestIsCutRatherThanLeftOut() {
    #expect(
      turns([(.user, "old"), (.user, "\u{E9}\u{E9}\u{E9}")], limits: .init(bytes: 5)).last?.content == "\u{E9}\u{E9}")
  }

  @Test func theBodyIsWhatEndpointsTake() throws {
    var settings = AssistantSettings()
    settings.temperature = 0.5
    let request = CompletionRequest(model: "m", settings: settings, history: [])
    let body = String(decoding: try WireJSON.encoder().encode(request), as: UTF8.self)
    #expect(body.hasPrefix(#"{"messages":[{"content":"If you"#))
    #expect(body.hasSuffix(#""role":"system"}],"model":"m","stream":true,"temperature":0.5}"#))
  }
}
