import FoundationEssentials
import HTTPTypes
import Hummingbird

/// What a visitor's request shows of the page it comes from: headers that a browser sets and a page's script cannot.
struct RequestSource: Sendable, Hashable {
  /// The `Origin`, or the `Referer` where a browser sends no origin: with a GET to the page's own server.
  private let page: URL?
  /// The `Host` that was asked.
  private let host: String?

  init(origin: String?, referrer: String? = nil, host: String?) {
    page = (origin ?? referrer).flatMap(URL.init(string:))
    self.host = host
  }

  init(_ request: Request) {
    self.init(
      origin: request.headers[.origin], referrer: request.headers[.referer], host: request.head.authority)
  }

  /// The page's host; nil if it is not known.
  var pageHost: String? { page?.host() }

  /// Whether the page is one of this server's own, which is the widget's frame. Who may show the frame was decided when
  /// it was served (`FramePolicy`): on the token's domains only, so what it asks for is asked on their behalf.
  var isOwnFrame: Bool {
    guard let page, let pageHost = page.host(), let host else { return false }
    return host.lowercased() == (pageHost + (page.port.map { ":\($0)" } ?? "")).lowercased()
  }
}
