import WebSocket

func handshakes() -> [Measurement] {
  var fields = HeaderFields()
  fields.append("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)")
  fields.append("Origin", "https://example.com")
  let request = ClientHandshake.Request(authority: "example.com", target: "/ws/dialogs/1", fields: fields)
  let rate = best {
    for _ in 0..<1000 { precondition(shakeHands(request), "the core refused itself") }
    return 1000
  }
  return [Measurement(name: "request, 101, key checked", perSecond: rate)]
}

private func shakeHands(_ request: ClientHandshake.Request) -> Bool {
  var generator = SystemRandomNumberGenerator()
  guard var client = try? ClientHandshake(request, using: &generator) else { return false }
  var server = ServerHandshake()
  var offset = 0
  guard let asked = try? server.receive(client.requestBytes.span.bytes, from: &offset) else { return false }
  let answer = asked.acceptance(subprotocol: nil, fields: HeaderFields())
  offset = 0
  guard case .accepted = try? client.receive(answer.span.bytes, from: &offset) else { return false }
  return true
}
