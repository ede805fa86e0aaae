public import ChatProtocol

// Looking at a server without asking it for anything.
extension ChatAPI {
  /// How a server answers.
  public struct Probe: Hashable, Sendable {
    /// The status of `GET /api/capabilities`.
    public let status: Int
    /// The server's clock, by the `Date` header; nil if it has none, or an unreadable one.
    public let date: Timestamp?
    /// What it offers; nil if the answer is none of the protocol.
    public let capabilities: Capabilities?
  }

  /// Asks a server for a sign of life. No token goes there.
  public func probe() async throws(APIFailure) -> Probe {
    let answer = try await exchange.perform(.init(path: "/api/capabilities"), bearer: nil)
    let capabilities = try? answer.decode(Capabilities.self)
    return Probe(status: answer.status, date: answer.date, capabilities: capabilities)
  }
}
