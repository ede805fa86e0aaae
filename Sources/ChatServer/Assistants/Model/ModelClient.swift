import AsyncHTTPClient
import ChatProtocol
import Foundation
import NIOCore
import NIOHTTP1

/// Asks models behind OpenAI-compatible endpoints.
struct ModelClient: Sendable {
  /// How long a model may take.
  struct Timing: Sendable, Hashable {
    /// From a request to the first byte of its answer.
    var firstByte = Duration.seconds(20)
    /// From one piece of an answer to the next.
    var pause = Duration.seconds(15)
  }

  let timing: Timing
  let policy: ModelCall.Policy
  let gate: ModelGate
  private let clock = MonotonicClock()

  init(timing: Timing, policy: ModelCall.Policy, gate: ModelGate) {
    self.timing = timing
    self.policy = policy
    self.gate = gate
  }

  /// Asks once, with all its repetitions.
  ///
  /// - Parameters:
  ///   - key: the endpoint's key, or nil if it asks for none.
  ///   - progress: called when the model is asked and whenever a piece of its answer came.
  /// - Throws: `ModelFailure`, or `CancellationError`.
  func complete(
    _ request: CompletionRequest, at endpoint: ModelEndpoint, key: String?,
    progress: @escaping @Sendable () -> Void
  ) async throws -> Completion {
    let body = ByteBuffer(bytes: try WireJSON.encoder().encode(request))
    return try await Watchdog.guarding(within: policy.deadline) { watchdog in
      // The time that it waits in the line is the visitor's, too.
      let start = clock.now
      return try await gate.pass {
        var call = ModelCall(policy: policy, at: start)
        var action = call.handle(.begin, at: clock.now, jitter: 0)
        while true {
          switch action {
          case .attempt:
            progress()
            do {
              return try await attempt(body, at: endpoint, key: key, watchdog: watchdog, progress: progress)
            } catch let failure as Failure {
              action = call.handle(
                .failed(failure.reason, retryAfter: failure.retryAfter), at: clock.now, jitter: .random(in: 0...1))
            }
          case .pause(let time):
            watchdog.allow(nil)
            try await Task.sleep(for: time)
            action = call.handle(.pauseEnded, at: clock.now, jitter: 0)
          case .giveUp(let failure):
            throw failure
          }
        }
      }
    }
  }

  private struct Failure: Error {
    let reason: ModelFailure
    var retryAfter: Duration?
  }

  private func attempt(
    _ body: ByteBuffer, at endpoint: ModelEndpoint, key: String?, watchdog: Watchdog,
    progress: @Sendable () -> Void
  ) async throws -> Completion {
    var request = HTTPClientRequest(url: endpoint.url)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.headers.add(name: "Accept", value: "text/event-stream")
    if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
    request.body = .bytes(body)
    do {
      watchdog.allow(timing.firstByte)
      let response = try await HTTPClient.models.execute(request, deadline: .distantFuture)
      guard response.status == .ok else {
        throw Failure(
          reason: .status(Int(response.status.code)),
          retryAfter: response.headers.first(name: "Retry-After").flatMap { RetryAfter.parse($0, at: Date()) })
      }
      return try await read(response, watchdog: watchdog, progress: progress)
    } catch let failure as Failure {
      throw failure
    } catch let failure as ModelFailure {
      throw Failure(reason: failure)
    } catch is EventStreamParser.Failure {
      throw Failure(reason: .tooLong)
    } catch {
      try Task.checkCancellation()
      // Whatever it is, it is the connection's: a name that is not known, a certificate, an end in the middle.
      throw Failure(reason: .unreachable)
    }
  }

  private func read(
    _ response: HTTPClientResponse, watchdog: Watchdog, progress: @Sendable () -> Void
  ) async throws -> Completion {
    var reader = CompletionReader()
    if response.headers.first(name: "Content-Type")?.lowercased().hasPrefix("application/json") == true {
      // A server that does not stream.
      var whole = ByteBuffer()
      for try await chunk in response.body {
        watchdog.allow(timing.pause)
        guard whole.readableBytes + chunk.readableBytes <= EventStreamParser.Limits().stream else {
          throw ModelFailure.tooLong
        }
        whole.writeImmutableBuffer(chunk)
      }
      try reader.read(json: Data(whole.readableBytesView))
      return try reader.end()
    }
    var parser = EventStreamParser()
    for try await chunk in response.body {
      watchdog.allow(timing.pause)
      progress()
      for event in try parser.read(chunk.readableBytesView) { try reader.read(event) }
      // What a server sends or keeps open behind its own end is no part of the answer.
      if reader.isDone { break }
    }
    return try reader.end()
  }
}

extension HTTPClient {
  /// For all models, as long as the process lives. It follows no redirects, so a key goes nowhere else, and repeats
  /// nothing by itself: that is for `ModelCall`.
  fileprivate static let models: HTTPClient = {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = .seconds(10)
    configuration.connectionPool.retryConnectionEstablishment = false
    // `ModelGate` says how many there are.
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1024
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()
}
