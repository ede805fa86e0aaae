import Foundation
import FoundationNetworking

/// The part-1 server in Python, with the oddities of its kind; `Python/part_one_server.py` says which.
final class PartOneServer: Sendable {
  static let email = "op@example.com"
  static let password = "secret"

  let url: String
  private let child: Child

  init() throws {
    let python = try TestPython.interpreter()
    child = try Child(
      python, [Programs.repository.appending(path: "Tests/EndToEndTests/Python/part_one_server.py").path, "0"])
    guard let line = child.firstLine(), let port = line.split(separator: " ").last else {
      throw EndToEndFailure("the part-1 server did not start; does \(python) have aiohttp?")
    }
    url = "http://127.0.0.1:\(port)"
  }

  deinit {
    child.kill(SIGTERM)
  }

  /// How often a token was renewed, and how often a refresh token was used twice.
  func refreshes() async throws -> [Int] {
    guard let address = URL(string: "\(url)/control/refreshes") else { throw EndToEndFailure("no address") }
    let (data, _) = try await URLSession.shared.data(from: address)
    return try JSONDecoder().decode([Int].self, from: data)
  }

  /// Logs the console in, into a profile under `home`.
  func logIn(home: TemporaryDirectory) throws {
    _ = try Child.require(
      Programs.console, ["login", "--server", url, "--email", PartOneServer.email, "--password-stdin"],
      input: PartOneServer.password + "\n", environment: ConsoleScreen.environment(home: home))
  }

  /// Steers it: one of the verbs under /control, with a text as the body.
  func control(_ verb: String, _ text: String = "") async throws {
    guard let address = URL(string: "\(url)/control/\(verb)") else { throw EndToEndFailure("no verb: \(verb)") }
    var request = URLRequest(url: address)
    request.httpMethod = "POST"
    request.httpBody = Data(text.utf8)
    request.setValue("text/plain; charset=utf-8", forHTTPHeaderField: "Content-Type")
    let (_, response) = try await URLSession.shared.data(for: request)
    guard (response as? HTTPURLResponse)?.statusCode == 200 else { throw EndToEndFailure("\(verb): \(response)") }
  }

  /// The texts of the operators' messages in a dialog, as the server has them.
  func storedReplies(in dialog: Int) async throws -> [String] {
    guard let address = URL(string: "\(url)/control/stored?dialog=\(dialog)") else { return [] }
    return try JSONDecoder().decode([String].self, from: try await URLSession.shared.data(from: address).0)
  }
}
