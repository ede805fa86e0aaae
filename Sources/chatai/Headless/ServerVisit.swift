import ChatProtocol
import Glibc
import Headless
import NIOCore
import NIOPosix
import Transport
import WebSocket

/// The way to the server, step by step, as far as it leads.
struct ServerVisit: Sendable {
  let client: HeadlessClient
  let report: DoctorReport
  /// How long the server's own heartbeat is waited for; zero does not wait.
  let patience: Duration

  private var server: ServerAddress { client.session.server }
  private static let limit = Duration.seconds(10)

  func run() async {
    guard let url = try? server.socket("/") else { return }
    if let proxy = client.network.proxies.proxy(forHost: url.host, port: url.port, isSecure: url.isSecure) {
      report.add(Check("proxy", .ok, "by \(proxy.name)"))
    } else {
      guard await resolve(url.host) else { return }
      guard await connect(url) else { return }
    }
    if server.isSecure {
      guard await checkTLS(url) else { return }
    } else if !Self.isLoopback(url.host) {
      report.add(
        Check(
          "TLS", .warn, "none: passwords and what visitors write can be read on the way",
          advice: "put a proxy with TLS in front of the server, and log in to https://"))
    }
    guard await checkHTTP() else { return }
    await checkLogin()
  }

  private static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host.hasPrefix("127.") || host == "::1"
  }

  // MARK: Name and connection

  private func resolve(_ host: String) async -> Bool {
    let start = ContinuousClock.now
    let addresses = try? await NIOThreadPool.singleton.runIfActive { Self.addresses(of: host) }
    guard let addresses, !addresses.isEmpty else {
      report.add(
        Check(
          "DNS", .fail, "the host \(host) is not known", advice: "is the address right? getent hosts \(host) asks too",
          status: .unreachable))
      return false
    }
    let time = ContinuousClock.now - start
    report.add(
      Check(
        "DNS", time > .seconds(1) ? .warn : .ok,
        "\(addresses.prefix(3).joined(separator: ", ")), in \(WSConversation.milliseconds(time)) ms"))
    return true
  }

  private static func addresses(of host: String) -> [String] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var names: [String] = []
    var next = list
    while let entry = next {
      var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      if getnameinfo(
        entry.pointee.ai_addr, entry.pointee.ai_addrlen, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) == 0
      {
        names.append(String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
      }
      next = entry.pointee.ai_next
    }
    return names
  }

  private func connect(_ url: WebSocketURL) async -> Bool {
    let start = ContinuousClock.now
    do {
      let channel = try await ClientBootstrap(group: client.group).connectTimeout(TimeAmount(Self.limit))
        .connect(host: url.host, port: url.port).get()
      let time = ContinuousClock.now - start
      try? await channel.close()
      report.add(Check("TCP", .ok, "port \(url.port), in \(WSConversation.milliseconds(time)) ms"))
      return true
    } catch {
      report.add(
        Check(
          "TCP", .fail, "\(url.host), port \(url.port), does not take the connection",
          advice: "is the server running? may a firewall be in between?", status: .unreachable))
      return false
    }
  }

  // MARK: TLS and HTTP

  private func checkTLS(_ url: WebSocketURL) async -> Bool {
    let certificate = Box<PeerCertificate?>(nil)
    var request = WebSocketClient.Request(url: url)
    request.tls = client.network.tls
    request.proxies = client.network.proxies
    request.redirects = RedirectPolicy(limit: 0)
    request.onDetail = { if case .answered(let found, _) = $0 { certificate.value = found } }
    // Whatever is at that path: the handshake of TLS comes before it.
    do {
      try await WebSocketClient.open(request, on: client.group).abort()
    } catch let error as WebSocketClientError {
      if certificate.value == nil {
        report.add(
          Check(
            "TLS", .fail, error.description,
            advice: "for a certificate of your own: chatai login --ca-file; else the server's has to be renewed",
            status: .unreachable))
        return false
      }
    } catch {
      // It answers, if not with a WebSocket.
    }
    guard let found = certificate.value else {
      report.add(Check("TLS", .warn, "the certificate could not be looked at"))
      return true
    }
    report.add(
      .certificate(
        issuer: found.issuer, names: found.names, notAfter: Timestamp(milliseconds: Int64(found.notAfter) * 1000),
        now: .now))
    return true
  }

  private func checkHTTP() async -> Bool {
    do throws(APIFailure) {
      let (sent, start) = (Timestamp.now, ContinuousClock.now)
      let probe = try await client.api.probe()
      let (received, time) = (Timestamp.now, ContinuousClock.now - start)
      guard probe.status == 404 || probe.capabilities != nil || [401, 403, 405].contains(probe.status) else {
        report.add(.failed("HTTP", .malformed("HTTP \(probe.status) to /api/capabilities")))
        return false
      }
      report.add(Check("HTTP", .ok, "an answer in \(WSConversation.milliseconds(time)) ms"))
      report.add(.clock(server: probe.date, sent: sent, received: received))
      report.add(.capabilities(probe.capabilities ?? .partOne))
      return true
    } catch {
      report.add(.failed("HTTP", error))
      return false
    }
  }

  // MARK: Login and sockets

  private func checkLogin() async {
    let tokens = client.session.tokens
    report.add(.tokens(access: tokens.accessToken, refresh: tokens.refreshToken, now: .now))
    do throws(APIFailure) {
      let account = try await client.api.me()
      report.add(Check("account", .ok, "\(account.email), \(account.role)"))
    } catch {
      return report.add(.failed("account", error))
    }
    let capabilities = (try? await client.api.capabilities()) ?? .partOne
    var path = "/ws/operator"
    var subprotocols = [StreamFrame.subprotocol]
    if !capabilities.features.contains("operator-stream") {
      guard let dialog = try? await client.api.dialogs(page: 1, limit: 1, all: false).items.first else {
        return report.add(Check("WebSocket", .skip, "there is no dialog to open one for"))
      }
      path = "/ws/dialogs/\(dialog.id)"
      subprotocols = []
    }
    await checkSocket(path, subprotocols)
  }

  private func checkSocket(_ path: String, _ subprotocols: [String]) async {
    guard let url = try? server.socket(path, query: client.socketQuery) else { return }
    let isCompressed = Box(false)
    var request = WebSocketClient.Request(url: url)
    request.tls = client.network.tls
    request.proxies = client.network.proxies
    request.subprotocols = subprotocols
    request.redirects = RedirectPolicy(limit: 0)
    request.onDetail = { if case .answered(_, let compressed) = $0 { isCompressed.value = compressed } }
    let start = ContinuousClock.now
    let session: WebSocketSession
    do {
      session = try await WebSocketClient.open(request, on: client.group)
    } catch let refusal as HTTPRefusal {
      return report.add(
        Check(
          "WebSocket", .fail, "HTTP \(refusal.status) to \(path)",
          advice: "a proxy in front of the server has to let Upgrade pass (see its documentation on WebSockets)",
          status: .unreachable))
    } catch {
      return report.add(Check("WebSocket", .fail, "\(path): \(error)", status: .unreachable))
    }
    let time = ContinuousClock.now - start
    report.add(
      Check(
        "WebSocket", .ok,
        "\(path) in \(WSConversation.milliseconds(time)) ms" + (isCompressed.value ? ", compressed" : "")))
    await checkHeartbeat(session)
    await session.close()
  }

  private func checkHeartbeat(_ session: WebSocketSession) async {
    let roundTrip = await Self.within(Self.limit) { try? await session.ping() }
    if roundTrip == nil {
      // A refusal may follow the 101.
      do {
        _ = try await session.receive(timeout: .milliseconds(1))
      } catch let closed as WebSocketSession.Closed {
        let code = Int(closed.ending.code.rawValue)
        let name = FrameText.name(ofClose: code).map { " (\($0))" } ?? ""
        return report.add(
          Check(
            "heartbeat", .fail, "the server closed the connection at once, with \(code)\(name)", status: .unreachable))
      } catch {
        // It is open, and silent.
      }
    }
    report.add(.roundTrip(roundTrip, within: Self.limit))
    guard patience > .zero, roundTrip != nil else { return }
    let start = ContinuousClock.now
    while ContinuousClock.now - start < patience {
      guard let message = try? await session.receive(timeout: patience - (ContinuousClock.now - start)) else { break }
      if message == .text(ServerFrame.pingText) {
        try? await session.send(ServerFrame.pong)
        let seconds = (ContinuousClock.now - start).components.seconds
        return report.add(Check("heartbeat", .ok, "the server's came after \(seconds) s"))
      }
    }
    report.add(
      Check(
        "heartbeat", .warn, "the server sent none within \(patience.components.seconds) s",
        advice: "it should come every 25 s; without it a dead connection is noticed late"))
  }

  /// The value, or nil if it takes longer.
  private static func within<Value: Sendable>(
    _ limit: Duration, _ body: @escaping @Sendable () async -> Value?
  ) async -> Value? {
    await withTaskGroup(of: Value?.self) { group in
      group.addTask(operation: body)
      group.addTask {
        try? await Task.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }
}
