import HTTPTypes
import Hummingbird
import NIOCore

/// The web widget: what a customer's page loads, and the page in its frame.
///
/// - `/widget/loader.js`: the one script that a customer's page has.
/// - `/widget/frame?assistant_id=…` or `?site_token=…`: the chat, to be shown in a frame.
/// - `/widget/demo`: a page that has the widget on it.
struct WidgetRoutes: Sendable {
  let files: WidgetFiles
  let store: ChatStore
  let access: VisitorAccess

  func add(to root: Router<ChatRequestContext>) {
    let widget = root.group("widget")
    for name in WidgetFiles.assets {
      for method in [HTTPRequest.Method.get, .head] {
        widget.on("\(name)", method: method) { request, _ in try asset(name, request) }
      }
    }
    widget.get("demo") { request, _ in try page("demo", request, policy: FramePolicy.demo) }
    widget.get("frame", use: frame)
  }

  private func asset(_ name: String, _ request: Request) throws -> Response {
    let file = try file(name)
    var headers = Self.headers
    headers[.eTag] = Self.gzipped(file, request) == nil ? file.tag : file.gzippedTag
    // Asked for again each time, and answered with 304: all files are of one version then.
    headers[.cacheControl] = "no-cache"
    // Customers' pages load the script, even those that let nothing in that does not allow it (COEP).
    headers[.crossOriginResourcePolicy] = "cross-origin"
    if let held = request.headers[.ifNoneMatch], file.matches(ifNoneMatch: held) {
      return Response(status: .notModified, headers: headers)
    }
    return Self.response(file, request, headers)
  }

  @Sendable private func frame(_ request: Request, _ context: ChatRequestContext) async throws -> Response {
    let query = QueryReader(request.uri)
    let ancestors: FramePolicy.Ancestors
    if query.text("site_token") != nil {
      do {
        ancestors = .domains(try await access.liveSiteToken(query).domains)
      } catch is VisitorAccess.Refusal {
        throw Self.notFound
      }
    } else {
      guard let id = query.text("assistant_id").flatMap(Int.init), try await store.assistant(id: id) != nil else {
        throw Self.notFound
      }
      ancestors = .all
    }
    return try page("frame", request, policy: FramePolicy.frame(ancestors, host: request.head.authority))
  }

  private func page(_ name: String, _ request: Request, policy: String) throws -> Response {
    var headers = Self.headers
    headers[.contentSecurityPolicy] = policy
    // The policy is the token's, and a token's domains change.
    headers[.cacheControl] = "no-store"
    headers[.crossOriginResourcePolicy] = "cross-origin"
    return Self.response(try file(name), request, headers)
  }

  private func file(_ name: String) throws -> WidgetFiles.File {
    guard let file = files.file(name) else { throw Self.notFound }
    return file
  }

  private static let notFound = APIError.notFound("Not Found")

  private static let headers: HTTPFields = {
    var headers: HTTPFields = [.xContentTypeOptions: "nosniff", .vary: "Accept-Encoding"]
    // The frame's requests tell this server, and nobody else, that they are the frame's: see `RequestSource`.
    if let referrerPolicy = HTTPField.Name("Referrer-Policy") { headers[referrerPolicy] = "same-origin" }
    return headers
  }()

  /// The compressed content, if the client takes it. Nothing secret is in these files, so its length tells nothing.
  private static func gzipped(_ file: WidgetFiles.File, _ request: Request) -> [UInt8]? {
    Gzip.isAccepted(request.headers[.acceptEncoding]) ? file.gzipped : nil
  }

  private static func response(_ file: WidgetFiles.File, _ request: Request, _ headers: HTTPFields) -> Response {
    var headers = headers
    let gzipped = gzipped(file, request)
    let content = gzipped ?? file.content
    if gzipped != nil { headers[.contentEncoding] = "gzip" }
    headers[.contentType] = file.type
    headers[.contentLength] = String(content.count)
    return Response(
      status: .ok, headers: headers,
      body: request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: content)))
  }
}
