@testable import WebSocket

/// What a proxy says to a client that wants a tunnel: one outcome whatever the cuts; a tunnel is a success, and what
/// follows it is the server's.
func fuzzTunnel(_ bytes: UnsafeRawBufferPointer) throws(BrokenInvariant) {
  var input = FuzzInput(bytes)
  let whole = try Received.whateverTheCuts(&input, receiveTunnel)
  let wire = input.wire
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

private func receiveTunnel(_ wire: [UInt8], inReadsOf sizes: [Int]) throws(BrokenInvariant)
  -> Received<ConnectHandshake.Outcome, HandshakeError>
{
  var handshake: ConnectHandshake
  do {
    handshake = try ConnectHandshake(host: "example.org", port: 443)
  } catch {
    throw BrokenInvariant(description: "the request cannot be made: \(error)")
  }
  return try Received(wire, inReadsOf: sizes) { read, offset throws(HandshakeError) in
    try handshake.receive(read, from: &offset)
  } atEnd: { () throws(HandshakeError) in
    try handshake.receiveEnd()
  }
}
