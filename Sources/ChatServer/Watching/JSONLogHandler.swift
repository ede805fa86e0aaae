import ChatProtocol
import FoundationEssentials
public import Logging

/// Writes each line of the log as a JSON object: `time`, `level`, `message`, and the metadata under `data`.
///
/// Whatever a stranger's text holds, a line stays a line: control characters are escaped by JSON itself.
public struct JSONLogHandler: LogHandler {
  public var metadata: Logger.Metadata = [:]
  public var logLevel = Logger.Level.info

  private let write: @Sendable (String) -> Void
  private let now: @Sendable () -> Timestamp

  /// Makes a handler.
  ///
  /// - Parameter write: takes one line, without its end; called from any thread.
  public init(write: @escaping @Sendable (String) -> Void) { self.init(now: { .now() }, write: write) }

  init(now: @escaping @Sendable () -> Timestamp, write: @escaping @Sendable (String) -> Void) {
    self.now = now
    self.write = write
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    let data = metadata.merging(event.metadata ?? [:]) { $1 }
    let line = Line(
      time: now(), level: event.level.rawValue, message: event.message.description,
      data: data.isEmpty ? nil : data.mapValues(\.description))
    guard let bytes = try? WireJSON.encoder().encode(line) else { return }
    write(String(decoding: bytes, as: UTF8.self))
  }

  private struct Line: Encodable {
    let time: Timestamp
    let level: String
    let message: String
    let data: [String: String]?
  }
}
