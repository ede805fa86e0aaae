/// What a terminal says of itself.
public struct TerminalFacts: Hashable, Sendable {
  /// The environment's variables.
  public var environment: [String: String]
  /// Columns and rows; nil where no terminal is there.
  public var size: (columns: Int, rows: Int)?
  /// tmux's options, where it runs; those that could not be asked for are missing.
  public var tmux: [String: String]

  /// Makes facts.
  public init(environment: [String: String], size: (columns: Int, rows: Int)?, tmux: [String: String] = [:]) {
    self.environment = environment
    self.size = size
    self.tmux = tmux
  }

  public static func == (left: TerminalFacts, right: TerminalFacts) -> Bool {
    left.environment == right.environment && left.tmux == right.tmux && left.size?.columns == right.size?.columns
      && left.size?.rows == right.size?.rows
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(environment)
    hasher.combine(tmux)
  }

  /// The tmux options that matter.
  public static let tmuxOptions = [
    "allow-passthrough", "focus-events", "escape-time", "default-terminal", "set-clipboard",
  ]
}

extension Check {
  /// What should be known of a terminal.
  public static func terminal(_ facts: TerminalFacts) -> [Check] {
    guard let size = facts.size else {
      return [Check("terminal", .skip, "none here: the output goes elsewhere")] + [locale(facts.environment)]
    }
    return [type(facts), colours(facts), locale(facts.environment), self.size(size)] + multiplexer(facts)
  }

  private static func type(_ facts: TerminalFacts) -> Check {
    let type = facts.environment["TERM"] ?? ""
    if type.isEmpty || type == "dumb" {
      return Check(
        "terminal", .fail, type.isEmpty ? "TERM is not set" : "TERM is dumb",
        advice: "set TERM to what the terminal is, such as xterm-256color")
    }
    let isInTmux = facts.environment["TMUX"] != nil
    if isInTmux, !type.hasPrefix("tmux"), !type.hasPrefix("screen") {
      return Check(
        "terminal", .warn, "\(type), within tmux",
        advice: "let tmux set TERM: set -g default-terminal tmux-256color in ~/.tmux.conf, and none in ~/.bashrc")
    }
    return Check("terminal", .ok, type)
  }

  private static func colours(_ facts: TerminalFacts) -> Check {
    let type = facts.environment["TERM"] ?? ""
    let promise = facts.environment["COLORTERM"] ?? ""
    if facts.environment["NO_COLOR"]?.isEmpty == false { return Check("colours", .ok, "none, as NO_COLOR asks") }
    if promise == "truecolor" || promise == "24bit" || type.hasSuffix("-direct") {
      return Check("colours", .ok, "16 million")
    }
    if type.contains("256color") || type.contains("kitty") || type.contains("foot") {
      return Check("colours", .ok, "256")
    }
    if type == "linux" { return Check("colours", .ok, "8, on the console") }
    return Check("colours", .warn, "few", advice: "if the terminal has 256 colours, set TERM to \(type)-256color")
  }

  private static func locale(_ environment: [String: String]) -> Check {
    // The first that is set and not empty counts (POSIX.1-2017, section 8.2).
    let name = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let lowercased = name.lowercased()
    if lowercased.contains("utf-8") || lowercased.contains("utf8") { return Check("locale", .ok, name) }
    return Check(
      "locale", .fail, name.isEmpty ? "none is set" : "\(name) is not UTF-8",
      advice: "export LANG=C.UTF-8; over SSH: SendEnv LANG at home, AcceptEnv LANG there")
  }

  private static func size(_ size: (columns: Int, rows: Int)) -> Check {
    let words = "\(size.columns)x\(size.rows)"
    if size.columns < 40 || size.rows < 10 {
      return Check("size", .warn, "\(words): hardly room for a message", advice: "80x24 shows all there is to see")
    }
    if size.columns < 80 || size.rows < 24 { return Check("size", .ok, "\(words): one pane at a time") }
    return Check("size", .ok, words)
  }

  // MARK: tmux and screen

  private static func multiplexer(_ facts: TerminalFacts) -> [Check] {
    if facts.environment["TMUX"] != nil { return [tmux(facts.tmux)] }
    if facts.environment["STY"] != nil {
      return [
        Check(
          "screen", .warn, "notices and the clipboard do not get through it, but the bell does",
          advice: "tmux lets them pass; for Esc without delay: maptimeout 10 in ~/.screenrc")
      ]
    }
    return []
  }

  private static func tmux(_ options: [String: String]) -> Check {
    guard !options.isEmpty else { return Check("tmux", .skip, "it does not answer") }
    var lines: [String] = []
    var found: [String] = []
    if let time = options["escape-time"].flatMap(Int.init), time > 50 {
      found.append("Esc takes \(time) ms")
      lines.append("set -sg escape-time 10")
    }
    if options["focus-events"] == "off" {
      found.append("it does not tell what is in front, so notices come for what you see")
      lines.append("set -g focus-events on")
    }
    if options["allow-passthrough"] == "off" {
      found.append("notices do not get through")
      lines.append("set -g allow-passthrough on")
    }
    if options["set-clipboard"] == "off" {
      found.append("what is copied does not reach the clipboard")
      lines.append("set -g set-clipboard on")
    }
    guard !found.isEmpty else { return Check("tmux", .ok, "set up well") }
    return Check(
      "tmux", .warn, found.joined(separator: "; "), advice: "in ~/.tmux.conf: " + lines.joined(separator: "; "))
  }
}
