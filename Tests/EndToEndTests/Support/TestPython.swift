import Foundation

/// The tests' Python: that of `make test`, or one of the tests' own beside the build.
enum TestPython {
  /// The interpreter's path; it has aiohttp and websockets.
  static func interpreter() throws -> String {
    if let venv = ProcessInfo.processInfo.environment["CHATAI_TEST_VENV"] { return venv + "/bin/python" }
    let venv = Programs.repository.appending(path: ".build/venv-test").path
    if !FileManager.default.fileExists(atPath: venv + "/ready") {
      _ = try Child.require("/usr/bin/env", ["make", "-C", Programs.repository.path, ".build/venv-test/ready"])
    }
    return venv + "/bin/python"
  }
}
