import Crypto
public import Foundation

/// The web widget's files, read once. Nothing outside this list can be asked for, whatever the path says.
public struct WidgetFiles: Sendable {
  /// One file, as it is served.
  struct File: Sendable {
    let content: [UInt8]
    /// The same for clients that take it compressed, which all browsers do.
    let gzipped: [UInt8]?
    let type: String
    /// Its strong entity tag (RFC 9110, section 8.8.3): a digest, so that a restart changes nothing for a cache.
    let tag: String

    /// The tag of the compressed content, which is another representation.
    var gzippedTag: String { tag.dropLast() + "-gzip\"" }
  }

  /// The scripts and styles, which are served under their own names.
  static let assets = [
    "loader.js", "frame.js", "frame.css", "connection.js", "format.js", "host.js", "link.js", "outbox.js", "sender.js",
    "server.js", "sound.js", "texts.js", "typing.js", "view.js", "demo.js", "demo.css",
  ]
  /// The pages, which are served without their extension.
  static let pages = ["frame", "demo"]

  private let files: [String: File]

  /// Reads the files.
  ///
  /// - Parameter resources: what `ResourceDirectory.locate()` found.
  /// - Throws: `PathError` that names a file that cannot be read.
  public init(resources: URL) throws {
    let folder = resources.appending(path: "widget", directoryHint: .isDirectory)
    let names = Self.assets.map { ($0, $0) } + Self.pages.map { ($0, $0 + ".html") }
    files = try Dictionary(
      uniqueKeysWithValues: names.map { name, fileName in
        (name, try File(at: folder.appending(path: fileName)))
      })
  }

  /// A file by the name it is served under.
  func file(_ name: String) -> File? { files[name] }
}

extension WidgetFiles.File {
  fileprivate init(at url: URL) throws {
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw PathError(path: url.path(percentEncoded: false), reason: "the web widget needs it: \(error)")
    }
    switch url.pathExtension {
    case "html":
      (type, content) = ("text/html; charset=utf-8", Array(data))
    case "css":
      (type, content) = ("text/css; charset=utf-8", Array(data))
    default:
      (type, content) = ("text/javascript; charset=utf-8", Self.withoutComments(data))
    }
    let digest = SHA256.hash(data: content).prefix(12).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    tag = "\"\(digest)\""
    gzipped = Gzip.compress(content)
  }

  /// A script without indentation and the lines that are nothing but a comment: those are for who reads the source, and
  /// a fifth of what each visitor of a customer's page would load.
  private static func withoutComments(_ script: Data) -> [UInt8] {
    var isInBlock = false
    let lines = String(decoding: script, as: UTF8.self).split(separator: "\n").map { $0.drop { $0 == " " } }
    let code = lines.filter { line in
      if isInBlock || line.hasPrefix("/*") {
        isInBlock = !line.contains("*/")
        return false
      }
      return !line.hasPrefix("//")
    }
    return Array(code.joined(separator: "\n").utf8)
  }

  /// Whether a copy that a client has is this one: the value of an `If-None-Match` header (RFC 9110, section 13.1.2).
  func matches(ifNoneMatch value: String) -> Bool {
    value.split(separator: ",").contains { candidate in
      let candidate = candidate.trimmingCharacters(in: .whitespaces)
      return ["*", tag, "W/" + tag, gzippedTag, "W/" + gzippedTag].contains(candidate)
    }
  }
}
