@testable import WebSocket

/// The extensions of a handshake: what a stranger offers is accepted only as RFC 7692, section 7.1 allows, what it
/// answers likewise, both ends are bound to what was said; and two of our own ends always come to terms.
func fuzzNegotiation(_ bytes: UnsafeRawBufferPointer) throws(BrokenInvariant) {
  var input = FuzzInput(bytes)
  let ours = PermessageDeflate.Configuration(fuzzing: &input)
  let others = PermessageDeflate.Configuration(fuzzing: &input)
  try checkOurEnds(client: ours, server: others)

  let value = String(decoding: input.wire.filter { $0 != 10 && $0 != 13 }, as: UTF8.self)
  guard let list = WebSocketExtension.list(in: HeaderFields([("Sec-WebSocket-Extensions", value)])) else { return }
  let again = list.map(\.serialized).joined(separator: ", ")
  try invariant(
    WebSocketExtension.list(in: HeaderFields([("Sec-WebSocket-Extensions", again)])) == list,
    "\"\(value)\" is read as \(list), and \"\(again)\" otherwise")

  if let agreement = PermessageDeflate.accept(list, configuration: ours) {
    let answer = DeflateElement(agreement.response)
    try invariant(
      list.contains { DeflateElement($0)?.allows(answer, by: agreement) ?? false },
      "\(list) was answered with \(agreement)")
  }
  let verdict = Result { () throws(HandshakeError) in try PermessageDeflate.judge(list, configuration: ours) }
  switch verdict {
  case .success(nil): try invariant(list.isEmpty, "\(list) was overlooked")
  case .success(let agreement?):
    guard list.count == 1, let answer = DeflateElement(list[0]), answer.isAnswer(to: ours, understoodAs: agreement)
    else { throw BrokenInvariant(description: "\(list) was taken as \(agreement) by \(ours)") }
  case .failure(let error): try invariant(!error.description.isEmpty, "an error without words")
  }
}

/// What two of our own ends agree on, as the server and as the client see it.
func agreement(client: PermessageDeflate.Configuration, server: PermessageDeflate.Configuration) throws(HandshakeError)
  -> (server: PermessageDeflate?, client: PermessageDeflate?)
{
  let offers = PermessageDeflate.offers(client).map(\.element)
  let accepted = PermessageDeflate.accept(offers, configuration: server)
  let answer = accepted.map { [$0.response] } ?? []
  return (accepted, try PermessageDeflate.judge(answer, configuration: client))
}

private func checkOurEnds(client: PermessageDeflate.Configuration, server: PermessageDeflate.Configuration)
  throws(BrokenInvariant)
{
  do {
    guard case (let server?, let client?) = try agreement(client: client, server: server) else {
      throw BrokenInvariant(description: "\(client) and \(server) do not come to terms")
    }
    for (sender, receiver) in [(server, client), (client, server)] {
      try invariant(
        sender.deflater.windowBits <= receiver.inflater.windowBits
          && (!sender.deflater.keepsContext || receiver.inflater.keepsContext),
        "\(sender) sends what \(receiver) cannot inflate")
    }
  } catch let error as BrokenInvariant {
    throw error
  } catch {
    throw BrokenInvariant(description: "\(client) does not take the answer of \(server): \(error)")
  }
}

extension PermessageDeflate.Configuration {
  init(fuzzing input: inout FuzzInput) {
    self.init()
    let windows = input.decide()
    windowBits = 9 + Int(windows & 7) % 7
    peerWindowBits = 9 + Int(windows >> 3 & 7) % 7
    let decision = input.decide()
    keepsContext = decision & 1 == 0
    peerKeepsContext = decision & 2 == 0
    level = Int(decision >> 4) % 10
    minimumSize = decision & 4 == 0 ? 0 : 64
    prefersShorter = decision & 8 == 0
  }
}

/// An element of the header by a second reading of RFC 7692, section 7.1, where it is sound.
private struct DeflateElement {
  private var values: [String: String?] = [:]

  init?(_ element: WebSocketExtension) {
    guard element.name == "permessage-deflate" else { return nil }
    for parameter in element.parameters {
      guard values.updateValue(parameter.value, forKey: parameter.name) == nil else { return nil }
      switch (parameter.name, parameter.value) {
      case ("server_no_context_takeover", nil), ("client_no_context_takeover", nil), ("client_max_window_bits", nil):
        break
      case ("server_max_window_bits", let bits?), ("client_max_window_bits", let bits?):
        guard ["8", "9", "10", "11", "12", "13", "14", "15"].contains(bits) else { return nil }
      default: return nil
      }
    }
  }

  private func has(_ name: String) -> Bool { values[name] != nil }

  private func bits(_ name: String) -> Int? { values[name].flatMap { $0 }.flatMap { Int($0) } }

  /// Whether this offer may be answered so, and the server keeps to its answer.
  func allows(_ answer: DeflateElement?, by agreement: PermessageDeflate) -> Bool {
    guard let answer else { return false }
    let window = agreement.deflater.windowBits
    let peerWindow = agreement.inflater.windowBits
    // Section 7.1.1: no context takeover.
    guard !has("server_no_context_takeover") || answer.has("server_no_context_takeover"),
      agreement.deflater.keepsContext != answer.has("server_no_context_takeover"),
      agreement.inflater.keepsContext != answer.has("client_no_context_takeover")
    else { return false }
    // Section 7.1.2.1: the server's window.
    guard (9...15).contains(window), window <= answer.bits("server_max_window_bits") ?? 15,
      !has("server_max_window_bits") || answer.has("server_max_window_bits"),
      answer.bits("server_max_window_bits") ?? 0 <= bits("server_max_window_bits") ?? 15
    else { return false }
    // Section 7.1.2.2: the client's.
    guard !answer.has("client_max_window_bits") || has("client_max_window_bits"),
      answer.has("client_max_window_bits") == (answer.bits("client_max_window_bits") != nil),
      answer.bits("client_max_window_bits") ?? 0 <= bits("client_max_window_bits") ?? 15
    else { return false }
    return peerWindow >= answer.bits("client_max_window_bits") ?? bits("client_max_window_bits") ?? 15
  }

  /// Whether this may answer what a client with that configuration offers, and it keeps to it.
  func isAnswer(to configuration: PermessageDeflate.Configuration, understoodAs agreement: PermessageDeflate) -> Bool {
    (configuration.peerKeepsContext || has("server_no_context_takeover"))
      && agreement.inflater.keepsContext != has("server_no_context_takeover")
      && agreement.inflater.windowBits >= bits("server_max_window_bits") ?? 15
      && (!has("client_no_context_takeover") || !agreement.deflater.keepsContext)
      && has("client_max_window_bits") == (bits("client_max_window_bits") != nil)
      && agreement.deflater.windowBits <= bits("client_max_window_bits") ?? 15
      && (9...15).contains(agreement.deflater.windowBits)
  }
}
