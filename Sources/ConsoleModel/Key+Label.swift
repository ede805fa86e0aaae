extension Key {
  /// The key's name for hints and help: `j`, `Enter`, `Ctrl-D`, `PgDn`, `↑`.
  public var label: String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .control(let character): "Ctrl-" + character.uppercased()
    case .enter: "Enter"
    case .escape: "Esc"
    case .tab: "Tab"
    case .backTab: "Shift-Tab"
    case .backspace: "Backspace"
    case .delete: "Del"
    case .up: "↑"
    case .down: "↓"
    case .left: "←"
    case .right: "→"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .function(let number): "F\(number)"
    // The terminal layer sends these for Ctrl with an arrow too, which is what everybody finds.
    case .alt("b"): "Ctrl-←"
    case .alt("f"): "Ctrl-→"
    case .alt("\r"): "Alt-Enter"
    case .alt(let character): "Alt-" + String(character)
    case .paste: "paste"
    case .focusIn, .focusOut, .mouse, .unknown: ""
    }
  }
}
