import WebSocket

/// Where a redirect on the opening handshake may lead (RFC 6455, section 4.1, leaves it to the client; RFC 9110,
/// section 15.4).
///
/// Only to a connection as safe as the first or safer: from `ws:` to `wss:`, never back. `http:` and `https:` in a
/// `Location` mean `ws:` and `wss:`.
public struct RedirectPolicy: Hashable, Sendable {
  /// Why a redirect is not followed.
  public enum Failure: Error, Hashable, Sendable {
    /// More redirects than allowed.
    case tooMany(limit: Int)
    /// To where it has been before.
    case loop(WebSocketURL)
    /// From `wss:` to `ws:`.
    case insecure(WebSocketURL)
    /// No `Location`, several, or one that is no address of a WebSocket.
    case location(String)
  }

  /// What becomes of an answer.
  enum Step: Equatable {
    /// It is no redirect, or redirects are not followed: the caller gets it as it is.
    case deliver
    case follow(WebSocketURL)
    case fail(Failure)
  }

  /// How many redirects in a row are followed; 0: none, the answer is delivered as any other refusal. Default 5.
  public var limit: Int

  /// A policy with a bound.
  public init(limit: Int = 5) { self.limit = limit }

  /// What becomes of a refusal that the last of `path`, the addresses so far, has answered with.
  func step(_ refusal: HTTPRefusal, path: [WebSocketURL]) -> Step {
    guard limit > 0, [301, 302, 303, 307, 308].contains(refusal.status), let current = path.last else {
      return .deliver
    }
    let locations = refusal.fields.values(of: "Location")
    guard locations.count == 1, let next = try? WebSocketURL(locations[0], relativeTo: current) else {
      return .fail(.location(locations.joined(separator: ", ")))
    }
    guard next.isSecure || !current.isSecure else { return .fail(.insecure(next)) }
    guard !path.contains(next) else { return .fail(.loop(next)) }
    guard path.count <= limit else { return .fail(.tooMany(limit: limit)) }
    return .follow(next)
  }

  /// The headers that may go to an address: credentials stay with the origin they were given for.
  static func fields(_ fields: HeaderFields, from old: WebSocketURL, to new: WebSocketURL) -> HeaderFields {
    guard !old.hasSameOrigin(as: new) else { return fields }
    let kept = fields.fields.filter { !["authorization", "cookie"].contains($0.name.lowercased()) }
    return HeaderFields(kept.map { ($0.name, $0.value) })
  }
}

extension RedirectPolicy.Failure: CustomStringConvertible {
  /// A sentence for a person.
  public var description: String {
    switch self {
    case .tooMany(let limit): "the server redirects more than \(limit) times"
    case .loop(let url): "the server redirects in a circle, to \(url.authority) again"
    case .insecure(let url): "the server redirects to \(url.authority) without encryption, which is not followed"
    case .location(let location): "the server redirects to \"\(location.prefix(200))\", which is no WebSocket address"
    }
  }
}

extension WebSocketURL {
  /// Whether scheme, host and port are the same (RFC 6454).
  func hasSameOrigin(as other: WebSocketURL) -> Bool {
    isSecure == other.isSecure && host.lowercased() == other.host.lowercased() && port == other.port
  }

  /// Resolves a reference as a `Location` has it (RFC 3986, section 5.2).
  init(_ reference: String, relativeTo base: WebSocketURL) throws(ParseError) {
    let origin = (base.isSecure ? "wss://" : "ws://") + base.authority
    let reference = reference.prefix { $0 != "#" }
    if let colon = reference.firstIndex(of: ":"), !reference[..<colon].contains(where: { "/?".contains($0) }) {
      let rest = reference[colon...]
      switch reference[..<colon].lowercased() {
      case "http", "ws": try self.init("ws" + rest)
      case "https", "wss": try self.init("wss" + rest)
      case let scheme: throw .scheme(scheme)
      }
    } else if reference.hasPrefix("//") {
      try self.init((base.isSecure ? "wss:" : "ws:") + reference)
    } else {
      let basePath = base.target.prefix { $0 != "?" }
      let path: String
      switch reference.first {
      case nil: path = base.target
      case "?": path = String(basePath + reference)
      case "/": path = String(reference)
      default: path = String(basePath[...(basePath.lastIndex(of: "/") ?? basePath.startIndex)] + reference)
      }
      try self.init(origin + WebSocketURL.withoutDotSegments(path))
    }
  }

  /// RFC 3986, section 5.2.4.
  private static func withoutDotSegments(_ target: String) -> String {
    let path = target.prefix { $0 != "?" }
    var segments: [Substring] = []
    let given = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    for (index, segment) in given.enumerated() {
      if segment == ".." { _ = segments.popLast() }
      if segment != ".", segment != ".." {
        segments.append(segment)
      } else if index == given.count - 1 {
        segments.append("")
      }
    }
    return "/" + segments.joined(separator: "/") + target[path.endIndex...]
  }
}
