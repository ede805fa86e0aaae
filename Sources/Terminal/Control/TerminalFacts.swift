/// What the environment says about the terminal, before it is asked anything.
///
/// Over SSH little comes through: TERM, and what sshd lets pass (LC_*, COLORTERM on some). Inside of a multiplexer the
/// terminal behind it is as a rule not known.
public struct TerminalFacts: Hashable, Sendable {
  /// Programs that show a screen of their own inside of another one.
  public enum Multiplexer: Hashable, Sendable {
    /// None that is known of.
    case none
    /// tmux: takes what is for the terminal behind it in `ESC P tmux; … ESC \`.
    case tmux
    /// GNU screen: takes it in `ESC P … ESC \`.
    case screen
  }

  /// What the terminal is, as far as the console cares.
  public enum Family: Hashable, Sendable {
    /// The kernel's console, and real or emulated VT terminals: nothing beside terminfo is safe to send.
    case plain
    case kitty, foot, ghostty, wezterm, iterm, konsole, vte, rxvt
    /// xterm, or one of the many that call themselves so.
    case xterm
  }

  /// What stands between the console and the terminal.
  public var multiplexer: Multiplexer
  /// What the terminal is.
  public var family: Family
  /// Whether characters beyond ASCII can be shown.
  public var isUnicode: Bool
  /// Whether the terminal has a font with few characters: text is shown as well as it can, frames in ASCII.
  public var hasSmallFont: Bool
  /// Whether NO_COLOR asks for none (no-color.org).
  public var isColorUnwanted: Bool
  /// Whether the background was light when the terminal was started, by COLORFGBG; nil where that says nothing.
  public var isLight: Bool?

  /// Reads an environment.
  public init(environment: (String) -> String?) {
    func value(_ name: String) -> String { environment(name) ?? "" }
    let type = value("TERM")
    let program = value("TERM_PROGRAM")

    let isScreen = type == "screen" || type.hasPrefix("screen.") || type.hasPrefix("screen-")
    if !value("TMUX").isEmpty || type.hasPrefix("tmux") {
      multiplexer = .tmux
    } else if !value("STY").isEmpty || isScreen {
      // tmux calls itself so too where its own entry is missing; it then says in TERM_PROGRAM who it is.
      multiplexer = program == "tmux" ? .tmux : .screen
    } else {
      multiplexer = .none
    }
    family = Self.family(type: type, program: program, value)
    isUnicode = Self.showsUnicode(value)
    hasSmallFont = type == "linux" || type.hasPrefix("vt")
    isColorUnwanted = !value("NO_COLOR").isEmpty
    isLight = Self.lightness(value("COLORFGBG"))
  }

  private static func family(type: String, program: String, _ value: (String) -> String) -> Family {
    let types: [(String, Family)] = [
      ("xterm-kitty", .kitty), ("foot", .foot), ("xterm-ghostty", .ghostty), ("wezterm", .wezterm), ("rxvt", .rxvt),
      ("konsole", .konsole), ("vte", .vte), ("gnome", .vte),
    ]
    if let known = types.first(where: { type.hasPrefix($0.0) }) { return known.1 }
    switch program {
    case "iTerm.app": return .iterm
    case "WezTerm": return .wezterm
    case "ghostty": return .ghostty
    default: break
    }
    // iTerm2's way through sshd, which lets LC_* pass.
    if value("LC_TERMINAL") == "iTerm2" { return .iterm }
    if !value("KITTY_WINDOW_ID").isEmpty { return .kitty }
    if !value("VTE_VERSION").isEmpty { return .vte }
    if !value("KONSOLE_VERSION").isEmpty { return .konsole }
    let spoken = ["xterm", "tmux", "screen", "alacritty", "mintty", "st-", "contour", "mlterm", "putty", "mosh"]
    return spoken.contains { type.hasPrefix($0) } ? .xterm : .plain
  }

  /// The first of the three that is set decides, as in the C library. Where none is, as for a process without a
  /// login shell, terminals of our time show UTF-8.
  private static func showsUnicode(_ value: (String) -> String) -> Bool {
    guard let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.map(value).first(where: { !$0.isEmpty }) else { return true }
    let name = locale.lowercased()
    if name == "c" || name == "posix" { return true }
    guard let dot = name.firstIndex(of: ".") else { return true }
    let charset = name[name.index(after: dot)...].prefix { $0 != "@" }.filter { $0 != "-" && $0 != "_" }
    return charset == "utf8"
  }

  /// COLORFGBG ends in the number of the background's colour, such as `15;0`.
  private static func lightness(_ value: String) -> Bool? {
    guard let last = value.split(separator: ";").last, let color = Int(last), 0..<16 ~= color else { return nil }
    return color == 7 || color > 8
  }

  // MARK: What follows

  /// Whether it can be asked questions: others would show part of the question as text.
  public var answersQueries: Bool { family != .plain && multiplexer != .screen }

  /// Whether it has a title that can be set. The multiplexers keep one for each window.
  public var hasTitle: Bool { family != .plain }
}
