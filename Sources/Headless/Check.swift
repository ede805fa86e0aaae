/// One thing that `chatai doctor` has looked at.
public struct Check: Hashable, Sendable, Encodable {
  /// How it stands.
  public enum Verdict: String, Hashable, Sendable, Encodable, CaseIterable {
    /// As it should be.
    case ok
    /// It works, and could be better.
    case warn
    /// It does not work.
    case fail
    /// It could not be looked at, because of something before it.
    case skip
  }

  /// What was looked at: a word or two.
  public var name: String
  /// How it stands.
  public var verdict: Verdict
  /// What was found. May hold raw text of a server.
  public var found: String
  /// What to do; nil where there is nothing to do.
  public var advice: String?
  /// What the program's status becomes if it fails.
  var status: ExitStatus

  /// Makes a check.
  public init(
    _ name: String, _ verdict: Verdict, _ found: String, advice: String? = nil, status: ExitStatus = .failure
  ) {
    self.name = name
    self.verdict = verdict
    self.found = found
    self.advice = advice
    self.status = status
  }

  private enum CodingKeys: String, CodingKey {
    case name, verdict, found, advice
  }

  /// Its lines for a person: the verdict, the name, what was found; below it what to do.
  public var lines: [String] {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    let head = "\(padded(verdict.rawValue, 4))  \(padded(name, 12))  \(PlainText.line(found))"
    return [head] + (advice.map { [String(repeating: " ", count: 20) + "→ " + PlainText.line($0)] } ?? [])
  }

  /// The status that several checks end with: that of the first that failed.
  public static func status(of checks: [Check]) -> ExitStatus {
    checks.first { $0.verdict == .fail }?.status ?? .success
  }
}
