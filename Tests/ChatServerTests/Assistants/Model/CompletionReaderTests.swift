import FoundationEssentials
import Testing

@testable import ChatServer

@Suite struct CompletionReaderTests {
  private func complete(_ events: [String]) throws(ModelFailure) -> Completion {
    var reader = CompletionReader()
    for event in events { try reader.read(ServerSentEvent(data: event)) }
    return try reader.end()
  }

  private static func piece(_ text: String) -> String { #"{"choices":[{"delta":{"content":"\#(text)"}}]}"# }

  private static let completions: [([String], Completion)] = [
    ([piece("Hel"), piece("lo"), "[DONE]"], .answer("Hello")),
    // The end may be told by a reason instead.
    ([piece("Hello"), #"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#], .answer("Hello")),
    ([#"{"choices":[{"delta":{"role":"assistant","content":null}}]}"#, piece(" x "), "[DONE]"], .answer("x")),
    // Usage without a choice, what is unknown, and what comes behind the end.
    ([piece("x"), #"{"choices":[],"usage":{"total_tokens":3}}"#, "[DONE]", "garbage"], .answer("x")),
    ([#"{"error":null,"choices":[{"delta":{"content":"x","other":[1]}}]}"#, "[DONE]"], .answer("x")),
    ([#"{"choices":[{"message":{"content":"whole"},"finish_reason":"stop"}]}"#], .answer("whole")),
    ([piece("[[hand"), piece("off]]"), "[DONE]"], .handOff(remark: nil)),
    ([piece("Sorry. [[handoff]]"), "[DONE]"], .handOff(remark: "Sorry.")),
    (
      [
        #"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"hand","arguments":""}}]}}]}"#,
        #"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"off","arguments":"{}"}}]}}]}"#,
        #"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#,
      ], .handOff(remark: nil)
    ),
    ([piece(String(repeating: "x", count: 10_000)), "[DONE]"], .answer(String(repeating: "x", count: 10_000))),
  ]

  @Test(arguments: completions) func reads(_ events: [String], _ completion: Completion) throws {
    #expect(try complete(events) == completion)
  }

  private static let failures: [([String], ModelFailure)] = [
    ([], .unreachable),
    ([piece("half")], .unreachable),
    (["[DONE]"], .empty),
    ([piece(#" \n\t "#), "[DONE]"], .empty),
    (["<html>"], .garbled),
    (["[1]"], .garbled),
    ([#"{"choices":"none"}"#], .garbled),
    ([piece("x"), #"{"error":{"message":"overloaded"}}"#], .broken),
    ([piece("x"), #"{"choices":[{"delta":{},"finish_reason":"content_filter"}]}"#], .refused),
    ([#"{"choices":[{"delta":{"refusal":"I cannot"}}]}"#, "[DONE]"], .refused),
    ([piece("x"), #"{"choices":[{"delta":{},"finish_reason":"length"}]}"#], .cutShort),
    ([piece(String(repeating: "x", count: 10_001)), "[DONE]"], .tooLong),
    // A tool that nobody offered is no answer.
    (
      [#"{"choices":[{"delta":{"tool_calls":[{"function":{"name":"rm"}}]},"finish_reason":"tool_calls"}]}"#], .empty
    ),
  ]

  @Test(arguments: failures) func fails(_ events: [String], _ failure: ModelFailure) {
    #expect(throws: failure) { try complete(events) }
  }
}
