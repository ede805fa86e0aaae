import Foundation

/// The program `chatai-server`.
enum ServerProgram {
  /// The program that was built with these tests: it lies beside their bundle.
  static let url: URL = {
    let arguments = CommandLine.arguments
    let flag = arguments.firstIndex(of: "--test-bundle-path").map { arguments.index(after: $0) }
    let bundle = flag.flatMap { $0 < arguments.count ? URL(filePath: arguments[$0]) : nil }
    let folder =
      bundle?.deletingLastPathComponent()
      ?? URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../.build/debug")
    return folder.appending(path: "chatai-server").standardizedFileURL
  }()
}
