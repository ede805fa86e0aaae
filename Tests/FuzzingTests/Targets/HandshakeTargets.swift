@testable import WebSocket

/// What a client gets for its request: one outcome whatever the cuts, nothing left unread before it, no more of a
/// body than is kept; and what is accepted is an answer to this request.
func fuzzAnswer(_ bytes: UnsafeRawBufferPointer) throws(BrokenInvariant) {
  var input = FuzzInput(bytes)
  let whole = try Received.whateverTheCuts(&input, receiveAnswer)
  let wire = input.wire
  switch whole.verdict {
  case .success(.accepted(let subprotocol, _, let fields)):
    let head = try ReferenceHead(lastOf: wire[..<whole.consumed])
    try invariant(head.startLine.hasPrefix("HTTP/1.1 101"), "\"\(head.startLine)\" was accepted")
    try invariant(head.end == whole.consumed, "the first frames begin at \(head.end), not \(whole.consumed)")
    try head.check(fields)
    try invariant(
      head.values(of: "sec-websocket-accept") == [answerProof], "accepted without the proof: \(head.fields)")
    if let subprotocol {
      try invariant(offeredSubprotocols.contains(subprotocol), "\"\(subprotocol)\" was not offered")
    }
  case .success(.refused(let refusal)):
    try ReferenceHead(lastOf: wire[...]).check(refusal.fields)
    try invariant(refusal.body.count <= ClientHandshake.maximumRefusalBody, "a body of \(refusal.body.count) bytes")
    try invariant((200...599).contains(refusal.status), "refused with \(refusal.status)")
    try invariant((refusal.retryAfter ?? .zero) >= .zero, "Retry-After lies in the past")
  case .failure(let error):
    try invariant(!error.description.isEmpty, "an error without words")
  }
}

/// What a server is asked: one verdict whatever the cuts; what is accepted or refused is said in an answer that a
/// client understands in the same way.
func fuzzRequest(_ bytes: UnsafeRawBufferPointer) throws(BrokenInvariant) {
  var input = FuzzInput(bytes)
  let limit = 64 + 16 * Int(input.decide())
  let whole = try Received.whateverTheCuts(&input) { wire, sizes throws(BrokenInvariant) in
    try receiveRequest(wire, limit: limit, inReadsOf: sizes)
  }
  let wire = input.wire
  switch whole.verdict {
  case .success(nil):
    try invariant(wire.count <= limit, "\(wire.count) bytes read, \(limit) allowed")
  case .success(let request?):
    let head = try ReferenceHead(lastOf: wire[...])
    try invariant(head.startLine == "GET \(request.target) HTTP/1.1", "the target of \"\(head)\" is \(request.target)")
    try invariant(head.end == whole.consumed && head.end <= limit, "a head of \(head.end), \(whole.consumed) read")
    try head.check(request.fields)
    try checkAcceptance(of: request)
  case .failure(let refusal):
    try checkRefusal(refusal)
  }
}

/// The subprotocols the client of `fuzzAnswer` offers.
private let offeredSubprotocols = ["chat", "superchat"]

/// What `Sec-WebSocket-Accept` must be in an answer to the client of `fuzzAnswer`, whose key is always the same.
let answerProof: String = {
  let request = (try? clientHandshake()).map { String(decoding: $0.requestBytes, as: UTF8.self) } ?? ""
  let line = request.split(separator: "\r\n").first { $0.hasPrefix("Sec-WebSocket-Key: ") }
  return HandshakeKey.accept(String(line?.dropFirst(19) ?? ""))
}()

private func clientHandshake() throws(BrokenInvariant) -> ClientHandshake {
  var generator = SeededGenerator()
  let request = ClientHandshake.Request(
    authority: "localhost", target: "/", subprotocols: offeredSubprotocols, deflate: .init())
  do {
    return try ClientHandshake(request, using: &generator)
  } catch {
    throw BrokenInvariant(description: "the request cannot be made: \(error)")
  }
}

private func receiveAnswer(_ wire: [UInt8], inReadsOf sizes: [Int]) throws(BrokenInvariant)
  -> Received<ClientHandshake.Outcome, HandshakeError>
{
  var handshake = try clientHandshake()
  return try Received(wire, inReadsOf: sizes) { read, offset throws(HandshakeError) in
    try handshake.receive(read, from: &offset)
  } atEnd: { () throws(HandshakeError) in
    try handshake.receiveEnd()
  }
}

/// nil when the request is not whole at the end.
private func receiveRequest(_ wire: [UInt8], limit: Int, inReadsOf sizes: [Int]) throws(BrokenInvariant)
  -> Received<UpgradeRequest?, HTTPRefusal>
{
  var handshake = ServerHandshake(maximumHeadSize: limit)
  return try Received(wire, inReadsOf: sizes) { read, offset throws(HTTPRefusal) in
    try handshake.receive(read, from: &offset).map(Optional.some)
  } atEnd: { () throws(HTTPRefusal) in
    nil
  }
}

private func checkAcceptance(of request: UpgradeRequest) throws(BrokenInvariant) {
  let answer = request.acceptance(
    subprotocol: request.subprotocols.first, deflate: PermessageDeflate.accept(request.extensions),
    fields: HeaderFields([("X-One", "1"), ("X-Two", "2\r\nX-Smuggled: 3")]))
  let head = try ReferenceHead(lastOf: answer[...])
  try invariant(head.end == answer.count, "our own answer has \(answer.count - head.end) bytes too many")
  try invariant(head.startLine == "HTTP/1.1 101 Switching Protocols", "accepted with \(head.startLine)")
  try invariant(head.values(of: "sec-websocket-accept").count == 1, "no proof in \(head)")
  try invariant(head.values(of: "x-one") == ["1"] && head.values(of: "x-smuggled").isEmpty, "\(head)")
  try invariant(head.values(of: "sec-websocket-protocol") == Array(request.subprotocols.prefix(1)), "\(head)")
}

private func checkRefusal(_ refusal: HTTPRefusal) throws(BrokenInvariant) {
  let answer = refusal.serialized()
  let outcome = try receiveAnswer(answer, inReadsOf: [answer.count])
  guard case .success(.refused(let understood)) = outcome.verdict else {
    throw BrokenInvariant(description: "our own refusal is taken as \(outcome)")
  }
  try invariant(
    understood.status == refusal.status && understood.body == refusal.body, "\(refusal) is taken as \(understood)")
}
