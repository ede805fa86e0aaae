import ChatProtocol
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// What whoever runs the server asks it: whether it lives, whether it serves, and what it has counted.
struct WatchRoutes: Sendable {
  let store: ChatStore
  let rooms: Rooms
  let metrics: ServerMetrics
  /// Opens `/metrics`; an admin's access token does too.
  let token: MetricsToken?
  let access: AccessControl
  let now: @Sendable () -> Timestamp

  private struct Status: Encodable {
    let status: String
  }

  func add(to root: Router<ChatRequestContext>) {
    root.get("health") { _, _ in JSONResponse(Status(status: "ok")) }
    root.get("ready") { _, context in try await ready(context) }
    root.get("metrics", use: scrape)
  }

  /// Ready is who can store: a full disk or a lost file shows here, and a server that ends is not.
  private func ready(_ context: ChatRequestContext) async throws -> JSONResponse<Status> {
    guard !rooms.isShuttingDown else { return JSONResponse(Status(status: "stopping"), status: .serviceUnavailable) }
    do {
      try await store.probe()
      return JSONResponse(Status(status: "ready"))
    } catch {
      context.logger.error("not ready", metadata: ["error": "\(error)"])
      return JSONResponse(Status(status: "the database cannot be written"), status: .serviceUnavailable)
    }
  }

  @Sendable private func scrape(_ request: Request, _ context: ChatRequestContext) async throws -> Response {
    guard let given = AccessControl.bearerToken(in: request.headers[.authorization]) else {
      throw APIError.unauthorized("Not authenticated")
    }
    if token?.matches(given) != true {
      guard let user = try? await access.authenticate(given).user, user.role == .admin else {
        throw APIError.unauthorized("The token is not valid")
      }
    }
    let text = try await exposition()
    return Response(
      status: .ok, headers: [.contentType: MetricsText.contentType, .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  private func exposition() async throws -> String {
    let counts = metrics.snapshot
    let waiting = try await store.waiting()
    var text = MetricsText()
    func values(_ counts: [String: Int]) -> [(label: String, value: Double)] {
      counts.sorted { $0.key < $1.key }.map { ($0.key, Double($0.value)) }
    }
    text.add(.gauge, "chatai_sockets", "Open sockets.", label: "pool", values(rooms.socketCounts))
    text.add(.gauge, "chatai_rooms", "Pools that have a socket.", Double(rooms.poolCount))
    text.add(
      .counter, "chatai_socket_connects_total", "Sockets let in.", label: "pool", values(counts.connects))
    text.add(
      .counter, "chatai_socket_refusals_total", "Sockets turned away.", label: "code", values(counts.refusals))
    text.add(
      .counter, "chatai_socket_endings_total", "Sockets that ended.", label: "cause", values(counts.endings))
    text.add(.counter, "chatai_messages_total", "Messages stored.", label: "sender", values(counts.messages))
    text.add(.counter, "chatai_deliveries_total", "Frames handed to sockets.", Double(counts.deliveries))
    text.add("chatai_message_seconds", "From a message's arrival to its push, stored.", counts.messageTime)
    text.add(.counter, "chatai_http_answers_total", "HTTP answers.", label: "status", values(counts.answers))
    text.add("chatai_http_request_seconds", "From a request's head to its answer.", counts.requestTime)
    text.add(.counter, "chatai_assistant_turns_total", "The AI's turns.", label: "outcome", values(counts.turns))
    text.add("chatai_assistant_turn_seconds", "How long the AI's turns took.", counts.turnTime)
    text.add(.gauge, "chatai_queue_length", "Dialogs that wait for a human.", Double(waiting.count))
    text.add(
      .gauge, "chatai_queue_longest_wait_seconds", "How long the first of them has waited.",
      waiting.since.map { max(now().duration(since: $0) / .seconds(1), 0) } ?? 0)
    text.add("chatai_handoff_wait_seconds", "From the call for a human to a human.", counts.waits)
    text.add(.gauge, "chatai_uptime_seconds", "How long this server has run.", metrics.uptime / .seconds(1))
    if let resident = ProcessMemory.resident {
      text.add(.gauge, "process_resident_memory_bytes", "Memory in use.", Double(resident))
    }
    return text.text
  }
}

/// What the system says of this process (proc(5), `statm`).
enum ProcessMemory {
  /// Bytes in memory; nil where the system does not say.
  static var resident: Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
      let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
