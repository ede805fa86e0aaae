/// Reads the answer to a request that is to turn the connection into something else: past interim answers, either to
/// the head behind which it is no longer HTTP, or to the end of a refusal.
struct HTTPResponseReader: Sendable {
  enum Answer: Sendable {
    /// The head that the caller waits for; what follows it is no HTTP.
    case head(HeaderFields)
    /// Any other final answer, with the body or as much of it as is kept.
    case refusal(HTTPRefusal)
  }

  /// The longest head, in bytes, interim answers not included.
  static let maximumHeadSize = 64 * 1024
  /// How much of a refusal's body is kept, in bytes.
  static let maximumRefusalBody = 64 * 1024
  /// How many interim answers may come. They announce nothing that matters here.
  private static let maximumInterimCount = 8

  private var parser = HTTPHeadParser(limit: maximumHeadSize)
  private var refusal: (status: Int, fields: HeaderFields, body: RefusalBody)?
  private var interimCount = 0

  /// Takes bytes of the answer, and leaves those behind it.
  ///
  /// - Parameter isAwaited: whether the head with that status is the one that the caller waits for.
  /// - Returns: the answer once it is known; nil before.
  mutating func receive(
    _ bytes: UnsafeRawBufferPointer, _ offset: inout Int, isAwaited: (_ status: Int) -> Bool
  ) throws(HandshakeError) -> Answer? {
    while refusal == nil {
      guard let head = try parser.parse(bytes, &offset) else { return nil }
      let status = try HTTPResponseReader.status(of: head.startLine)
      if isAwaited(status) { return .head(head.fields) }
      // It is no interim answer: what follows it is another protocol's (RFC 9110, section 15.2.2).
      guard status != 101 else { throw .malformedHead("a change of protocol that nobody asked for (HTTP 101)") }
      if status >= 200 {
        let body = RefusalBody(status: status, fields: head.fields, limit: HTTPResponseReader.maximumRefusalBody)
        refusal = (status, head.fields, body)
      } else {
        interimCount += 1
        guard interimCount <= HTTPResponseReader.maximumInterimCount else {
          throw .malformedHead("interim answers without end")
        }
        parser = HTTPHeadParser(limit: HTTPResponseReader.maximumHeadSize)
      }
    }
    refusal?.body.receive(bytes, &offset)
    guard refusal?.body.isComplete == true else { return nil }
    return .refusal(try receiveEnd())
  }

  /// TCP has ended: a refusal whose body was to go on till then is whole now, or as whole as it gets.
  func receiveEnd() throws(HandshakeError) -> HTTPRefusal {
    guard let refusal else { throw .truncated }
    return HTTPRefusal(status: refusal.status, fields: refusal.fields, body: refusal.body.bytes)
  }

  private static func status(of line: String) throws(HandshakeError) -> Int {
    let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[0] == "HTTP/1.1" || parts[0] == "HTTP/1.0", parts[1].utf8.count == 3,
      let status = Int(parts[1]), (100...599).contains(status), status != 101 || parts[0] == "HTTP/1.1"
    else { throw .malformedHead("first line \"\(line.prefix(60))\"") }
    return status
  }
}
