extension Key {
  /// The key of a name, as ``label`` says it or as people write it: `j`, `Ctrl-K`, `C-k`, `PgDn`, `Left`, `Space`. The
  /// case of letters counts only where the letter is the key.
  public init?(named name: String) {
    if let only = name.first, name.count == 1, Self.symbols[name] == nil {
      guard !only.isWhitespace else { return nil }
      self = .character(only)
    } else if let key = Self.symbols[name] ?? Self.names[name.lowercased()] {
      self = key
    } else if let key = Self.modified(name.lowercased()) {
      self = key
    } else {
      return nil
    }
  }

  private static let symbols: [String: Key] = ["↑": .up, "↓": .down, "←": .left, "→": .right]

  private static let names: [String: Key] = {
    var names: [String: Key] = [
      "space": .character(" "), "enter": .enter, "return": .enter, "esc": .escape, "escape": .escape, "tab": .tab,
      "shift-tab": .backTab, "s-tab": .backTab, "backspace": .backspace, "bs": .backspace, "del": .delete,
      "delete": .delete, "up": .up, "down": .down, "left": .left, "right": .right, "home": .home, "end": .end,
      "pgup": .pageUp, "pageup": .pageUp, "pgdn": .pageDown, "pagedown": .pageDown, "alt-enter": .alt("\r"),
      "ctrl-left": .alt("b"), "ctrl-right": .alt("f"), "ctrl-←": .alt("b"), "ctrl-→": .alt("f"),
      // A terminal sends the same for these.
      "ctrl-i": .tab, "ctrl-m": .enter, "ctrl-[": .escape, "ctrl-h": .backspace, "ctrl-space": .control("@"),
      "ctrl-/": .control("_"),
    ]
    for number in 1...12 { names["f\(number)"] = .function(number) }
    return names
  }()

  private static func modified(_ name: String) -> Key? {
    for (prefix, long) in [("ctrl-", "ctrl-"), ("c-", "ctrl-"), ("alt-", "alt-"), ("a-", "alt-"), ("m-", "alt-")] {
      guard name.hasPrefix(prefix) else { continue }
      let rest = String(name.dropFirst(prefix.count))
      if let key = names[long + rest] { return key }
      guard let character = rest.first, rest.count == 1, character.isASCII, !character.isWhitespace else { return nil }
      return long == "ctrl-" ? .control(character) : .alt(character)
    }
    return nil
  }
}
