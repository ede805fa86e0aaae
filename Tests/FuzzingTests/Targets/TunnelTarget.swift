@testable import WebSocket

/// What a proxy says to a client that wants a tunnel: one outcome whatever the cuts; a tunnel is a success, and what
/// follows it is the server's.
func fuzzTunnel(_ bytes: UnsafeRawBufferPointer) throws(BrokenInvariant) {
  var input = FuzzInput(bytes)
  let sizes = (0..<Int(input.decide() & 7)).map { _ in Int(input.decide()) }
  let wire = input.wire
  let whole = try receiveAnswer(wire, inReadsOf: [wire.count])
  for sizes in [[1], sizes] {
    let cut = try receiveAnswer(wire, inReadsOf: sizes)
    try invariant(cut == whole, "in reads of \(sizes): \(cut), whole: \(whole)")
  }
  switch whole.verdict {
  case .success(.established):
    let head = try ReferenceHead(lastOf: wire[...])
    let isSuccess = head.startLine.hasPrefix("HTTP/1.") && head.startLine.dropFirst(8).hasPrefix(" 2")
    try invariant(isSuccess && head.end == whole.consumed, "\(head) is a tunnel, \(whole.consumed) bytes read")
  case .success(.refused(let refusal)):
    try ReferenceHead(lastOf: wire[...]).check(refusal.fields)
    try invariant(!(200..<300).contains(refusal.status), "refused with \(refusal.status)")
    try invariant(refusal.body.count <= ClientHandshake.maximumRefusalBody, "a body of \(refusal.body.count) bytes")
  case .failure(let error):
    try invariant(!error.description.isEmpty, "an error without words")
  }
}

private struct Received: Equatable {
  var verdict: Result<ConnectHandshake.Outcome, HandshakeError>
  var consumed = 0
}

private func receiveAnswer(_ wire: [UInt8], inReadsOf sizes: [Int]) throws(BrokenInvariant) -> Received {
  var consumed = 0
  var isAllRead = true
  do {
    var handshake = try ConnectHandshake(host: "example.org", port: 443)
    var outcome: ConnectHandshake.Outcome?
    try wire.inReads(of: sizes) { read throws(HandshakeError) in
      var offset = 0
      outcome = try handshake.receive(read, from: &offset)
      consumed += offset
      isAllRead = offset == read.byteCount
      return outcome == nil && isAllRead
    }
    if let outcome { return Received(verdict: .success(outcome), consumed: consumed) }
    if isAllRead { return Received(verdict: .success(try handshake.receiveEnd())) }
  } catch {
    return Received(verdict: .failure(error))
  }
  throw BrokenInvariant(description: "bytes left unread before the outcome")
}
