import Foundation

/// Where the built programs and the checkout are.
enum Programs {
  /// The checkout, seen from this file.
  static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The folder of the build that these tests are part of: the programs lie beside the test bundle.
  static let directory: URL = {
    let arguments = CommandLine.arguments
    if let flag = arguments.firstIndex(of: "--test-bundle-path"), flag + 1 < arguments.count {
      return URL(filePath: arguments[flag + 1]).deletingLastPathComponent()
    }
    return repository.appending(path: ".build/debug")
  }()

  static var console: String { directory.appending(path: "chatai").path }
  static var server: String { directory.appending(path: "chatai-server").path }
}

/// A folder that is gone with the value that made it.
final class TemporaryDirectory: Sendable {
  let path: String

  init(_ name: String) throws {
    path = FileManager.default.temporaryDirectory.appending(path: "\(name)-\(UUID().uuidString.prefix(8))").path
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}

/// What a test says when the outside world is not as it must be.
struct EndToEndFailure: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Asks again and again until a value is there or the time is up, which is far more than a busy machine needs; a nil at
/// the end throws what `explain` says.
@discardableResult
func eventually<Value>(
  within limit: Duration = .seconds(60), every pause: Duration = .milliseconds(50),
  _ explain: @autoclosure () async -> String, _ attempt: () async throws -> Value?
) async throws -> Value {
  let end = ContinuousClock.now + limit
  while true {
    if let value = try await attempt() { return value }
    guard ContinuousClock.now < end else { throw EndToEndFailure(await explain()) }
    try await Task.sleep(for: pause)
  }
}
