/// An HTTP answer other than 101: how a server says no before the upgrade.
public struct HTTPRefusal: Error, Hashable, Sendable {
  /// The HTTP status, such as 401, 403, 404, 426, 429 or 503.
  public let status: Int
  /// The answer's header fields.
  public let fields: HeaderFields
  /// The body, or as much of it as was kept.
  public let body: [UInt8]

  /// A refusal with what it says.
  public init(status: Int, fields: HeaderFields = HeaderFields(), body: [UInt8] = []) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  /// A refusal that says why in one line of text.
  public init(status: Int, fields: HeaderFields = HeaderFields(), text: String) {
    var fields = fields
    fields.append("Content-Type", "text/plain; charset=utf-8")
    self.init(status: status, fields: fields, body: Array((text + "\n").utf8))
  }

  /// How long `Retry-After` asks to wait (RFC 9110, section 10.2.3), at most a day; nil if it is missing or makes no
  /// sense. Its form with a date is measured from the answer's own `Date`, so that no two clocks need to agree.
  public var retryAfter: Duration? {
    guard let value = fields.first("Retry-After") else { return nil }
    let seconds: Int
    if ASCII.isNumber(value) {
      seconds = Int(value) ?? .max
    } else if let then = HTTPDate(value), let now = fields.first("Date").flatMap(HTTPDate.init) {
      seconds = max(0, then.secondsSince1970 - now.secondsSince1970)
    } else {
      return nil
    }
    return .seconds(min(seconds, 86_400))
  }

  /// The whole response; the connection ends with it, so that a request body sent all the same is never taken for
  /// another request. Fields that break HTTP's grammar are left out.
  public func serialized() -> [UInt8] {
    var head = "HTTP/1.1 \(status) \(HTTPRefusal.phrase(of: status))\r\n"
    for field in fields.fields where field.isSendable && !HTTPRefusal.isFraming(field.name) {
      head += field.line
    }
    head += "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
    return Array(head.utf8) + body
  }

  /// Headers that say where the response ends are ours to write.
  private static func isFraming(_ name: String) -> Bool {
    ["Content-Length", "Connection", "Transfer-Encoding"].contains { ASCII.equal($0, name) }
  }

  private static func phrase(of status: Int) -> String {
    switch status {
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 426: "Upgrade Required"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 503: "Service Unavailable"
    default: "Refused"
    }
  }
}
